import { expect, test } from "vitest";
import type { Device, Item } from "../../../contract/signals.ts";
import { noonMs, somebody, vouched } from "../../test/somebody.ts";
import { doing, hour, minute, shoe, silences } from "./doing.ts";
import { examples, shopWith } from "./shop.ts";

// One shop that has every example: what is meant for a visit is said, and nothing else.

const site = await shopWith(...examples);
const radio: Item = { id: "radio", category: "electronics", price: 60, margin: "high" };
const watch: Item = { id: "watch", category: "watches", price: 450, margin: "high" };
const eveningMs = noonMs + 7 * hour;

function visitor({ device = "desktop" as Device, fromMs = noonMs, traits = {} as Record<string, string | number> } = {}) {
  const me = somebody(site, "u-42", fromMs, { ...vouched("u-42", fromMs), traits: { known: { orders: 5, ...traits } } });
  const visit = doing(me, device);
  return Object.assign(visit, { me, told: () => me.sent.map(({ name, channel }) => `${name} by ${channel}`) });
}

test("a visit in which nothing happens is left in peace", () => {
  const visit = visitor();
  visit
    .opens("/")
    .scrolls()
    .clicks()
    .lingers(60)
    .opens("/blog/soles")
    .scrolls(0.9)
    .lingers(90)
    .leaves()
    .waits(24 * hour);
  expect([visit.told(), visit.me.lines]).toEqual([[], []]);
});

test("lingering on the prices brings the hint and the reviews, and leaving them the discount", () => {
  const visit = visitor();
  visit.opens("/pricing").scrolls().lingers(15);
  expect(visit.told()).toEqual(["pricing-hint by onsite"]);
  visit
    .turnsToLeave()
    .leaves()
    .waits(5 * hour);
  expect(visit.told()).toEqual(["pricing-hint by onsite", "exit-discount by onsite", "pricing-reviews by email"]);
});

test("of all that a left cart could bring, one thing is said: the strongest that is true", () => {
  const leaves = (item: Item, staysS: number, depth = 0.3) => {
    const visit = visitor();
    visit
      .opens("/p/this")
      .clicks()
      .adds(item, 1)
      .scrolls(depth, staysS - 1)
      .leaves()
      .waits(6 * hour);
    return visit.told();
  };
  expect(leaves(radio, 100)).toEqual(["free-shipping by push"]);
  expect(leaves(shoe, 100)).toEqual(["cart-reminder by push"]);
  expect(leaves({ ...shoe, margin: "low" }, 100)).toEqual(["cart-saved by push", "cart-proof by email"]);
  expect(leaves(shoe, 601, 0.8)).toEqual(["cart-proof by email"]);
  expect(leaves(shoe, 60)).toEqual([]);
});

test("what is silent because something stronger spoke says so", () => {
  const visit = visitor();
  visit
    .opens("/p/radio")
    .clicks()
    .adds(radio, 1)
    .scrolls(0.3, 99)
    .leaves()
    .waits(6 * hour);
  const led = visit.me.lines.filter(({ what }) => what === "entered" || what === "not_entered");
  const untrue = led.filter(({ gate }) => gate === "when").map(({ trigger }) => trigger);
  expect(untrue).toEqual(["phone-evening", "cart-after-long-look", "premium-alert"]);
  const others = led.filter(({ gate }) => gate !== "when").map(({ what, trigger }) => `${what}: ${trigger}`);
  expect(others).toEqual(["entered: electronics-shipping", "not_entered: cart-left", "not_entered: cart-after-short-look"]);
});

test("a costly cart in the evening: its owner has the evening's discount on the phone, and the team an alert", () => {
  const visit = visitor({ device: "phone", fromMs: eveningMs });
  visit
    .opens("/cart")
    .adds(watch, 1)
    .turnsToLeave()
    .leaves()
    .waits(6 * hour);
  expect(visit.told().sort()).toEqual(["evening-offer by onsite", "premium-alert by team"]);
});

test("a payment that fails takes the place of weaker help, and its 10 % come to nobody who pays", () => {
  const visit = visitor();
  visit.opens("/pricing").opens("/p/shoe", 5).adds(shoe).opens("/checkout", 5);
  expect(visit.told()).toEqual(["funnel-help by onsite"]);
  visit
    .does({ kind: "begin_checkout" })
    .does({ kind: "payment_failed" }, 9)
    .waits(2 * minute + 1000);
  expect(visit.told().slice(1)).toEqual(["payment-help by chat"]);
  const pays = visitor();
  pays.opens("/checkout").adds(shoe).does({ kind: "begin_checkout" }).does({ kind: "payment_failed" }, 9).waits(minute);
  pays
    .buys()
    .leaves()
    .waits(24 * hour);
  expect(pays.told()).toEqual(["warranty by onsite"]);
});

test("after a purchase there is the warranty and help with returns, and nothing that sells for two days", () => {
  const visit = visitor({ traits: { loyalty_tier: "gold" } });
  visit
    .opens("/p/shoe")
    .clicks()
    .adds({ ...shoe, margin: "low" }, 1)
    .scrolls(0.3, 99)
    .leaves()
    .waits(10 * minute);
  visit
    .opens("/checkout/thanks")
    .buys()
    .lingers(29)
    .leaves()
    .returns(20 * minute);
  visit.opens("/help").searches("help").leaves().returns(hour);
  expect(visit.told()).toEqual(["cart-saved by push", "warranty by onsite", "help-after-purchase by chat"]);
  visit
    .opens("/pricing")
    .scrolls()
    .lingers(20)
    .turnsToLeave()
    .leaves()
    .waits(6 * hour);
  expect(visit.told().slice(3)).toEqual(["pricing-hint by onsite"]);
  expect(silences(visit.me)).toEqual(expect.arrayContaining(["cooldown: exit-discount", "cooldown: pricing-reviews"]));
});

test("a visitor whom nobody knows is helped on the page and written to by nobody", () => {
  const me = somebody(site, "somebody", noonMs, {});
  const visit = doing(me).opens("/pricing").scrolls().lingers(15);
  visit.leaves().waits(6 * hour);
  expect(me.sent.map(({ name, channel }) => `${name} by ${channel}`)).toEqual(["pricing-hint by onsite"]);
});
