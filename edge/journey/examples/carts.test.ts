import { expect, test } from "vitest";
import type { Device, Item } from "../../../contract/signals.ts";
import { noonMs, somebody } from "../../test/somebody.ts";
import { doing, heard, hour, minute, second, shoe, silences, socks } from "./doing.ts";
import { shopWith } from "./shop.ts";

/** In Paris, on a Monday. */
const eveningMs = noonMs + 7.5 * hour;

/** Somebody fills a cart, stays in the shop for so long, and goes. */
async function leavesCart(example: string, staysS: number, { item = shoe, depth = 0.3, device = "desktop" as Device } = {}) {
  const me = somebody(await shopWith(example), "u-42");
  const visit = doing(me, device)
    .opens("/p/shoe")
    .adds(item, 1)
    .scrolls(depth, staysS - 1)
    .leaves();
  return { me, visit, leftMs: noonMs + staysS * second };
}

test("cart-left: a cart of a high margin, left after 76 s, is called to mind two to five minutes later", async () => {
  const { me, visit, leftMs } = await leavesCart("cart-left", 76);
  visit.waits(5 * hour);
  const [told, ...more] = heard(me, leftMs);
  expect(more).toEqual([]);
  expect(told).toBe("cart-reminder by push after 123 s");
});

test("cart-left: not after 74 s, not for a low margin, not for who is back, buys or empties the cart before", async () => {
  const { me: hasty, visit: one } = await leavesCart("cart-left", 74);
  one.waits(5 * hour);
  expect(hasty.lines).toEqual([]);
  const { me: thrifty, visit: two } = await leavesCart("cart-left", 300, { item: socks });
  two.waits(5 * hour);
  expect(silences(thrifty)).toEqual(["when: cart-left"]);
  const { me: back, visit: three } = await leavesCart("cart-left", 76);
  three
    .waits(minute)
    .opens("/cart")
    .waits(5 * hour);
  expect(back.lines).toEqual([]);
  const { me: buys, visit: four } = await leavesCart("cart-left", 76);
  four
    .waits(minute)
    .opens("/checkout")
    .buys()
    .leaves()
    .waits(5 * hour);
  expect(buys.sent).toEqual([]);
});

test("cart-after-long-look: after ten minutes of scrolling the second touch comes, an hour later, and no first", async () => {
  const { me, visit } = await leavesCart("cart-after-long-look", 600, { depth: 0.8 });
  visit.waits(5 * hour);
  expect(me.sent.map(({ name, channel }) => `${name} by ${channel}`)).toEqual(["cart-proof by email"]);
  const enteredMs = me.lines.find(({ what }) => what === "entered")?.atMs ?? 0;
  expect(me.sent[0]?.atMs).toBeLessThanOrEqual(enteredMs + hour);
  expect(me.sent[0]?.atMs).toBeGreaterThanOrEqual(enteredMs + hour - 10 * second);
  expect(silences(me)).toEqual(["running: cart-after-short-look"]);
});

test("cart-after-long-look: after two minutes both touches come, in their order; a purchase between them is the end", async () => {
  const { me, visit, leftMs } = await leavesCart("cart-after-long-look", 120);
  visit.waits(5 * hour);
  expect(me.sent.map(({ name }) => name)).toEqual(["cart-saved", "cart-proof"]);
  expect(heard(me, leftMs)[0]).toBe("cart-saved by push after 180 s");
  const { me: buys, visit: other } = await leavesCart("cart-after-long-look", 120);
  other
    .waits(30 * minute)
    .opens("/checkout/thanks")
    .buys()
    .leaves()
    .waits(5 * hour);
  expect(buys.sent.map(({ name }) => name)).toEqual(["cart-saved"]);
  expect(buys.lines).toContainEqual(expect.objectContaining({ what: "exited", gate: "goal" }));
});

test("electronics-shipping: over 90 s with electronics, shipping is free within four minutes; else not", async () => {
  const radio: Item = { id: "radio", category: "electronics", price: 60, margin: "low" };
  const { me, visit, leftMs } = await leavesCart("electronics-shipping", 91, { item: radio });
  visit.waits(5 * hour);
  expect(heard(me, leftMs)).toEqual(["free-shipping by push after 123 s"]);
  const { me: hasty, visit: one } = await leavesCart("electronics-shipping", 89, { item: radio });
  const { me: shod, visit: two } = await leavesCart("electronics-shipping", 200);
  for (const visit of [one, two]) visit.waits(5 * hour);
  for (const me of [hasty, shod]) expect([heard(me, noonMs), silences(me)]).toEqual([[], ["when: electronics-shipping"]]);
});

/** Somebody adds this to the cart and turns to leave. */
async function hesitates(example: string, fromMs: number, device: Device, item: Item = shoe) {
  const me = somebody(await shopWith(example), "u-42", fromMs);
  const visit = doing(me, device).opens("/cart").adds(item).turnsToLeave();
  return { me, visit };
}

test("phone-evening: a cart on a phone at half past seven has its own discount, on the page", async () => {
  const { me, visit } = await hesitates("phone-evening", eveningMs, "phone");
  expect(heard(me, eveningMs)).toEqual(["evening-offer by onsite after 16 s"]);
  visit.leaves().waits(5 * hour);
  expect(me.sent).toHaveLength(1);
});

test("phone-evening: who has gone has it by push", async () => {
  const me = somebody(await shopWith("phone-evening"), "u-42", eveningMs);
  doing(me, "phone")
    .opens("/p/shoe")
    .adds(shoe)
    .lingers(100)
    .clicks()
    .leaves()
    .waits(5 * hour);
  expect(me.sent.map(({ name, channel }) => `${name} by ${channel}`)).toEqual(["evening-offer by push"]);
});

test("phone-evening: not at noon, not on a desktop, not by the shop's clock for somebody in New York", async () => {
  const { me: noon } = await hesitates("phone-evening", noonMs, "phone");
  const { me: desk } = await hesitates("phone-evening", eveningMs, "desktop");
  const abroad = somebody(await shopWith("phone-evening"), "u-42", eveningMs);
  abroad.profile.context.time_zone = "America/New_York";
  doing(abroad, "phone").opens("/cart").adds(shoe).turnsToLeave();
  for (const me of [noon, desk, abroad]) expect([heard(me, noonMs), silences(me)]).toEqual([[], ["when: phone-evening"]]);
});

test("premium-alert: a costly cart in the evening is told to the team, and to nobody else", async () => {
  const watch: Item = { id: "watch", category: "watches", price: 450 };
  const { me } = await hesitates("premium-alert", eveningMs, "desktop", watch);
  expect(heard(me, eveningMs)).toEqual(["premium-alert by team after 16 s"]);
  expect(me.sent[0]?.to).toBe("alerts");
  const { me: noon } = await hesitates("premium-alert", noonMs, "desktop", watch);
  const { me: cheap } = await hesitates("premium-alert", eveningMs, "desktop");
  for (const me of [noon, cheap]) expect([me.sent, silences(me)]).toEqual([[], ["when: premium-alert"]]);
});

test("premium-alert: nobody has to be known for it", async () => {
  const me = somebody(await shopWith("premium-alert"), "somebody", eveningMs, {});
  doing(me).opens("/cart").adds({ id: "watch", price: 450 }).turnsToLeave();
  expect(me.sent.map(({ channel }) => channel)).toEqual(["team"]);
});
