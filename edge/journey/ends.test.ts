import { expect, test } from "vitest";
import { siteOf, somebody, type Unplaced } from "../test/somebody.ts";
import { nextDueMs, postpone } from "./follow.ts";
import { heed } from "./heed.ts";
import { stopOf } from "./still.ts";

const minute = 60_000;
const hour = 60 * minute;

interface Written {
  trigger?: string;
  triggers?: string;
  journey?: string;
  step?: string;
  end?: string;
}

/** A shop that writes to whoever turns to leave. */
const shop = ({ trigger = "", triggers = "", journey = "", step = "", end = "" }: Written = {}) =>
  siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
pages: { cart: { match: [/cart], key: true } }
triggers:
  leaving: { on: [exit], ${trigger || "enter: { now: mail, later: mail }, journey: kept"} }
${triggers}
journeys:
  kept: { ${journey}steps: [{ id: mail, layer: immediate, hold_while: none, message: hello, channels: [push, email], fallback_on: [failed]${step} }] }
messages:
  hello: { subject: Hello, push: { title: Hello, body: Hello } }
  other: { subject: Other }
${end}
destinations:
  email: { url: "https://mail.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
  push: { url: "https://push.example/hook", channels: [push], secret: DEST_PK_DEMO_PUSH }
`);

const turns = (page = "p1", url = "cart"): Unplaced[] => [
  { kind: "page_view", url: `https://shop.example/${url}`, device: "desktop", page },
  { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, page, at: 1000 },
];
const bought: Unplaced = { kind: "purchase", order: "0a1b2c3d4e5f6071", at: 5000 };
const away = (page = "p1"): Unplaced => ({ kind: "dwell", engaged_ms: 5000, left: true, page, at: 2000 });

test("a message that was sent has no second attempt and no other channel once the journey is left", async () => {
  const site = await shop({ journey: "exit_on: [purchase, responded, unsubscribed], " });
  for (const [ends, gate] of [
    ["purchase", "purchase"],
    ["unsubscribed", "unsubscribed"],
    ["responded", "responded"],
  ] as const) {
    const me = somebody(site);
    me.does(...turns());
    const seq = me.sent[0]?.seq ?? 0;
    expect(stopOf(site, me.profile, seq, me.nowMs)).toBeUndefined();
    if (ends === "purchase") me.does(bought);
    else heed(site, me.profile, { what: ends, seq }, me.nowMs);
    expect(stopOf(site, me.profile, seq, me.nowMs)?.gate).toBe(gate);
    heed(site, me.profile, { what: "failed", seq }, me.nowMs);
    me.follow();
    me.waits(hour);
    expect(me.sent).toHaveLength(1);
  }
});

test("what a stronger journey replaced says nothing more", async () => {
  const site = await shop({
    trigger: "enter: { now: mail, later: mail }, journey: kept, group: one, priority: 10",
    triggers: "  other: { on: [rapid_scroll], band: later, message: other, group: one, priority: 90 }",
    step: " }, { id: more, layer: re-engagement, after: 1h, channels: [email], message: other",
  });
  const me = somebody(site);
  me.does(...turns());
  me.does({ kind: "rapid_scroll", speed: 4, depth: 0.9, at: 1000 }, away());
  expect(me.said()).toContain("exited more replaced");
  heed(site, me.profile, { what: "failed", seq: me.sent[0]?.seq ?? 0 }, me.nowMs);
  me.follow();
  expect(me.sent).toHaveLength(1);
});

test("a moment of the day before leads nowhere", async () => {
  const me = somebody(await shop());
  const [view, exit] = turns() as [Unplaced, Unplaced];
  me.nowMs += 25 * hour;
  me.does({ ...view, at: -25 * hour }, { ...exit, at: -25 * hour + 1000 });
  expect(me.said()).toEqual(["not_entered too_old"]);
});

test("a message of a trigger's own, an hour later, waits for the visitor to leave and ends with a purchase", async () => {
  const site = await shop({ trigger: "band: later, message: hello" });
  const there = somebody(site);
  there.does(...turns());
  there.waits(58 * minute);
  there.does({ kind: "click", target: "a" });
  there.waits(5 * minute);
  expect(there.said()).toEqual(["entered hello", "held hello on_site"]);
  const done = somebody(site);
  done.does(...turns(), bought);
  done.waits(5 * hour);
  expect(done.said()).toEqual(["entered hello", "exited hello purchase"]);
});

test("a trigger with a message of its own and a journey of its name do not meet", async () => {
  const site = await shop({ triggers: "  kept: { on: [exit], band: later, message: other }" });
  const me = somebody(site);
  me.does(...turns(), away());
  me.waits(2 * hour);
  expect(me.sent.map(({ run, name }) => `${run.journey} ${name}`)).toEqual(["kept hello", "message/kept other"]);
});

test("when an experiment on a trigger ends, whoever waits goes on as the file says", async () => {
  const end =
    "experiments: { late: { patch: triggers.leaving, arms: { a: { weight: 1, set: { message: other } }, b: { weight: 1 } } } }";
  const trigger = "band: later, message: hello";
  const [during, over] = [await shop({ trigger, end }), await shop({ trigger })];
  for (let i = 0; i < 10; i++) {
    const me = somebody(during, `person ${i}`);
    me.does(...turns(), away());
    me.site = { ...over, version: 2 };
    me.waits(2 * hour);
    expect(me.sent.map(({ name }) => name)).toEqual(["hello"]);
  }
});

test("a message of a trigger's own is known by the trigger when it ends too", async () => {
  const me = somebody(await shop({ trigger: "band: now, message: hello" }));
  me.does(...turns(), away());
  me.waits(minute);
  const texts = me.lines.map(({ text }) => text);
  expect(texts.filter((text) => text.includes("message/"))).toEqual([]);
  expect(texts.at(-1)).toBe("left leaving: nothing more to come");
});

test("a journey that fails is left, and what comes next is taken", async () => {
  const site = await shop({ step: ", after: 5m" });
  const me = somebody(site);
  me.does(...turns());
  (me.profile.runs[0] as { settled: unknown }).settled = null;
  me.waits(10 * minute);
  me.does(...turns("p2"));
  expect(me.said()).toEqual(["entered mail", "sent mail", "exited mail failed", "entered mail"]);
});

test("whoever is held out would have been sent no more than others are", async () => {
  const site = await shop();
  site.file.limits.holdout = { share: 1, purposes: ["marketing"] };
  site.file.limits.cap = [{ max: 1, per: 24 * hour, channels: ["push", "email"], purposes: ["marketing"] }];
  const me = somebody(site);
  me.does(...turns("p1"));
  me.does(...turns("p2"));
  expect(me.said().filter((line) => line.startsWith("not_sent"))).toEqual(["not_sent mail holdout", "not_sent mail cap"]);
  expect(me.profile.sent).toBeUndefined();
});

test("what may have arrived, though no answer came, goes on counting for the caps", async () => {
  const site = await shop();
  const me = somebody(site);
  me.does(...turns());
  const [sent] = me.profile.sent ?? [];
  if (sent) sent.unanswered = true;
  heed(site, me.profile, { what: "unreachable", seq: sent?.seq ?? 0 }, me.nowMs);
  expect(me.profile.sent).toHaveLength(1);
});

test("who has another page open is still there", async () => {
  const me = somebody(await shop({ step: ", from: left, after: 3m, before: 15m" }));
  me.does(...turns("p1"));
  me.does({ kind: "page_view", url: "https://shop.example/cart", device: "desktop", page: "p2" }, away("p2"));
  me.waits(10 * minute);
  expect(me.sent).toEqual([]);
  me.does(away("p1"));
  me.waits(10 * minute);
  expect(me.sent).toHaveLength(1);
});

test("a slow batch does not move what was told before", async () => {
  const me = somebody(await shop({ journey: "goal: { event: purchase, within: 1d }, ", step: ", after: 5m" }));
  me.does(bought);
  me.does(...turns("p2"));
  for (const session of Object.values(me.profile.sessions)) session.skewMs = 30_000;
  me.waits(hour);
  expect(me.said()).not.toContain("exited mail goal");
  expect(me.sent).toHaveLength(1);
});

test("while the site file cannot be had, it is asked for ever more rarely", async () => {
  const me = somebody(await shop({ step: ", after: 5m" }));
  me.does(...turns());
  const pauses = Array.from({ length: 10 }, () => {
    me.nowMs = nextDueMs(me.profile);
    return postpone(me.profile, me.nowMs) / 1000;
  });
  expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
});
