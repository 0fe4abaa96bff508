import { expect, test } from "vitest";
import type { Device } from "../../../contract/signals.ts";
import { noonMs, somebody, vouched } from "../../test/somebody.ts";
import { doing, heard, hour, minute, second, shoe, silences } from "./doing.ts";
import { shopWith } from "./shop.ts";

async function somebodyIn(example: string, device: Device = "desktop", traits: Record<string, string | number> = {}) {
  const me = somebody(await shopWith(example), "u-42", noonMs, { ...vouched("u-42", noonMs), traits: { known: traits } });
  return { me, visit: doing(me, device) };
}

const formLeft = (engagedS: number, filled: number) =>
  ({ kind: "form_abandon", form: "contact", fields: 4, filled, engaged_ms: engagedS * second }) as const;

test("form-left: a form given up after 45 s brings an e-mail; after 10 s, or sent, none", async () => {
  const { me, visit } = await somebodyIn("form-left");
  visit
    .opens("/contact")
    .does({ kind: "form_start", form: "contact", fields: 4 }, 5)
    .scrolls()
    .does(formLeft(45, 2), 45)
    .leaves();
  expect(me.sent.map(({ name, channel }) => `${name} by ${channel}`)).toEqual(["form-saved by email"]);
  const { me: hasty, visit: one } = await somebodyIn("form-left");
  one.opens("/contact").does(formLeft(10, 1), 10).leaves().waits(hour);
  const { me: sends, visit: two } = await somebodyIn("form-left");
  two.opens("/contact").does({ kind: "form_submit", form: "contact" }, 60).does(formLeft(60, 4)).leaves().waits(hour);
  for (const me of [hasty, sends]) expect(me.lines).toEqual([]);
});

const contact = { kind: "form_submit", form: "contact" } as const;

test("form-sent-read-on: whoever sent a form and went past the next steps is written to three to seven minutes after leaving", async () => {
  const { me, visit } = await somebodyIn("form-sent-read-on");
  visit.opens("/contact").does(contact, 30).sees("next-steps").scrolls(0.9).lingers(30);
  const leftMs = me.nowMs;
  visit.leaves().waits(hour);
  expect(heard(me, leftMs)).toEqual(["form-follow-up by email after 180 s"]);
});

test("form-sent-read-on: not without the form, nor without what was marked, nor who is back within the seven minutes and stays", async () => {
  const { me: reads, visit: one } = await somebodyIn("form-sent-read-on");
  one.opens("/contact").sees("next-steps").scrolls(0.9).lingers(30).leaves().waits(hour);
  const { me: sends, visit: two } = await somebodyIn("form-sent-read-on");
  two.opens("/contact").does(contact, 30).scrolls(0.9).lingers(30).leaves().waits(hour);
  for (const me of [reads, sends]) expect(me.lines).toEqual([]);
  const { me: stays, visit: three } = await somebodyIn("form-sent-read-on");
  three
    .opens("/contact")
    .does(contact, 30)
    .sees("next-steps")
    .scrolls(0.9)
    .lingers(30)
    .leaves()
    .waits(2 * minute);
  three
    .opens("/help")
    .lingers(20)
    .waits(20 * minute);
  expect(stays.sent).toEqual([]);
});

const failed = { kind: "payment_failed", code: "card_declined" } as const;

test("payment-failed: two minutes after a payment failed the chat helps, with 10 %", async () => {
  const { me, visit } = await somebodyIn("payment-failed");
  visit
    .opens("/checkout")
    .adds(shoe)
    .does({ kind: "begin_checkout" })
    .does(failed, 9)
    .waits(119 * second);
  expect(me.sent).toEqual([]);
  visit.waits(2 * second);
  expect(heard(me, noonMs)).toEqual(["payment-help by chat after 130 s"]);
  expect(me.sent[0]?.message).toMatchObject({ offer: "pay10", chat: { team: "payments" } });
});

test("payment-failed: who pays, or has left, within the two minutes is not spoken to; a slow payment is no failed one", async () => {
  const { me: pays, visit: one } = await somebodyIn("payment-failed");
  one.opens("/checkout").adds(shoe).does({ kind: "begin_checkout" }).does(failed, 9).waits(minute).buys().waits(hour);
  expect([pays.sent, silences(pays)]).toEqual([[], ["for: payment-failed"]]);
  const { me: leaves, visit: two } = await somebodyIn("payment-failed");
  two.opens("/checkout").adds(shoe).does({ kind: "begin_checkout" }).does(failed, 9).leaves(5).waits(hour);
  expect(leaves.sent).toEqual([]);
  const { me: slow, visit: three } = await somebodyIn("payment-failed");
  three.opens("/checkout").adds(shoe).does({ kind: "begin_checkout" }).does({ kind: "idle", idle_ms: 120_000 }, 120).waits(hour);
  expect([slow.sent, [...new Set(silences(slow))]]).toEqual([[], ["when: payment-failed"]]);
});

test("upsell-declined: a no to the upsell is answered in the chat in the same instant; a refused coupon is not", async () => {
  const { me, visit } = await somebodyIn("upsell-declined");
  visit.opens("/cart").adds(shoe).does({ kind: "offer_declined" }, 3);
  expect(heard(me, noonMs)).toEqual(["upsell-answer by chat after 4 s"]);
  expect(me.sent[0]?.dueAtMs).toBe(me.nowMs);
  const { me: refused, visit: other } = await somebodyIn("upsell-declined");
  other.opens("/cart").adds(shoe).does({ kind: "coupon_refused" }, 3);
  expect([refused.sent, silences(refused)]).toEqual([[], ["when: upsell-declined"]]);
});

test("upsell-declined: what comes to us six seconds late is not answered late", async () => {
  const { me, visit } = await somebodyIn("upsell-declined");
  visit.opens("/cart").adds(shoe);
  me.nowMs += 6000;
  visit.does({ kind: "offer_declined" }, -6);
  expect([me.sent, silences(me)]).toEqual([[], ["expiry: upsell-answer"]]);
});

test("help-after-purchase: a gold member who searches how to return has the chat, before others", async () => {
  const asks = async (traits: Record<string, string | number>) => {
    const { me, visit } = await somebodyIn("help-after-purchase", "desktop", traits);
    visit
      .opens("/checkout/thanks")
      .buys()
      .leaves()
      .returns(24 * hour)
      .opens("/help")
      .searches("help");
    return me;
  };
  const gold = await asks({ loyalty_tier: "gold", orders: 7 });
  const regular = await asks({ orders: 7 });
  const newcomer = await asks({ orders: 1 });
  expect([gold, regular, newcomer].map(({ sent }) => sent.map(({ name, channel }) => `${name} by ${channel}`))).toEqual([
    ["help-after-purchase by chat"],
    ["help-after-purchase by chat"],
    ["first-steps by onsite"],
  ]);
  expect(gold.sent[0]?.message.chat?.priority_if).toBe('profile.loyalty_tier == "gold"');
  expect(silences(newcomer)).toEqual(["when: help-after-purchase"]);
});

test("help-after-purchase: not before a purchase, not for another search, not a month later", async () => {
  const { me: before, visit: one } = await somebodyIn("help-after-purchase", "desktop", { orders: 7 });
  one.opens("/help").searches("help");
  const { me: other, visit: two } = await somebodyIn("help-after-purchase", "desktop", { orders: 7 });
  two.opens("/checkout/thanks").buys().opens("/help").searches("product");
  const { me: later, visit: three } = await somebodyIn("help-after-purchase", "desktop", { orders: 7 });
  three
    .opens("/checkout/thanks")
    .buys()
    .leaves()
    .returns(31 * 24 * hour)
    .opens("/help")
    .searches("help");
  for (const me of [before, other, later]) expect(me.sent).toEqual([]);
  for (const me of [before, later]) expect(silences(me)).toEqual(["when: first-steps", "when: help-after-purchase"]);
});

test("comparing-on-phone: a search that compares, on a phone, with a cart, is helped; not without one of the three", async () => {
  const compares = async (device: Device, hasCart: boolean, query: "compare" | "product") => {
    const { me, visit } = await somebodyIn("comparing-on-phone", device);
    visit.opens("/p/shoe");
    if (hasCart) visit.adds(shoe);
    visit.opens("/search", 5).searches(query);
    return me.sent.map(({ name, channel }) => `${name} by ${channel}`);
  };
  expect(await compares("phone", true, "compare")).toEqual(["side-by-side by onsite"]);
  expect(await compares("desktop", true, "compare")).toEqual([]);
  expect(await compares("phone", false, "compare")).toEqual([]);
  expect(await compares("phone", true, "product")).toEqual([]);
});

test("returns-doubt: who read how returns work and turns to leave is helped", async () => {
  const { me, visit } = await somebodyIn("returns-doubt");
  visit.opens("/p/shoe").opens("/help/returns", 5).lingers(15);
  expect(me.sent).toEqual([]);
  visit.turnsToLeave(1);
  expect(heard(me, noonMs)).toEqual(["returns-help by onsite after 21 s"]);
});

test("returns-doubt: not who only reads, nor who is busy comparing", async () => {
  const { me: reads, visit: one } = await somebodyIn("returns-doubt");
  one.opens("/p/shoe").opens("/help/returns", 5).lingers(60).leaves().waits(hour);
  expect(reads.sent).toEqual([]);
  const { me: compares, visit: two } = await somebodyIn("returns-doubt");
  two.opens("/p/shoe").opens("/p/boot", 5).opens("/help/returns", 5).lingers(15).turnsToLeave(1);
  expect([compares.sent, silences(compares)]).toEqual([[], ["when: returns-doubt"]]);
});

test("after-purchase-warranty: who lingers after a purchase is shown the warranty; who goes, or has not bought, is not", async () => {
  const { me, visit } = await somebodyIn("after-purchase-warranty");
  visit.opens("/checkout/thanks").buys().lingers(29);
  expect(me.sent.map(({ name, channel }) => `${name} by ${channel}`)).toEqual(["warranty by onsite"]);
  const { me: goes, visit: one } = await somebodyIn("after-purchase-warranty");
  one.opens("/checkout/thanks").buys().leaves(8).waits(hour);
  const { me: looks, visit: two } = await somebodyIn("after-purchase-warranty");
  two.opens("/help/warranty").scrolls().lingers(60).leaves().waits(hour);
  for (const me of [goes, looks]) expect(me.lines).toEqual([]);
});
