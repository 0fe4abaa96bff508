import { expect, test } from "vitest";
import { goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { siteOf, somebody, type Unplaced } from "../test/somebody.ts";

const minute = 60_000;
const hour = 60 * minute;

test("how long the visit was decides the pace when the visitor has left, not when they turned to", async () => {
  const step =
    "channels: [email], from: left, after: 3m, before: 15m, after_if: [{ when: 'session.duration_s < 30.0', after: 10m }]";
  const site = await leavingShop({ step, hold: "on_site" });
  const hasty = somebody(site, "u-42");
  hasty.does(views("cart"), turns("p1", 10_000), goes("p1", 20_000));
  hasty.waits(hour);
  expect(hasty.told()).toEqual(["say by email after 620 s"]);
  const stays = somebody(site, "u-42");
  stays.does(views("cart"), turns("p1", 10_000));
  stays.does({ kind: "click", target: "a", at: 100_000 }, goes("p1", 110_000));
  stays.waits(hour);
  expect(stays.told()).toEqual(["say by email after 300 s"]);
  const returns = somebody(site, "u-42");
  returns.does(views("cart"), turns("p1", 10_000), goes("p1", 20_000));
  returns.waits(minute);
  returns.does(views("cart", "p2"), goes("p2", 50_000));
  returns.waits(hour);
  expect(returns.told()).toEqual(["say by email after 310 s"]);
});

test("a second message that was due before the first got out does not come in the same second", async () => {
  const site = await leavingShop({
    hold: "on_site",
    step: `channels: [push], from: left, after: 3m, before: 15m },
      { id: more, layer: re-engagement, hold_while: none, message: more, channels: [email], after: 1h, before: 4h`,
    messages: "  more: { subject: More }",
  });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns());
  for (let i = 0; i < 7; i++) {
    me.waits(10 * minute);
    me.does({ kind: "click", target: "a" });
  }
  me.does(goes("p1", 0));
  me.waits(5 * hour);
  const [first, second] = me.sent;
  expect([first?.name, second?.name]).toEqual(["hello", "more"]);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(hour);
  const prompt = somebody(site, "u-42");
  prompt.does(views("cart"), turns(), goes());
  prompt.waits(5 * hour);
  expect(prompt.told()).toEqual(["say by push after 182 s", `more by email after ${3600 + 182} s`]);
});

test("the staff may be told in the same second as the visitor", async () => {
  const site = await leavingShop({
    step: "channels: [team] }, { id: more, layer: immediate, message: hello, channels: [onsite]",
  });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns());
  expect(me.told()).toEqual(["say by team after 1 s", "more by onsite after 1 s"]);
});

const flapping = (when: string) =>
  siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
pages: { cart: { match: [/cart], key: true } }
triggers:
  leaving: { on: [exit], when: '${when}', for: 2m, band: now, message: hello }
messages: { hello: { purpose: service, subject: Hello } }
destinations: { tool: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_TOOL } }
`);

test("`for`: what stops being true in between is over, though it is true again at the end", async () => {
  const item = { id: "a", price: 80 };
  const add: Unplaced = { kind: "add_to_cart", items: [item], at: 500 };
  const site = await flapping("cart.count > 0");
  const steady = somebody(site, "u-42");
  steady.does(views("cart"), add, turns());
  steady.waits(3 * minute);
  expect(steady.sent).toHaveLength(1);
  const flaps = somebody(site, "u-42");
  flaps.does(views("cart"), add, turns());
  flaps.waits(30_000);
  flaps.does({ kind: "remove_from_cart", items: [item] });
  flaps.waits(30_000);
  flaps.does({ ...add, at: 0 });
  flaps.waits(3 * minute);
  expect(flaps.said()).toEqual(["waiting for", "not_entered for"]);
});
