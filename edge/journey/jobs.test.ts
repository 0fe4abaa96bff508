import { expect, test } from "vitest";
import { jobs, noonMs, siteOf, somebody, type Unplaced } from "../test/somebody.ts";

const minute = 60_000;
const hour = 60 * minute;
const item = { id: "shoe", name: "Trail shoe", price: 80, margin: "high" } as const;

/** No experiment, so that everybody is treated alike; nobody held out. */
const plain = (yaml: string) => yaml.replace(/experiments:\n[\s\S]*?\n\n/, "").replace(/.*holdout:.*\n/, "");
const site = await siteOf(jobs(plain));

const cart: Unplaced[] = [
  { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
  { kind: "add_to_cart", items: [item], currency: "EUR", at: 5000 },
];
const leaving: Unplaced = { kind: "exit_intent", quality: 0.9, speed: 1, quiet_ms: 15_000, at: 40_000 };
const left = (at = 0): Unplaced => ({ kind: "dwell", engaged_ms: 40_000, left: true, at });
const back = (at = 0): Unplaced => ({ kind: "dwell", engaged_ms: 41_000, at });
const bought: Unplaced = { kind: "purchase", order: "0a1b2c3d4e5f6071" };

test("1: whoever turns to leave the cart hears of it three minutes after leaving, then after an hour", () => {
  const me = somebody(site);
  me.does(...cart, leaving);
  me.does(left(20_000));
  me.waits(30 * hour);
  expect(me.told()).toEqual(["last-chance by push after 240 s", "proof by email after 3840 s"]);
  expect(me.sent[0]).toMatchObject({ channelsLeft: ["email"], gatesPassed: expect.arrayContaining(["cap 1/3"]) });
  expect(me.said().slice(-3)).toEqual(["review tips", "not_sent tips review", "exited tips done"]);
});

test("1: the tips, when nobody has to review them, wait for the end of the night", async () => {
  const me = somebody(await siteOf(jobs((yaml) => plain(yaml).replace(/ *review: \{ by.*\n/, ""))));
  me.does(...cart, leaving);
  me.does(left(20_000));
  me.waits(30 * hour);
  expect(me.told().at(-1)).toBe(`tips by email after ${21 * 3600} s`);
  expect(me.said()).toContain("held tips quiet_hours");
});

test("1: while the visitor is still on the site nothing is sent, and coming back begins anew", () => {
  const me = somebody(site);
  me.does(...cart, leaving);
  me.waits(10 * minute);
  expect(me.told()).toEqual([]);
  me.does(left());
  me.waits(2 * minute);
  me.does(back());
  me.waits(5 * minute);
  expect(me.told()).toEqual([]);
  me.does(left());
  me.waits(4 * minute);
  expect(me.sent.map(({ step }) => step.id)).toEqual(["last-chance"]);
});

test("1: a purchase before the mail is due stops it, and is a recovery", () => {
  const me = somebody(site);
  me.does(...cart, leaving, left(41_000));
  me.waits(2 * minute);
  me.returns();
  me.does({ kind: "page_view", url: "https://shop.example/order", device: "phone" }, bought);
  me.waits(48 * hour);
  expect(me.told()).toEqual([]);
  expect(me.said()).toEqual(["entered last-chance", "exited last-chance goal", "recovered last-chance"]);
  expect(me.profile.recoveredAtMs).toBeDefined();
});

test("1: a cart that is emptied is let go", () => {
  const me = somebody(site);
  me.does(...cart, leaving);
  me.does({ kind: "remove_from_cart", items: [item], at: 50 }, left(100));
  me.waits(5 * hour);
  expect(me.told()).toEqual([]);
  expect(me.said()).toContain("exited last-chance cart_emptied");
});

test("1: a phone hears after two minutes, a hasty visitor after ten: the first that holds", () => {
  const phone = somebody(site);
  phone.does({ ...cart[0], device: "phone" } as Unplaced, cart[1] as Unplaced, leaving);
  phone.does(left(1000));
  phone.waits(20 * minute);
  expect(phone.told()).toEqual(["last-chance by push after 161 s"]);
  const hasty = somebody(site);
  hasty.does(...cart, { ...leaving, at: 20_000 });
  hasty.does(left(1000));
  hasty.waits(20 * minute);
  expect(hasty.told()).toEqual(["last-chance by push after 621 s"]);
});

const pricing: Unplaced[] = [
  { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
  { kind: "scroll_depth", depth: 0.5, at: 5000 },
];

test("2: hesitation on pricing is met on the page at once, then by mail after an hour", () => {
  const me = somebody(site);
  me.does(...pricing, { kind: "dwell", engaged_ms: 20_000, at: 20_000 });
  me.does({ kind: "dwell", engaged_ms: 30_000, left: true, at: 10_000 });
  me.waits(2 * hour);
  expect(me.told()).toEqual(["hint by onsite after 20 s", "reviews by email after 3620 s"]);
});

test("2: a weaker one comes in at the mail, and a stronger moment takes it to the hint: one journey, not two", async () => {
  const me = somebody(await siteOf(jobs((yaml) => plain(yaml).replace("now: 7", "now: 7.8"))));
  me.does(...pricing, { kind: "dwell", engaged_ms: 20_000, at: 20_000 });
  expect(me.said()).toEqual(["entered reviews"]);
  me.does({ kind: "dwell", engaged_ms: 60_000, at: 40_000 });
  expect(me.said().slice(1, 3)).toEqual(["moved hint", "sent hint"]);
  expect(me.profile.runs).toHaveLength(1);
});

const checkout: Unplaced[] = [
  { kind: "page_view", url: "https://shop.example/checkout", device: "desktop" },
  { kind: "begin_checkout", items: [item], currency: "EUR", at: 1000 },
  { kind: "payment_failed", code: "card_declined", at: 9000 },
];

test("3: a payment that failed and is not made two minutes later opens a chat", () => {
  const me = somebody(site);
  me.does(...checkout);
  expect(me.said()).toEqual(["waiting for"]);
  me.waits(3 * minute);
  expect(me.told()).toEqual(["chat by chat after 129 s"]);
});

test("3: who pays within the two minutes is left in peace", () => {
  const me = somebody(site);
  me.does(...checkout);
  me.waits(minute);
  me.does(bought);
  me.waits(10 * minute);
  expect(me.told()).toEqual([]);
  expect(me.said()).toEqual(["waiting for", "not_entered for"]);
});

test("4: the returns policy and a turn to leave lead to help on the page, in the stead of something weaker", () => {
  const me = somebody(site);
  me.does(
    { kind: "page_view", url: "https://shop.example/p/1", device: "desktop" },
    { kind: "page_view", url: "https://shop.example/returns", device: "desktop", page: "p2", at: 5000 },
    { kind: "dwell", engaged_ms: 15_000, page: "p2", at: 20_000 },
    { ...leaving, page: "p2", at: 21_000 } as Unplaced,
  );
  expect(me.sent.map(({ step, name, channel }) => [step.id, name, channel])).toEqual([["hint", "returns-help", "onsite"]]);
});

test("5: of many people each arm gets its share, at its time, and its name goes with the message", async () => {
  const tried = await siteOf(jobs((yaml) => yaml.replace(/.*holdout:.*\n/, "")));
  const count: Record<string, number> = {};
  for (let i = 0; i < 1000; i++) {
    const me = somebody(tried, `person ${i}`);
    me.does(...cart, leaving, left(41_000));
    me.waits(70 * minute);
    const [first] = me.sent.filter(({ step }) => step.id === "last-chance");
    const arm = me.profile.runs[0]?.arms[0]?.arm ?? "";
    count[arm] = (count[arm] ?? 0) + 1;
    const afterMs = { three: 3 * minute, seven: 7 * minute, hour }[arm];
    expect(first && first.atMs - noonMs - 41_000).toBe(afterMs);
    if (arm === "control") expect(me.said()).toContain("not_sent last-chance control");
    else expect(first?.run.arms).toEqual([{ id: "cart-first-touch", arm, probability: 0.3 }]);
  }
  for (const [arm, share] of Object.entries({ three: 0.3, seven: 0.3, hour: 0.3, control: 0.1 }))
    expect((count[arm] ?? 0) / 1000).toBeCloseTo(share, 1);
});
