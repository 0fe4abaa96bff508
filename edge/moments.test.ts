import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { evidenceOf } from "../contract/evidence.ts";
import { defaultBands } from "../contract/moment-life.ts";
import { pageMatcher } from "../contract/pages.ts";
import { freshFacts, scoreVectors } from "../contract/score.vectors.ts";
import type { Batch } from "../contract/wire.ts";
import { whyText } from "./decide/why.ts";
import { newProfile, takeBatch } from "./profile/state.ts";
import { checkSiteFile } from "./site/check.ts";
import { compileSite } from "./site/site-config.ts";
import { batchOf, type Hook, now, personOf, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";
import shop from "./test/shop.yaml?raw";

/** The shop, which here hears of everything that only time can open. */
const acts = (yaml: string) =>
  yaml
    .replace("moments: [bounce]", "moments: [cart_abandon, checkout_stall, frustration]")
    .replace("origins:", "average_order: 80\norigins:");

beforeEach(() => pushDemo(acts));
afterEach(() => vi.restoreAllMocks());

type Given = Parameters<typeof batchOf>[0];

/** A visit that ended just now, its last signal at `lengthMs`. */
async function visit(signals: Given, lengthMs: number): Promise<Batch> {
  const fromMs = (await now()) - lengthMs;
  return batchOf(signals, { sent_at: fromMs + lengthMs }, fromMs);
}

const item = { id: "kettle", price: 80, margin: "high" } as const;
const cart: Given = [
  { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
  { kind: "add_to_cart", items: [item], currency: "EUR", at: 5000 },
  { kind: "dwell", engaged_ms: 60_000, left: true, at: 76_000 },
];
const checkout: Given = [
  { kind: "page_view", url: "https://shop.example/checkout", device: "desktop" },
  { kind: "begin_checkout", items: [item], currency: "EUR", at: 1000 },
  { kind: "dwell", engaged_ms: 20_000, left: true, at: 20_000 },
];
const moments = (came: readonly Hook[]) => came.map(({ body }) => body.data.moment as never as { kind: string; score: number });
const alarmInMs = (batch: Batch) =>
  runInDurableObject(personOf(batch) as never, async (_person, { storage }) => ((await storage.getAlarm()) ?? 0) - Date.now());

test("a cart left for two minutes is a moment, and not a second before", async () => {
  const came = receiver();
  const batch = await visit(cart, 76_000);
  await post(batch);
  await skip(119_000);
  await runAlarm(batch);
  expect(came).toHaveLength(0);
  await skip(5000);
  await runAlarm(batch);
  await vi.waitFor(() => expect(moments(came)).toMatchObject([{ kind: "cart_abandon", score: 7.9, band: "now" }]));
  await runAlarm(batch);
  expect(came).toHaveLength(1);
});

test("who bought, and who came back, has left no cart", async () => {
  const came = receiver();
  const bought = await visit(cart, 76_000);
  await post(bought);
  const more = (signals: Given) => batchOf(signals).signals.map((s, i) => ({ ...s, n: 4 + i, at: bought.sent_at + 3000 }));
  await post({ ...bought, signals: more([{ kind: "purchase", order: "0a1b2c3d4e5f6071" }]) });
  const back = await visit(cart, 76_000);
  await post(back);
  await post({ ...back, signals: more([{ kind: "dwell", engaged_ms: 62_000 }]) });
  await skip(125_000);
  for (const batch of [bought, back]) await runAlarm(batch);
  expect(came).toHaveLength(0);
});

test("a checkout whose tab was closed rises to later after a minute and to now after two", async () => {
  const came = receiver();
  const batch = await visit(checkout, 20_000);
  await post(batch);
  for (const ms of [34_000, 30_000, 30_000, 30_000]) {
    await skip(ms);
    await runAlarm(batch);
  }
  const risen = [
    { score: 3.9, band: "none" },
    { score: 5.1, band: "later" },
    { score: 7.6, band: "now" },
  ];
  await vi.waitFor(() => expect(moments(came)).toMatchObject(risen.map((moment) => ({ kind: "checkout_stall", ...moment }))));
});

test("a refused payment is a moment at once, and a second one is trouble", async () => {
  const came = receiver();
  const failed = { kind: "payment_failed", code: "card_declined" } as const;
  await post(await visit([...checkout.slice(0, 2), { ...failed, at: 9000 }, { ...failed, at: 30_000 }], 30_000));
  await vi.waitFor(() =>
    expect(moments(came)).toMatchObject([
      { kind: "checkout_stall", score: 8.2 },
      { kind: "frustration", score: 7.2 },
    ]),
  );
});

test("a visitor with an empty cart costs no alarm before the day of forgetting", async () => {
  receiver();
  const batch = await visit([...cart.slice(0, 1), ...cart.slice(2)], 76_000);
  await post(batch);
  expect(await alarmInMs(batch)).toBeGreaterThan(29 * 86_400_000);
});

test("a condition sees the cart and the checkout, and no fact that does not exist", async () => {
  const came = receiver();
  const when = (condition: string) => (yaml: string) =>
    acts(yaml).replace(/on: \[exit\]\n\s+when: page.key/, `on: [exit]\n    when: '${condition}'`);
  await expect(pushDemo(when("cart.total > 1.0"))).rejects.toThrow(/there is no fact `cart.total`/);
  const seen = '"high" in cart.margins && cart.count == 1 && cart.value > 79.0 && cart.currency == "EUR" && !checkout.active';
  await pushDemo(when(`${seen} && !session.comparing && session.products == 0 && checkout.payment_failures == 0`));
  await post(
    await visit([...cart.slice(0, 2), { kind: "exit_intent", quality: 0.9, speed: 1, quiet_ms: 15_000, at: 20_000 }], 20_000),
  );
  await vi.waitFor(() => expect(came.map(({ body }) => body.data.why?.trigger)).toEqual(["leaving"]));
});

test("the profile keeps no text that tells who somebody is, whoever sent it", async () => {
  receiver();
  const ada = "ada@example.com";
  const batch = await visit(
    [
      ...cart.slice(0, 1),
      { kind: "add_to_cart", items: [{ id: ada, name: `for ${ada}`, category: ada }] },
      { kind: "search", query_class: "help", query: `where is the order of ${ada}` },
      { kind: "identify", traits: { plan: "gold", mail: ada } },
      { kind: "custom", name: "signed_up", properties: { by: ada } },
      { kind: "element_seen", name: "returns-policy", seen_ms: 3000 },
    ],
    1000,
  );
  expect((await post(batch)).status).toBe(202);
  const stored = await runInDurableObject(personOf(batch) as never, async (_person, { storage }) =>
    JSON.stringify([...storage.sql.exec("SELECT * FROM profile")]),
  );
  expect(stored).toContain("returns-policy");
  expect(stored).not.toContain("ada");
});

test("however a visit is cut into batches, the same instants are waited for", () => {
  const body = fc.constantFrom<Given[number]>(
    { kind: "add_to_cart", items: [item] },
    { kind: "begin_checkout" },
    { kind: "purchase" },
    { kind: "dwell", engaged_ms: 5000 },
    { kind: "dwell", engaged_ms: 9000, left: true },
  );
  const page = fc.constantFrom("p1", "p2");
  const config = {
    scoring: { pageOf: pageMatcher(), bands: defaultBands, averageOrder: 80 },
    awaited: ["bounce", "cart_abandon", "checkout_stall"] as const,
    file: { traits: {}, identity: { claimed_addresses: false } },
  };
  const views: Given = ["p1", "p2"].map(
    (p) => ({ kind: "page_view", page: p, url: "https://shop.example/cart", device: "phone" }) as Given[number],
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(body, page), { maxLength: 12 }), fc.nat(14), (all, cut) => {
      const more = all.map(([signal, p], i) => ({ ...signal, page: p, at: 20_000 * (i + 1) }));
      const batch = batchOf([...views, ...more]);
      const waitedFor = (...batches: Batch["signals"][]) => {
        const profile = newProfile("pk_demo", "x", 0);
        for (const signals of batches) takeBatch(profile, { ...batch, signals }, batch.sent_at, config);
        return profile.watches;
      };
      expect(waitedFor(batch.signals.slice(0, cut), batch.signals.slice(cut))).toEqual(waitedFor(batch.signals));
    }),
    { numRuns: 300 },
  );
});

test("settings tell what is off, how many visitors are watched and what an order is worth", async () => {
  const told = async (change: (yaml: string) => string) => {
    const checked = checkSiteFile(change(shop));
    return checked.ok ? JSON.parse((await compileSite(1, checked.file)).settings) : checked.mistakes;
  };
  expect(await told((yaml) => yaml)).not.toHaveProperty("off");
  const off = (kinds: string) => (yaml: string) =>
    acts(yaml).replace("origins:", `signals: { off: [${kinds}], sample: 0.25 }\norigins:`);
  expect(await told(off("idle, dead_click"))).toMatchObject({ off: ["idle", "dead_click"], sample: 0.25, average_order: 80 });
  expect(await told(off("page_view"))).toMatchObject([{ pointer: "/signals/off/0" }]);
});

test("every kind is told in one sentence, with what its vectors hold", () => {
  for (const { kind, facts, score, band } of scoreVectors.filter(({ score }) => score > 0)) {
    const whole = { ...freshFacts(), ...facts };
    const said = whyText({ kind, score, band, page: "p1", atMs: 0, evidence: evidenceOf(kind, whole) }, whole.type);
    expect(said).toMatch(/^A visitor [\w ]+(: [^:]+)?\. Score [\d.]+\.$/);
    expect(said).not.toMatch(/undefined|NaN|null|Infinity|true|false/);
  }
});

const page = { kind: "page_view", url: "https://shop.example/", device: "desktop" } as const;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1]));
test.each([
  ["21 items", { kind: "view_item", items: Array.from({ length: 21 }, () => item) }, "items"],
  ["an item's name too long", { kind: "view_item", items: [{ id: "a", name: "x".repeat(101) }] }, "items/0/name"],
  ["a price that is no number", { kind: "view_item", items: [{ id: "a", price: "1" }] }, "items/0/price"],
  ["a currency in words", { kind: "view_cart", currency: "euro" }, "currency"],
  ["21 traits", { kind: "identify", traits: many(21) }, "traits"],
  ["a trait that every object has", { kind: "identify", traits: { constructor: "x" } }, "traits/constructor"],
  ["a trait too long", { kind: "identify", traits: { a: "x".repeat(257) } }, "traits/a"],
  ["a trait with parts", { kind: "identify", traits: { a: { b: 1 } } }, "traits/a"],
  ["a video that every object has", { kind: "video_progress", video: "toString", share: 1 }, "video"],
  ["a share above 1", { kind: "video_progress", video: "demo", share: 1.1 }, "share"],
  ["a class of query nobody knows", { kind: "search", query_class: "love" }, "query_class"],
  ["a message of another kind", { ...page, message: "https://evil.example" }, "message"],
  ["a field nobody declared", { kind: "coupon_refused", code: "SAVE10" }, ""],
])("%s is refused and named by its place alone", async (_what, signal, at) => {
  const answer = await post(batchOf([page, signal as never]));
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ pointer: at ? `/signals/1/${at}` : "/signals/1" });
});
