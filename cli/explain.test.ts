import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { conditionsFor } from "../edge/decide/conditions.ts";
import { checkSiteFile } from "../edge/site/check.ts";
import { recipes } from "../edge/site/recipes/recipes.ts";
import { compileSite } from "../edge/site/site-config.ts";
import { explain } from "./explain.ts";
import { clause, placeAndRest } from "./explain-condition.ts";
import { sentence } from "./explain-sentence.ts";
import { firstFile } from "./init.ts";

afterEach(() => vi.restoreAllMocks());

const demo = path.join(import.meta.dirname, "../demo-site/cusp.yaml");
const fiveJobs = path.join(import.meta.dirname, "../demo-site/five-jobs.yaml");

async function sentences(source: string): Promise<Record<string, string>> {
  const checked = checkSiteFile(source);
  if (!checked.ok) throw new Error(checked.mistakes[0]?.message);
  const config = await compileSite(1, checked.file);
  return Object.fromEntries(config.triggers.map((trigger) => [trigger.name, sentence(config, trigger)]));
}

test("the five jobs, each in one sentence", async () => {
  expect(await sentences(readFileSync(fiveJobs, "utf8"))).toMatchInlineSnapshot(`
    {
      "cart-exit": "When someone turns to leave on the cart page (score 7 or more) and there is at least one piece in the cart and no checkout is begun, send \`cart-last-chance\` with 15 % off by push or by e-mail 3 min after they left (10 min if the length of the visit is less than 30 s, 2 min if the device is phone), then send \`cart-proof\` by e-mail or by SMS 1 h after that, then send the e-mail \`cart-tips\` (if somebody approves it) 20 h after the beginning; from 4 on, begin with \`cart-proof\` 1 h later; unless they buy, respond, unsubscribe or empty the cart first; at most once in 7 days.",
      "cart-left": "When someone has left with something in the cart (score 7 or more) and the length of the visit is more than 75 s and something of high margin is in the cart, send \`cart-last-chance\` with 15 % off by push or by e-mail 3 min after they left (10 min if the length of the visit is less than 30 s, 2 min if the device is phone), then send \`cart-proof\` by e-mail or by SMS 1 h after that, then send the e-mail \`cart-tips\` (if somebody approves it) 20 h after the beginning; from 4 on, begin with \`cart-proof\` 1 h later; unless they buy, respond, unsubscribe or empty the cart first; at most once in 7 days.",
      "payment-failed": "When someone stalls at the checkout (score 4 or more) and a checkout is begun and there is at least one refused payment and that stays so for 2 min, send \`payment-help\` with 10 % off by chat or on the page within 30 s; unless they buy or dismiss it first; each time that it happens.",
      "pricing-hesitation": "When someone hesitates on the pricing page (score 7 or more), show \`pricing-hint\` on the page within 10 s, then send the e-mail \`pricing-reviews\` 1 h after the beginning, then send the e-mail \`pricing-compare\` 20 h after the beginning; from 4 on, begin with \`pricing-reviews\` 1 h later; unless they buy, respond or unsubscribe first; at most once in 14 days.",
      "returns-doubt": "When someone looks for reassurance (returns, shipping, warranty) (score 7 or more) and "exit" is part of the evidence and they do not compare products, show \`returns-help\` on the page within 10 s; unless they buy, dismiss it or respond first; at most once in 24 h.",
    }
  `);
});

test("the demo's triggers, each in one sentence", async () => {
  expect(await sentences(readFileSync(demo, "utf8"))).toMatchInlineSnapshot(`
    {
      "cart-hint": "When someone hesitates on the cart page (score 7 or more) and there is at least one piece in the cart, show \`cart-kept\` on the page at once; at most once in 24 h.",
      "checkout-left": "When someone leaves a form half filled on the checkout page (score 7 or more), send the e-mail \`finish-checkout\` at once; each time that it happens.",
      "checkout-stalled": "When someone stalls at the checkout (score 4 or more) and there is at least one piece in the cart, send the e-mail \`still-waiting\` 1 h later; unless they buy, respond or unsubscribe first; at most once in 24 h.",
      "first-look": "When someone hesitates on the product page (score 4 or more) and they are new and there is no piece in the cart, show \`welcome\` on the page at once; unless they buy or dismiss it first; only once for each person.",
      "leaving": "When someone turns to leave on a key page (score 7 or more), send the e-mail \`before-you-go\` at once; unless they buy, respond or unsubscribe first; at most once in 24 h.",
      "payment-refused": "When someone stalls at the checkout (score 4 or more) and a checkout is begun and there is at least one refused payment, show \`payment-help\` on the page at once; unless they buy or dismiss it first; at most once in 24 h.",
      "pricing-hesitation": "When someone hesitates on the pricing page (score 7 or more), send the e-mail \`compare-plans\` at once; each time that it happens.",
      "pricing-hint": "When someone hesitates on the pricing page (score 7 or more), show \`count-the-cups\` on the page at once; at most once in 24 h.",
      "regulars-first": "When someone looks for reassurance (returns, shipping, warranty) on the returns page (score 4 or more) and they belong to "regulars" and that stays so for 10 s, open the chat with \`regulars-help\` at once; unless they buy or dismiss it first; at most once in 24 h.",
      "returns-read": "When someone looks for reassurance (returns, shipping, warranty) on the returns page (score 4 or more) and they do not compare products and that stays so for 10 s, show \`returns-help\` on the page at once; unless they buy or dismiss it first; at most once in 24 h.",
      "two-coffees": "When someone compares products on the product page (score 4 or more) and there are exactly 2 products looked at, show \`side-by-side\` on the page at once; unless they buy or dismiss it first; at most once in 24 h.",
    }
  `);
});

test("no sentence has an operator in it", async () => {
  const files = [
    readFileSync(demo, "utf8"),
    readFileSync(fiveJobs, "utf8"),
    ...Object.keys(recipes).map((one) => firstFile(one, "pk_mine")),
  ];
  for (const file of files)
    for (const said of Object.values(await sentences(file))) {
      expect(said).not.toMatch(/&&|\|\||[=!<>]=|[<>!]|undefined/);
      expect(said).toMatch(/^(Switched off: )?When someone .*\.$/);
    }
});

const compile = conditionsFor({
  traits: { loyalty_tier: { type: "string", default: "none" } },
  audiences: { big_spenders: "cart.value > 200.0" },
  pages: { pricing: { match: ["/pricing"], key: true }, cart: { match: ["/cart"], key: true } },
  messages: {},
} as never);
function words(source: string): string {
  const condition = compile(source);
  if (typeof condition !== "function") throw new Error(condition.message);
  return clause(condition.ast);
}

test.each([
  ["cart.count > 0 && !checkout.active", "there is at least one piece in the cart and no checkout is begun"],
  ["cart.count == 0", "there is no piece in the cart"],
  ["cart.value >= 40.0 || visitor.new", "the value of the cart is at least 40 or they are new"],
  ["!(cart.value >= 40.0 || visitor.new)", "the value of the cart is less than 40 and they are not new"],
  [
    "visitor.new && (page.clicks < 2 || page.key)",
    "they are new and (there are fewer than 2 clicks on the page or the page is a key page)",
  ],
  ["session.duration_s > 90.0", "the length of the visit is more than 90 s"],
  ["300.0 < page.dwell_s", "the time on the page is more than 5 min"],
  ["page.depth > 0.5", "the share of the page that was seen is more than 50 %"],
  ['"high" in cart.margins', "something of high margin is in the cart"],
  ['!("sale" in cart.categories)', "something of the category sale is not in the cart"],
  ['"pricing" in session.pages', "they saw the pricing page in this visit"],
  ['context.device in ["phone", "tablet"]', "the device is phone or tablet"],
  ['context.city != ""', "the city is not empty"],
  ['profile.loyalty_tier == "gold"', "their loyalty tier is gold"],
  ["audience.big_spenders", 'they belong to "big spenders"'],
  [
    'seen("pricing") && !sequence(["pricing", "cart"])',
    "they have seen the pricing page and they did not go from pricing to cart",
  ],
  ['count("add_to_cart", "24h") >= 2', "there are at least 2 additions to the cart in the last 24 h"],
  ['since("purchase") > 86400.0', "the time since the last purchase is more than 24 h"],
  ["near(48.86, 2.35, 10)", "they are within 10 km of 48.86, 2.35"],
  ['context.language.startsWith("fr")', "the language begins with fr"],
  ["size(cart.items) > 2", "the number of items in the cart is more than 2"],
  [
    "cart.top.size_known && cart.top.size_left <= 3",
    "the size in the cart is known and there are at most 3 pieces left in their size",
  ],
  ['cart.top.replacement.brand == "Northwind"', "the brand of what could replace the first item in the cart is Northwind"],
  [
    "product.replacement.price < product.price",
    "the price of what could replace the product on the page is less than the price of the product on the page",
  ],
  [
    "size(wishlist.items) > 0 && size(site.reviews) > 2",
    "the number of items on the wish list is more than 0 and the number of reviews of the site is more than 2",
  ],
  ["chat.agents_online > 0", "there is at least one agent online"],
])("%s", (source, said) => {
  expect(words(source)).toBe(said);
});

test("the page is said where it belongs, the rest after it", () => {
  const condition = compile('page.type in ["pricing", "cart"] && visitor.returning');
  if (typeof condition !== "function") throw new Error(condition.message);
  expect(placeAndRest(condition.ast)).toEqual({ place: "on the pricing or cart page", rest: "they have been here before" });
});

test("as JSON each trigger has its share of the sample week's sessions, unless nobody wants to wait", async () => {
  const said = vi.spyOn(console, "log").mockReturnValue();
  await explain(demo, { json: true, "no-share": true });
  const { triggers } = JSON.parse(said.mock.calls[0]?.[0]);
  expect(triggers[0]).toEqual({ trigger: expect.any(String), sentence: expect.stringMatching(/^When someone/) });
});
