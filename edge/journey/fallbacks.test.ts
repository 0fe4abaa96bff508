import { expect, test } from "vitest";
import { asRun } from "../profile/run.ts";
import { buys, ends, goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { siteOf, somebody } from "../test/somebody.ts";
import { type Event, heed } from "./heed.ts";
import { noteAttempt, noteHeld } from "./still.ts";

const minute = 60_000;
const hour = 60 * minute;
const falls = "fallback_on: [bounced, failed]";

/** One step after the other, at once and 5 min later, each by push and else by e-mail. */
const twice = (journey = "", within = "") =>
  leavingShop({
    journey,
    hold: "on_site",
    step: `channels: [push, email], ${falls}, before: 15m ${within}},
      { id: more, layer: immediate, message: more, channels: [push, email], ${falls}, after: 5m, before: 15m`,
    messages: "  more: { subject: More, push: { title: More, body: More } }",
  });

type Site = Awaited<ReturnType<typeof twice>>;

function leaver(site: Site) {
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns(), goes());
  const hears = (at: number, what: Extract<Event, { seq: number }>["what"]) => {
    me.lines.push(...heed(me.site, me.profile, { what, seq: me.sent[at]?.seq ?? 0 } as Event, me.nowMs));
    me.follow();
  };
  return Object.assign(me, { hears });
}

/** Both were pushed, and both come back while the visitor looks in again. */
async function bothBack(journey = "") {
  const me = leaver(await twice(journey));
  me.waits(8 * minute);
  me.does(views("p/1", "p2"));
  me.hears(0, "bounced");
  me.hears(1, "bounced");
  return me;
}

test("two steps that bounce while the visitor is on the site both go on by the next channel", async () => {
  const me = await bothBack();
  expect(me.sent).toHaveLength(2);
  me.does(goes("p2"));
  me.waits(hour);
  expect(me.sent.slice(2).map(({ name, channel }) => `${name} by ${channel}`)).toEqual(["hello by email", "more by email"]);
});

test("a purchase meanwhile ends both, and says so of each", async () => {
  const me = await bothBack("exit_on: [purchase], ");
  const before = me.lines.length;
  me.does({ ...buys, page: "p2" });
  expect(me.lines.slice(before).map(({ step, gate, text }) => [step, gate, text])).toEqual([
    ["say", "purchase", '"hello" not sent: bought 1 s ago'],
    ["more", "purchase", '"more" not sent: bought 1 s ago'],
  ]);
  me.waits(hour);
  expect(me.sent).toHaveLength(2);
});

test("a row that was written with room for one fallback keeps it", async () => {
  const me = await bothBack();
  const [{ fallbacks, ...run }] = me.profile.runs as [(typeof me.profile.runs)[0]];
  const [first] = fallbacks;
  expect(asRun({ ...run, ...(first && { fallback: first }) }).fallbacks).toEqual([first]);
  expect(asRun(run).fallbacks).toEqual([]);
  expect(asRun({ ...run, fallbacks }).fallbacks).toHaveLength(2);
});

test("a step that the newest file no longer has goes on by no other channel, and says so", async () => {
  const me = await bothBack();
  const { kept } = me.site.journeys;
  const steps = kept?.steps.filter(({ id }) => id !== "say") ?? [];
  me.site = { ...me.site, version: 2, journeys: { kept: { ...kept, steps } as never } };
  me.does(goes("p2"));
  me.waits(hour);
  expect(me.sent.slice(2).map(({ name }) => name)).toEqual(["more"]);
  expect(me.lines.filter(({ gate }) => gate === "removed").map(({ step, text }) => [step, text])).toEqual([
    ["say", '"say" not sent: the newest site file no longer has this'],
  ]);
});

test("what failed before a stronger moment led the journey on still goes by its next channel", async () => {
  const site = await siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
pages: { cart: { match: [/cart], key: true } }
bands: { now: 8.5, later: 4 }
triggers:
  leaving: { on: [exit], enter: { later: one, now: two }, journey: kept }
journeys:
  kept:
    steps:
      - { id: one, layer: immediate, channels: [team, email], ${falls}, message: one }
      - { id: two, layer: immediate, after: 1m, channels: [team, email], ${falls}, message: two }
messages:
  one: { purpose: service, subject: One, team: { text: One } }
  two: { purpose: service, subject: Two, team: { text: Two } }
destinations:
  tool: { url: "https://tool.example/hook", channels: [email, team], secret: DEST_PK_DEMO_TOOL }
`);
  const me = somebody(site, "u-42");
  const hears = (at: number) => {
    me.lines.push(...heed(me.site, me.profile, { what: "failed", seq: me.sent[at]?.seq ?? 0 }, me.nowMs));
    me.follow();
  };
  me.does(views("cart"), { kind: "exit_intent", quality: 0.5, speed: 1, quiet_ms: 8000, page: "p1", at: 1000 });
  hears(0);
  me.does(
    { kind: "add_to_cart", items: [{ id: "a", price: 90 }], page: "p1", at: 1000 },
    { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 20_000, page: "p1", at: 2000 },
  );
  me.waits(2 * minute);
  hears(1);
  me.does(goes());
  me.waits(5 * minute);
  expect(me.sent.map(({ name, channel }) => `${name} by ${channel}`)).toEqual([
    "one by team",
    "two by team",
    "one by email",
    "two by email",
  ]);
});

test("a loss that comes too late for the next channel says so, once", async () => {
  const me = leaver(await twice("", ", fallback_within: 5m"));
  me.waits(8 * minute);
  me.hears(0, "bounced");
  me.hears(0, "bounced");
  expect(me.lines.filter(({ gate }) => gate === "fallback_within").map(({ text }) => text)).toEqual([
    '"hello" not sent by e-mail instead: the push message came back, but too late for another channel',
  ]);
  expect(me.sent.map(({ channel }) => channel)).not.toContain("email");
});

test("how late a loss may be counts from the first try, not from a decision long before it, nor from a later try", async () => {
  const night = { gate: "quiet_hours", text: "it is night" };
  type Me = ReturnType<typeof leaver>;
  const tries: [isInTime: boolean, (profile: Me["profile"], seq: number, atMs: number) => void][] = [
    [true, (profile, seq, atMs) => noteAttempt(profile, seq, atMs, true)],
    [true, (profile, seq, atMs) => noteHeld(profile, seq, { ...night, untilMs: atMs }, atMs - hour)],
    [false, (profile, seq, atMs) => noteAttempt(profile, seq, atMs, false)],
  ];
  for (const [isInTime, tried] of tries) {
    const me = leaver(await twice("", ", fallback_within: 5m"));
    me.waits(8 * minute);
    tried(me.profile, me.sent[0]?.seq ?? 0, me.nowMs);
    me.waits(minute);
    me.hears(0, "bounced");
    expect(me.sent.at(-1)?.channel).toBe(isInTime ? "email" : "push");
  }
});

/** The first is put off until 9:00, where the second, which waits for the morning too, would join it. */
async function putOff(before: string, tried?: true) {
  const site = await leavingShop({
    step: `channels: [email] }, { id: more, layer: re-engagement, message: more, channels: [email], hold_while: none, after: 1h, before: ${before}`,
    messages: "  more: { subject: More }",
  });
  const me = somebody(site, "u-42");
  me.does(views("cart"), turns());
  const untilMs = me.nowMs + 50 * minute;
  const { seq } = me.sent[0] as { seq: number };
  if (tried) noteAttempt(me.profile, seq, untilMs, false);
  else noteHeld(me.profile, seq, { gate: "quiet_hours", text: "it is night", untilMs }, me.nowMs);
  me.waits(4 * hour);
  return { me, untilMs };
}

test("two messages of one journey that were put off to the same morning do not come in the same minute", async () => {
  for (const { me, untilMs } of [await putOff("3h"), await putOff("3h", true)]) expect(me.sent[1]?.atMs).toBe(untilMs + hour);
});

test("a message that would follow too closely until it is too late says that, and not what held it before", async () => {
  const { me } = await putOff("90m");
  expect(ends(me).at(-1)).toBe('too_soon: "more" not sent: it would have come too soon after the message before it');
});
