import { expect, test } from "vitest";
import type { Item } from "../../../contract/signals.ts";
import { noonMs, somebody } from "../../test/somebody.ts";
import { type Event, heed } from "../heed.ts";
import { doing, heard, hour, minute, type Somebody, second, shoe, silences, socks } from "./doing.ts";
import { shopWith } from "./shop.ts";

const day = 24 * hour;
const radio: Item = { id: "radio", category: "electronics", price: 60 };
/** In Paris: 20:58 on a Monday. */
const nearlyNineMs = noonMs + 8 * hour + 58 * minute;

/** Fills a cart with something of a high margin, stays for 100 s, goes. */
const leavesCart = (me: Somebody, item = shoe) => doing(me).opens("/p/this").clicks().adds(item, 1).scrolls(0.3, 99).leaves();

test("offers-by-day: who leaves a cart at two to nine hears nothing that night, nor in the morning, when it is too late", async () => {
  const site = await shopWith("offers-by-day", "cart-left", "cart-after-long-look");
  const late = somebody(site, "u-42", nearlyNineMs);
  leavesCart(late).waits(day);
  expect(late.sent).toEqual([]);
  expect(silences(late)).toContain("quiet_hours: cart-reminder");
});

test("offers-by-day: what is still of use at nine in the morning is sent at nine, by the clock of whoever gets it", async () => {
  const site = await shopWith("offers-by-day", "cart-after-long-look");
  const sentAt = async (time_zone: string, fromMs: number) => {
    const me = somebody(site, "u-42", fromMs);
    me.profile.context.time_zone = time_zone;
    leavesCart(me).waits(day);
    return me.sent.map(
      ({ name, atMs }) =>
        `${name} at ${new Intl.DateTimeFormat("en-GB", { timeZone: time_zone, timeStyle: "short" }).format(atMs)}`,
    );
  };
  // 07:30 in Paris: the first touch is over by nine, the second is due at half past eight.
  expect(await sentAt("Europe/Paris", noonMs - 4.5 * hour)).toEqual(["cart-proof at 09:00"]);
  // 08:30 there, 02:30 in New York: neither is of use at nine.
  expect(await sentAt("America/New_York", noonMs - 3.5 * hour)).toEqual([]);
  expect(await sentAt("America/New_York", noonMs + 3 * hour)).toEqual(["cart-saved at 09:04", "cart-proof at 10:04"]);
});

test("offers-by-day: a discount on the page keeps the hours too, and help does not", async () => {
  const site = await shopWith("offers-by-day", "exit-discount", "returns-doubt");
  const me = somebody(site, "u-42", noonMs + 10 * hour);
  doing(me).opens("/p/shoe").turnsToLeave().opens("/help/returns", 1).lingers(15).turnsToLeave(1);
  expect(me.sent.map(({ name }) => name)).toEqual(["returns-help"]);
  me.waits(hour);
  expect(silences(me)).toContain("quiet_hours: exit-discount");
});

const failed = { kind: "payment_failed", code: "card_declined" } as const;

test("peace-after-recovery: for 48 h after it nothing advertises, and a payment that fails is helped with", async () => {
  const carts = ["cart-left", "cart-after-long-look", "electronics-shipping"];
  const me = somebody(await shopWith("peace-after-recovery", "payment-failed", ...carts), "u-42");
  leavesCart(me, socks)
    .waits(30 * minute)
    .opens("/checkout/thanks")
    .buys()
    .leaves();
  expect(me.lines.at(-1)).toMatchObject({ what: "recovered", journey: "cart-touches" });

  me.waits(47 * hour);
  me.returns();
  leavesCart(me).waits(20 * minute);
  expect(silences(me)).toContain("cooldown: cart-reminder");
  me.returns();
  doing(me)
    .opens("/checkout")
    .adds(shoe)
    .does({ kind: "begin_checkout" })
    .does(failed, 9)
    .waits(3 * minute)
    .leaves();
  me.waits(hour);
  me.returns();
  leavesCart(me, radio).waits(20 * minute);
  expect(me.sent.map(({ name }) => name)).toEqual(["cart-saved", "payment-help", "free-shipping"]);
});

test("three-a-day: the fourth e-mail or push in 24 h is not sent, and when these are over one is again", async () => {
  const site = await shopWith("three-a-day", "cart-left", "electronics-shipping", "pace-by-visit", "until-it-arrives");
  const me = somebody(site, "u-42");
  const looks = (path: string) => doing(me).opens(path).clicks().scrolls(0.5, 60).turnsToLeave().leaves();
  const visits = [
    () => looks("/p/shoe"),
    () => leavesCart(me),
    () => leavesCart(me, radio),
    () => doing(me).opens("/p/boot").scrolls(0.5, 1).lingers(40).leaves(),
  ];
  for (const visit of visits) {
    visit().waits(hour);
    me.returns();
  }
  const three = ["still-looking", "cart-reminder", "free-shipping"];
  expect(me.sent.map(({ name }) => name)).toEqual(three);
  expect(me.lines.find(({ gate }) => gate === "cap")?.text).toBe('"price-watched" not sent: has had 3 of 3 in 24 h');
  me.waits(7 * day);
  me.returns();
  looks("/p/shoe").waits(hour);
  expect(me.sent.map(({ name }) => name)).toEqual([...three, "still-looking"]);
});

test("until-it-arrives: a first visit asks for nothing", async () => {
  const me = somebody(await shopWith("until-it-arrives"), "u-42");
  doing(me).opens("/p/shoe").scrolls(0.5, 1).lingers(40).leaves().waits(hour);
  expect([me.sent, silences(me)]).toEqual([[], ["when: price-watched"]]);
});

async function waitsForPrice() {
  const site = await shopWith("until-it-arrives");
  const me = somebody(site, "u-42");
  me.returns();
  doing(me)
    .opens("/p/shoe")
    .scrolls(0.5, 1)
    .lingers(40)
    .leaves()
    .waits(2 * minute);
  const reported = (what: Extract<Event, { seq: number }>["what"], afterMs = 2 * second) => {
    me.waits(afterMs);
    me.lines.push(...heed(site, me.profile, { what, seq: me.sent.at(-1)?.seq ?? 0 } as Event, me.nowMs));
    me.follow();
  };
  return { me, reported };
}

test("until-it-arrives: a push that fails becomes an e-mail, and an e-mail that bounces a text message", async () => {
  const { me, reported } = await waitsForPrice();
  expect(heard(me, noonMs)).toEqual(["price-watched by push after 101 s"]);
  reported("failed");
  reported("bounced", minute);
  expect(me.sent.map(({ channel }) => channel)).toEqual(["push", "email", "sms"]);
  expect(me.lines.filter(({ what }) => what === "fallback").map(({ text }) => text)).toEqual([
    '"price-watched" goes by e-mail instead: the push message could not be delivered',
    '"price-watched" goes by SMS instead: the e-mail came back',
  ]);
  reported("failed");
  expect(me.sent).toHaveLength(3);
});

test("until-it-arrives: what arrived, or failed too late, goes to no other channel; nor does anything after a purchase", async () => {
  const { me: arrived } = await waitsForPrice();
  arrived.waits(hour);
  expect(arrived.sent).toHaveLength(1);
  const { me: late, reported: reportedLate } = await waitsForPrice();
  reportedLate("failed", 16 * minute);
  expect(late.sent).toHaveLength(1);
  const { me: buys, reported: fails } = await waitsForPrice();
  doing(buys).opens("/checkout/thanks").buys().leaves();
  fails("failed");
  buys.waits(hour);
  expect(buys.sent).toHaveLength(1);
});
