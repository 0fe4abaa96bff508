import { expect, test } from "vitest";
import { goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { somebody, type Unplaced } from "../test/somebody.ts";

const minute = 60_000;
const rush: Unplaced = { kind: "rapid_scroll", speed: 4, depth: 0.9, at: 1000 };
const messages = "  weak: { subject: Weak }\n  other: { subject: Other }";
const cap = "cap: { max: 1, per: 24h }";
const own = (name: string, on: string, message: string, more: string) =>
  `  ${name}: { on: [${on}], band: now, message: ${message}, ${more} }`;

test("suffer 16: of what is due at the same instant the stronger is said, and the other says that it was weaker", async () => {
  const triggers = [own("a-weak", "exit", "weak", "priority: 10"), own("z-strong", "exit", "other", "priority: 90")].join("\n");
  const me = somebody(await leavingShop({ limits: cap, trigger: ", priority: 50", triggers, messages }), "u-42");
  me.does(views("cart"), turns());
  expect(me.sent.map(({ name }) => name)).toEqual(["other"]);
  expect(me.lines.filter(({ gate }) => gate === "priority").map(({ text }) => text)).toEqual([
    '"hello" not sent: "other" was due too, came first, and was the last of 1 in 24 h',
    '"weak" not sent: "other" was due too, came first, and was the last of 1 in 24 h',
  ]);
});

test("suffer 16: what began before does not go before something stronger that begins at the instant it is due", async () => {
  const triggers = own("rush", "rapid_scroll", "other", "priority: 90");
  const site = await leavingShop({
    limits: cap,
    trigger: ", priority: 10",
    step: "channels: [email], after: 5m",
    triggers,
    messages,
  });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns());
  me.nowMs += 5 * minute - 3000;
  me.does({ ...rush, page: "p1", at: 1000 }, { ...goes("p1", 3000) }, views("cart", "p2", 3000));
  me.waits(10 * minute);
  const order = me.lines
    .filter(({ what }) => what === "sent" || what === "not_sent")
    .map(({ message, gate }) => `${message} ${gate ?? "sent"}`);
  expect(order[0]).toBe("other sent");
  expect(order[1]).toMatch(/^hello (priority|cap)$/);
});

test("among equals the older goes first, at an alarm that rings late as well", async () => {
  const triggers = "  second: { on: [exit], enter: { now: say2, later: say2 }, journey: other }";
  const journeys =
    "  other: { steps: [{ id: say2, layer: immediate, message: other, hold_while: none, channels: [email], after: 2m }] }";
  const me = somebody(
    await leavingShop({ limits: cap, step: "channels: [email], after: 6m", triggers, journeys, messages }),
    "u-42",
  );
  me.does(views("cart"), turns());
  me.nowMs += 10 * minute;
  me.rings();
  expect(me.sent.map(({ name }) => name)).toEqual(["hello"]);
  expect(me.lines.find(({ message }) => message === "other")?.gate).toBe("priority");
});

test("a goal that is reached in the batch that begins something stronger spares the person that too", async () => {
  const triggers = own("rush", "rapid_scroll", "other", "priority: 90");
  const limits = "cooldown: { for: 48h }";
  const journey = "goal: { event: purchase, within: 1d }, ";
  const step = "channels: [email], after: 5m";
  const me = somebody(await leavingShop({ limits, journey, step, triggers, messages, trigger: ", priority: 10" }), "u-42");
  me.does(views("cart"), turns());
  me.does(
    { kind: "purchase", order: "0a1b2c3d4e5f6071", at: 500 },
    views("cart", "p2", 600),
    { ...rush, page: "p2" },
    goes("p2"),
  );
  expect(me.said()).toContain("not_sent other cooldown");
  expect(me.sent).toEqual([]);
});

test("one moment brings one message of a group: the strongest, though its journey is over at once", async () => {
  const group = "group: one, priority:";
  const triggers = [own("weak", "exit", "weak", `${group} 10`), own("strong", "exit", "other", `${group} 90`)].join("\n");
  const me = somebody(await leavingShop({ trigger: `, ${group} 50`, triggers, messages }), "u-42");
  me.does(views("cart"), turns());
  expect(me.sent.map(({ name }) => name)).toEqual(["other"]);
  const refused = me.lines.filter(({ gate }) => gate === "group");
  expect(refused.map(({ trigger }) => trigger)).toEqual(["leaving", "weak"]);
  expect(refused[0]?.text).toBe("leaving led nowhere: strong has answered it, and is as strong");
  me.does(views("cart", "p2"), turns("p2"));
  expect(me.sent.map(({ name }) => name)).toEqual(["other", "other"]);
});
