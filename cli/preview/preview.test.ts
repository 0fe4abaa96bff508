// @vitest-environment jsdom
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { recipes } from "../../edge/site/recipes/recipes.ts";
import { browserPath } from "./picture.ts";
import { preview } from "./preview.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-preview-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());
const file = path.join(folder, "cusp.yaml");
const out = path.join(folder, "out");
writeFileSync(
  file,
  `version: 1
site: pk_demo
origins: [https://shop.example]
currency: EUR
limits: { sms_to: ["+33"] }
pages: { product: { match: [/p/*], key: true }, cart: { match: [/cart], key: true } }
traits: { tier: { type: string, default: none }, first_name: { type: string } }
offers: { cart15: { percent: 15, code: { fixed: C15 }, valid_for: 24h } }
triggers: { exit: { on: [exit], band: now, re_entry: { after: 7d }, message: cart } }
messages:
  cart:
    offer: cart15
    subject: "{{ cart.top.name }} is waiting"
    sms: { text: "Your cart: {{ cart.restore_url }}" }
    blocks:
      - id: hook
        variants:
          - { id: gold, when: profile.tier == "gold", text: "First pick for you" }
          - { id: named, when: profile.first_name != "", text: "Hello {{ profile.first_name }}" }
          - { id: plain, text: "Your cart is waiting" }
      - { id: reviews, list: cart.top.reviews }
      - { id: items, list: cart.items }
    action: { label: Return to cart, link: "{{ cart.restore_url }}" }
destinations:
  email: { url: "https://tool.example/hook", mode: rendered, channels: [email, sms], secret: DEST_PK_DEMO_EMAIL }
`,
);

async function said(words: string[], options: object = {}): Promise<string[]> {
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(...text.split("\n")));
  await preview([file, ...words], { out, ...options });
  return printed;
}

test("each form is shown to people who differ: what was chosen, what fell away and why", async () => {
  const lines = await said([]);
  expect(lines).toContain("cart, email, newcomer: would not be sent: nothing is known of cart.top.name");
  const gold = lines.slice(lines.indexOf("cart, email, gold: Trail shoe is waiting"));
  expect(gold.slice(1, 4)).toEqual([
    "  hook: variant gold (named: another came first; plain: another came first)",
    "  reviews left out (there is nothing in cart.top.reviews)",
    "  items: 2 items",
  ]);
  expect(lines).toContain("cart, sms, gold: Your cart: https://shop.example/cart");
  expect(lines.at(-1)).toBe(path.join(out, "index.html"));
});

test("the mails are written as they would go out, and shown in frames in which nothing runs", async () => {
  await said(["cart"]);
  const html = readFileSync(path.join(out, "cart.gold.html"), "utf8");
  expect(html).toContain("First pick for you");
  expect(readFileSync(path.join(out, "cart.gold.txt"), "utf8")).toContain(
    "Return to cart:\nhttps://shop.example/cart?cusp_m=msg_",
  );
  const document = new DOMParser().parseFromString(readFileSync(path.join(out, "index.html"), "utf8"), "text/html");
  const frames = [...document.querySelectorAll("iframe")];
  expect(frames.map((frame) => frame.className)).toEqual(
    expect.arrayContaining(["wide light", "phone light", "wide dark", "phone dark"]),
  );
  for (const frame of frames) expect(frame.getAttribute("sandbox")).toBe("allow-same-origin");
  expect(document.querySelectorAll("script")).toHaveLength(1);
  expect(document.querySelectorAll("body img, body svg")).toHaveLength(0);
  expect(document.querySelector("meta[http-equiv]")?.getAttribute("content")).toMatch(/^default-src 'none'/);
});

test("one person, one channel, or a person of one's own can be asked for", async () => {
  const own = path.join(folder, "mine.json");
  writeFileSync(
    own,
    JSON.stringify({ traits: { first_name: "Ada" }, cart: [{ id: "a", name: "Kettle", price: 30 }], page: "/cart" }),
  );
  const lines = await said(["cart"], { person: own, channel: "email" });
  expect(lines.slice(0, 2)).toEqual([
    "cart, email, mine: Kettle is waiting",
    '  hook: variant named (gold: profile.tier == "gold" does not hold; plain: another came first)',
  ]);
  expect(lines.join("\n")).not.toContain("sms");
});

test("what is misspelt is told, with what was meant", async () => {
  await expect(said(["crat"])).rejects.toThrow("has no message `crat`; did you mean `cart`?");
  await expect(said(["cart"], { person: "goldd" })).rejects.toThrow(
    "there is no person `goldd`: there are newcomer, gold, hostile, or a .json file",
  );
  await expect(said(["cart"], { channel: "mail" })).rejects.toThrow("there is no channel `mail`");
  await expect(said(["cart", "other"])).rejects.toThrow("one word too many");
});

test("where there is no browser to take a picture, the remedy is said", () => {
  expect(() => browserPath("/nowhere/chrome")).toThrow("CHROME_PATH names /nowhere/chrome, and there is nothing; install one");
});

const browser = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((place) => existsSync(place));
test.skipIf(!browser)("a picture is taken by the browser of this machine", { timeout: 90_000 }, async () => {
  const png = path.join(folder, "p.png");
  await said(["cart"], { person: "gold", png });
  const bytes = readFileSync(png);
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20) > 1000]).toEqual([1240, true]);
});

test("every message of every recipe can be shown to everybody", async () => {
  const all = path.join(folder, "recipes.yaml");
  writeFileSync(
    all,
    `version: 1\nsite: pk_demo\norigins: [https://shop.example]\nuse: [${Object.keys(recipes).join(", ")}]\ndestinations:\n  all: { url: "https://tool.example/hook", mode: rendered, channels: [email, push], secret: DEST_PK_DEMO_ALL }\n`,
  );
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
  await preview([all], { out });
  expect(printed.filter((text) => text.includes("email, gold")).length).toBeGreaterThan(5);
  expect(printed.filter((text) => text.includes("email, gold: would not"))).toEqual([]);
});
