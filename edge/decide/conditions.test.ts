import { describe, expect, test } from "vitest";
import guide from "../../docs/conditions.md?raw";
import { countable } from "../profile/history.ts";
import { shopFile, shopVisitor } from "../test/shop-visitor.ts";
import { calls } from "./conditions/calls.ts";
import { declared } from "./conditions/declared.ts";
import { conditionsFor } from "./conditions.ts";

const compile = conditionsFor(shopFile);

function refusal(when: string): string {
  const made = compile(when);
  return typeof made === "function" ? "taken" : `${made.offset} ${made.message}`;
}

describe("what a marketer writes", () => {
  const shopper = shopVisitor()
    .opens("pricing", "phone")
    .opens("product/a", "phone")
    .does({ kind: "scroll_depth", depth: 0.7 }, { language: "fr-FR", time_zone: "Europe/Paris" })
    .does({ kind: "search", query_class: "product" })
    .opens("cart", "phone")
    .does({
      kind: "add_to_cart",
      currency: "EUR",
      items: [
        { id: "shoe", category: "shoes", price: 80, margin: "high" },
        { id: "sock", category: "socks", price: 5, quantity: 2, margin: "low" },
      ],
    })
    .does({ kind: "identify", traits: { loyalty_tier: "gold", open_tickets: 2 } })
    .does({ kind: "dwell", engaged_ms: 45_000 });
  shopper.profile.place = { country: "FR", city: "Paris", lat: 48.85, lon: 2.35 };
  const moment = { kind: "exit", evidence: [{ name: "exit", value: 1, weight: 0.35, adds: 0.35 }] } as const;
  const holds = (when: string) => shopper.holds(when, { ...moment, evidence: [...moment.evidence] });

  test.each([
    "true",
    'page.type == "cart" && cart.count > 0 && !checkout.active',
    'session.duration_s > 5 && "high" in cart.margins',
    "moment.evidence.exit > 0.0 && !session.comparing",
    'page.type in ["cart", "checkout"]',
    'page.type != "pricing"',
    "page.key && page.dwell_s >= 30",
    "score >= 7",
    "score >= 7.0 && moment.score < 10.0",
    'moment.kind == "exit" || moment.kind == "hesitation"',
    "cart.value >= 80",
    "cart.value > 50.0 && cart.value < 200.0",
    "cart.count >= 2 && cart.count <= 5",
    'cart.currency == "EUR"',
    "cart.items[0].price > 50.0",
    'cart.top.category == "shoes"',
    "size(cart.items) == 2",
    '"socks" in cart.categories',
    'cart.items[0].category == "shoes" && cart.items[1].quantity == 2.0',
    'context.device == "phone"',
    'context.device != "desktop" && context.language.startsWith("fr")',
    'context.country in ["FR", "BE", "CH"]',
    'context.city == "Paris"',
    "context.store_km < 5",
    "near(48.8566, 2.3522, 10)",
    "context.hour >= 9 && context.hour < 18",
    'context.daypart == "afternoon"',
    'context.weekday in ["mon", "tue", "wed"]',
    '!(context.weekday in ["sat", "sun"])',
    'seen("pricing")',
    'seen("pricing") && seen("product")',
    'sequence(["pricing", "product", "cart"])',
    '!sequence(["cart", "checkout"])',
    'count("add_to_cart", "24h") >= 1',
    'count("search", "15m") == 1',
    'count("purchase", "30d") == 0',
    'since("purchase") > 86400',
    'since("add_to_cart") < 60.0',
    'claimed.loyalty_tier == "gold"',
    'profile.loyalty_tier != "gold"',
    "claimed.open_tickets > 1",
    "profile.open_tickets == 0",
    "claimed.open_tickets + profile.open_tickets == 2",
    "visitor.new",
    "visitor.number == 1 && !visitor.returning",
    'stage == "conversion"',
    'stage in ["consideration", "conversion"]',
    "messages.sent < 3",
    "messages.last_sent_s > 86400.0",
    '!sent("cart-proof")',
    "chat.agents_online == 0",
    "audience.parisians",
    "audience.keen && !checkout.active",
    "session.views > 2",
    "session.depth > 0.5",
    "session.products == 1 && !session.comparing",
    'context.device == "phone" ? page.dwell_s > 20 : page.dwell_s > 60',
    'page.dwell_s > {"phone": 20.0, "tablet": 30.0, "desktop": 60.0}[context.device]',
    "cart.value / double(cart.count) > 20.0",
    "int(cart.value) % 2 == 0",
    'checkout.payment_failures == 0 || checkout.failure_code == "declined"',
    "page.clicks == 0 // nothing was touched",
  ])("holds: %s", (when) => {
    expect(holds(when)).toBe(true);
    expect(holds(`!(${when.replace(/ \/\/.*/, "")})`)).toBe(false);
  });
});

describe("where a part has no value, a condition does not hold", () => {
  const visitor = shopVisitor().opens("home");
  test.each([
    "cart.items[0].price > 1.0",
    "!(cart.items[0].price > 1.0)",
    "cart.count / cart.count == 1",
    "1 % cart.count == 0",
    "9223372036854775807 + session.views > 0",
    '{"phone": 1}[context.device] == 1',
    "int(cart.value / cart.value) == 0",
    'int("two") == 2',
    "true && 1 / cart.count == 1",
  ])("%s", (when) => {
    expect(visitor.holds(when)).toBe(false);
  });

  test("unless the rest decides it, on either side", () => {
    for (const when of ["1 / cart.count == 1 || true", "true || 1 / cart.count == 1", "!(1 / cart.count == 1 && false)"])
      expect(visitor.holds(when), when).toBe(true);
  });
});

test("whole numbers are exact to 64 bits, and compare with decimals as numbers do", () => {
  const visitor = shopVisitor().opens("home");
  for (const when of [
    "9007199254740993 - 9007199254740992 == 1",
    "3037000499 * 3037000499 == 9223372030926249001",
    "9007199254740993 > 9007199254740992.0",
    "-7 / 2 == -3 && -7 % 2 == -1",
    "1 < 1.5 && 1.0 <= 1",
    '"a" < "a\u{10000}" && "\uFFFD" < "\u{10000}" && size("\u{1F600}") == 1',
    '"B" < "a" && "" < "a" && !("a" < "a") && "a" <= "a"',
  ])
    expect(visitor.holds(when), when).toBe(true);
});

describe("a refusal says where and what to write instead", () => {
  test.each([
    ['page.tipe == "cart"', "5 there is no fact `page.tipe`; did you mean `page.type`?"],
    ['paeg.type == "cart"', "0 there is no fact `paeg.type`; did you mean `page.type`?"],
    ['page.tpye == "cart"', "5 there is no fact `page.tpye`; did you mean `page.type`?"],
    ['device == "phone"', "0 there is no fact `device`; did you mean `context.device`?"],
    ["page.type == cart.typ", "18 there is no fact `cart.typ`"],
    ["page.type == pricing", '13 there is no fact `pricing`; a text is written in quotes: "pricing"'],
    ['page == "cart"', "0 say what of `page`, like page.type, page.key, page.dwell_s"],
    ['page["type"] == "cart"', "0 say what of `page`"],
    ['profile.loyalty == "gold"', "8 there is no trait `loyalty` under `traits`; did you mean `profile.loyalty_tier`?"],
    ["claimed.x", "8 there is no trait `x` under `traits`; there is claimed.loyalty_tier"],
    ["audience.parisian", "9 there is no audience `parisian`; did you mean `audience.parisians`?"],
    ["cart.items[0].cost > 1.0", "14 an item of the cart has no `cost`; there is id, name"],
    ["cart.items[0][page.type] == 1.0", "0 a field of an item is written out, like cart.items[0].price"],
    ['cart.items[0]["constructor"] == 1.0', "14 an item of the cart has no `constructor`"],
    ['page.type == "prising"', '13 `page.type` is never "prising"; did you mean `pricing`?'],
    ['page.type in ["cart", "basket"]', '22 `page.type` is never "basket"; there is pricing, product'],
    ['"hihg" in cart.margins', '0 `cart.margins` is never "hihg"; did you mean `high`?'],
    ['context.weekday == "Monday"', '19 `context.weekday` is never "Monday"'],
    ['moment.kind == "exit_intent"', '15 `moment.kind` is never "exit_intent"'],
    ['seen("pricng")', "5 there is no page type `pricng` under `pages`; did you mean `pricing`?"],
    ['sequence(["cart", "chekout"])', "9 there is no page type `chekout` under `pages`; did you mean `checkout`?"],
    ["seen(page.type)", '5 `seen` takes what is written out, like seen("pricing")'],
    ["seen(1)", '0 `seen` is called like seen("pricing")'],
    ['seem("cart")', "0 `seem` may not be used; did you mean `seen`?"],
    ['count("add_to_cat", "24h") > 1', "6 `add_to_cat` is not counted; did you mean `add_to_cart`?"],
    [
      'count("newsletter", "24h") > 1',
      "6 `newsletter` is not counted; what your pages track by a name of their own is written custom:NAME",
    ],
    ['count("purchase", "1 day") > 1', "18 a time is written as a number and s, m, h or d, like 24h"],
    ['count("purchase", "90d") > 1', "18 the past is kept for 30 days: at most 30d"],
    ['since("purchace") > 1', "6 `purchace` is not counted; did you mean `purchase`?"],
    ["near(148.8, 2.3, 10)", "5 a latitude is between -90 and 90"],
    ["near(48.8, 202.3, 10)", "11 a longitude is between -180 and 180"],
    ['sent("cart-prof")', "5 there is no message `cart-prof`; did you mean `cart-proof`?"],
    ["seen", "0 `seen` is a function, like"],
    ["page.dwell_s == 20", "16 `==` takes two numbers of one kind: write 20.0 instead of 20"],
    ["cart.value * 2 > 30.0", "13 `*` takes two numbers of one kind: write 2.0 instead of 2"],
    ["cart.value / cart.count > 1.0", "0 `/` takes two numbers of one kind: make a decimal of the whole one by double(…)"],
    ["page.type == 1", "0 `==` does not go with a text and a whole number"],
    ["!page.type", "0 `!` does not go with a text"],
    ["page.key && page.type", "12 `&&` and `||` join what is true or false, and this is a text"],
    ["page.key && page.type ? true : false", "12 `&&` and `||` join"],
    ["page.type ? true : false", "0 before `?` stands what is true or false, and this is a text"],
    ['page.key ? 1 : "x"', "0 both sides of `:` must be of one kind"],
    ['page.type in ["cart", 1]', "22 what is in one list must be of one kind"],
    ["page.type.startsWith(1)", "0 `startsWith` does not go with this"],
    ["cart.value", "0 a condition must be true or false, and this is a decimal number"],
    ['page.type = "cart"', "10 write `==` instead of `=`"],
    ["page.key and cart.count > 1", "9 write `&&` instead of `and`"],
    ["page.key | visitor.new", "9 write `||` instead of `|`"],
    ["not page.key", "4 write `!` instead of `not`"],
    ["not (page.key)", "0 `not` may not be used: write `!` instead"],
    ["9 < context.hour < 21", "0 this takes two comparisons: `9 < context.hour && context.hour < 21`"],
    [`since("purchase") < 2d`, "21 times are in seconds: write 172800 instead of 2d"],
    ["page.type == “cart”", '13 write straight quotes: "'],
    ['page.type == "cart', "13 the quote that begins here is not closed"],
    ["page.key &&", "11 the condition is not finished"],
    ["(page.key", "9 the condition is not finished: a `)` is missing"],
    ["", "0 the condition is empty"],
    ["page.type == null", "13 no fact is ever null"],
    ["page.clicks == 1u", "15 is neither a text, a number, true nor false"],
    ["page.clicks < 9223372036854775808", "14 this number is too large"],
    ["has(page.type)", "0 `has` may not be used: every fact has a value, and a trait its default"],
    ['page.type.matches("c.*")', "10 `matches` may not be used: a text is looked into by startsWith, endsWith and contains"],
    ["cart.items.exists(i, i.price > 1.0)", "11 `exists` may not be used: what is in a list is asked by `in`"],
    ['timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T00:00:00Z")', "0 `timestamp` may not be used"],
    ["page.constructor", "5 there is no fact `page.constructor`"],
  ])("%s", (when, said) => {
    expect(refusal(when).slice(0, said.length)).toBe(said);
  });

  test("an audience is not made of audiences, and a broken one holds of nobody", () => {
    const ofAudiences = conditionsFor({ ...shopFile, audiences: {} });
    expect(ofAudiences("audience.keen")).toMatchObject({ message: "there is no audience `keen`" });
    const broken = conditionsFor({ ...shopFile, audiences: { broken: "pag.key" } })("audience.broken");
    expect(typeof broken === "function" && broken(shopVisitor().opens("cart").facts())).toBe(false);
  });
});

test("a condition knows what it was written as and which facts it reads", () => {
  const made = compile('page.type == "cart" && (cart.top.price > 1.0 || audience.keen || seen("cart"))');
  if (typeof made !== "function") throw new Error(made.message);
  expect(made.source).toMatch(/^page\.type/);
  expect(made.ast.op).toBe("&&");
  expect([...made.reads]).toEqual(
    expect.arrayContaining(["page.type", "cart.top.price", "audience.keen", "cart.count", "session.products", "seen"]),
  );
});

test("docs/conditions.md tells of every fact, function and kind that is counted", () => {
  const facts = Object.entries(declared).flatMap(([name, fields]) =>
    typeof fields === "string" ? name : Object.keys(fields).map((field) => `${name}.${field}`),
  );
  const words = [...facts, ...Object.values(calls).map(({ usage }) => usage), ...countable];
  expect(words.filter((word) => !guide.includes(`\`${word}`))).toEqual([]);
});

describe("what would hold an isolate ends at once", () => {
  const maxMs = 5;
  const visitor = shopVisitor().opens("cart");
  const text = `"${"a".repeat(60)}"`;
  const hostile: Record<string, string> = {
    "a pattern that backtracks": `"${"a".repeat(28)}!".matches("(a+)+$")`,
    "twenty thousand exclamation marks": `${"!".repeat(20_000)}true`,
    "two thousand exclamation marks": `${"!".repeat(2000)}true`,
    "twenty thousand alternatives": Array(20_000).fill("true").join("||"),
    "five hundred alternatives": Array(500).fill("1==1").join("||"),
    "all the alternatives there may be": Array(160).fill("1==1").join("||"),
    "a thousand brackets": `${"(".repeat(1000)}true${")".repeat(1000)}`,
    "a thousand lists": `${"[".repeat(900)}1${"]".repeat(900)} == []`,
    "a thousand minus signs": `${"-".repeat(1000)}1 == 1`,
    "nested binds": `${"cel.bind(a,[1,2],".repeat(40)}true${")".repeat(40)}`,
    "nested loops": "[1,2,3].all(a,[1,2,3].all(b,[1,2,3].all(c,[1,2,3].all(d,true))))",
    "a list that doubles": `size(${Array(60).fill("[1,2,3,4]").join("+")}) > 1`,
    "a text that doubles": `size(${Array(25).fill(text).join("+")}) > 1`,
    "nested conditions": `${"true?".repeat(300)}true${":true".repeat(300)}`,
    "a number that grows": `${Array(250).fill("9223372036854775807").join("*").slice(0, 2040)} > 1`,
    "a long number": `${"9".repeat(2000)} > 1`,
    "an exponent": "1e308 * 1e308 > 1.0",
    "indices in indices": `${"[0]".repeat(30)}${"[0]".repeat(30)} == 1`,
    "a name of every object": '{"a": 1}["__proto__"] == 1 || {"__proto__": 1}["a"] == 1',
    "the longest there may be": `page.type == "${"x".repeat(2030)}"`,
  };
  test.each(Object.entries(hostile))("%s", (_, when) => {
    const took = [0, 1, 2, 3, 4].map(() => {
      const startMs = performance.now();
      const made = compile(when);
      if (typeof made === "function") made(visitor.facts());
      else expect(made).toEqual({ offset: expect.any(Number), message: expect.stringMatching(/\w/) });
      return performance.now() - startMs;
    });
    expect(Math.min(...took)).toBeLessThan(maxMs);
  });
});
