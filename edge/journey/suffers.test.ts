import { expect, test } from "vitest";
import { buys, ends, goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { somebody } from "../test/somebody.ts";
import { heed } from "./heed.ts";

// What people suffer from with other tools, and what happens here instead. Numbers are those of the list in the design's references.

const minute = 60_000;
const hour = 60 * minute;
const perTouch = ", re_entry: always";

test("suffer 1, 2, 5: however often the same is told and the alarm rings, a step is said once", async () => {
  const me = somebody(await leavingShop({ step: "channels: [email], after: 5m" }), "u-42");
  for (let i = 0; i < 4; i++) {
    me.does(views("cart"), turns());
    me.rings();
  }
  me.waits(6 * minute);
  for (let i = 0; i < 4; i++) me.rings();
  me.does(turns("p1", 0));
  me.waits(hour);
  expect(me.sent).toHaveLength(1);
});

test("suffer 4: a night, a failure and late alarms between them send it once", async () => {
  const site = await leavingShop({
    limits: "quiet_hours: { from: '21:00', to: '09:00' }",
    layer: "reinforcement",
    step: "channels: [push, email], after: 4h, fallback_on: [failed]",
  });
  const me = somebody(site, "u-42", Date.UTC(2026, 10, 23, 18));
  me.does(views("cart"), turns(), goes());
  for (let i = 0; i < 30; i++) {
    me.nowMs += 30 * minute;
    me.rings();
    me.rings();
  }
  expect(me.sent.map(({ channel }) => channel)).toEqual(["push"]);
  me.lines.push(...heed(site, me.profile, { what: "failed", seq: me.sent[0]?.seq ?? 0 }, me.nowMs));
  me.follow();
  me.waits(24 * hour);
  expect(me.sent.map(({ channel }) => channel)).toEqual(["push", "email"]);
});

test("suffer 6: an arm that changes on the way sends no step a second time, in other words", async () => {
  const arms = (other: number) =>
    `experiments: { words: { patch: messages.hello, by: person, arms: { a: { weight: 1, set: { subject: A } }, b: { weight: ${other}, set: { subject: B } } } } }`;
  const step = "channels: [email] }, { id: more, layer: re-engagement, message: hello2, channels: [email], after: 2h";
  const messages = "  hello2: { subject: More }";
  for (let i = 0; i < 20; i++) {
    const me = somebody(await leavingShop({ step, messages, end: arms(1) }), `u-${i}`);
    me.does(views("cart"), turns(), goes());
    me.site = { ...(await leavingShop({ step, messages, end: arms(99) })), version: 2 };
    me.waits(5 * hour);
    expect(me.sent.map(({ name }) => name)).toEqual(["hello", "hello2"]);
  }
});

test("suffer 7: who may not come in again does not, and who may does", async () => {
  for (const [re_entry, times] of [
    ["never", 1],
    ["always", 3],
    ["{ after: 90m }", 2],
  ] as const) {
    const me = somebody(await leavingShop({ trigger: `, re_entry: ${re_entry}` }), "u-42");
    for (const page of ["p1", "p2", "p3"]) {
      me.does(views("cart", page), turns(page));
      me.waits(hour);
    }
    expect(me.sent, re_entry).toHaveLength(times);
  }
});

test("suffer 12, 21: what failed, or was due while nothing ran, ends with a reason and holds up nothing", async () => {
  const site = await leavingShop({ trigger: perTouch, step: "channels: [email], after: 5m" });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns());
  me.nowMs += 3 * hour;
  me.rings();
  expect(ends(me)).toEqual(['expiry: "hello" not sent: it was too late']);
  me.does(views("cart", "p2"), turns("p2"));
  me.waits(6 * minute);
  heed(site, me.profile, { what: "failed", seq: me.sent[0]?.seq ?? 0 }, me.nowMs);
  me.does(views("cart", "p3"), turns("p3"));
  me.waits(6 * minute);
  expect(me.sent).toHaveLength(2);
});

test("suffer 18: the order in which things are told is that of when they happened", async () => {
  const me = somebody(await leavingShop({ journey: "exit_on: [purchase], ", step: "channels: [email], after: 5m" }), "u-42");
  me.does({ ...buys, at: 3000 }, turns(), views("cart"));
  expect(me.said()).toEqual(["entered say", "exited say purchase"]);
});

test("suffer 19, 20: who buys on day one is out on day one, and nothing of what was to come is decided later", async () => {
  const step =
    "channels: [email], after: 1m } , { id: more, layer: reinforcement, message: hello2, channels: [email], after: 20h, review: { by: 2h, else: send }";
  const site = await leavingShop({ journey: "exit_on: [purchase], ", step, messages: "  hello2: { subject: More }" });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns());
  me.waits(2 * minute);
  me.does({ ...buys, at: 0 });
  expect(me.said().at(-1)).toBe("exited more purchase");
  expect(me.profile.runs[0]?.wakeAtMs).toBeUndefined();
  me.waits(48 * hour);
  expect(me.sent).toHaveLength(1);
});

test("suffer 24, 27: only what somebody did counts as an answer: a journey ends by a click, never because a mail was opened", async () => {
  const site = await leavingShop({
    journey: "exit_on: [responded], ",
    step: "channels: [email] }, { id: more, layer: re-engagement, message: hello, channels: [email], after: 2h",
  });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns(), goes());
  const { seq } = me.sent[0] as { seq: number };
  expect(heed(site, me.profile, { what: "opened", seq } as never, me.nowMs)).toEqual([]);
  expect(me.profile.runs[0]?.exit).toBeUndefined();
  heed(site, me.profile, { what: "responded", seq }, me.nowMs);
  expect(me.profile.runs[0]?.exit).toBe("responded");
});

test("suffer 28: who is above a limit is passed over for this message, and goes on in the journey", async () => {
  const site = await leavingShop({
    limits: "cap: { max: 1, per: 1h }",
    step: "channels: [email] }, { id: more, layer: immediate, message: hello, channels: [push], after: 10m }, { id: last, layer: re-engagement, message: hello, channels: [email], after: 2h",
    hold: "none",
  });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns(), goes());
  me.waits(5 * hour);
  expect(me.said()).toEqual(["entered say", "sent say", "not_sent more cap", "sent last", "exited last done"]);
});
