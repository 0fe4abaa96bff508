import { expect, test } from "vitest";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { buys, goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { noonMs, somebody } from "../test/somebody.ts";
import { heed } from "./heed.ts";
import { noteRefused } from "./refused.ts";
import { noteAttempt, noteHeld, stopOf } from "./still.ts";

const minute = 60_000;
const hour = 60 * minute;
const limits = "cap: { max: 1, per: 24h }, quiet_hours: { from: '21:00', to: '09:00' }, cooldown: { for: 48h }";
const site = await leavingShop({
  limits,
  journey: "exit_on: [purchase], ",
  layer: "reinforcement",
  hold: "on_site",
  step: "channels: [email, sms], after: 4h, fallback_on: [suppressed]",
});

/** Somebody who was sent a message just now: its tool has yet to take it. */
function written(fromMs = noonMs) {
  const me = somebody(site, "u-42", fromMs);
  me.does(views("cart"), turns(), goes());
  me.waits(4 * hour + minute);
  const { seq } = me.sent[0] as { seq: number };
  return Object.assign(me, { seq, stop: (config = me.site) => stopOf(config, me.profile, seq, me.nowMs) });
}

test("its own place under the cap does not stop a second attempt", () => {
  const me = written();
  expect(me.stop()).toBeUndefined();
  me.waits(hour);
  expect(me.stop()).toBeUndefined();
});

test("every gate is asked again before an attempt, and says why it stops it", () => {
  const changes: [gate: string, change: (profile: Profile) => unknown][] = [
    ["withdrawn", (profile) => (profile.withdrawnAtMs = 1)],
    ["bot", (profile) => (profile.context.bot = true)],
    ["cooldown", (profile) => (profile.recoveredAtMs = noonMs)],
    ["cap", ({ sent = [] }) => sent.unshift(...sent.map((one) => ({ ...one, seq: 1 })))],
    ["unreachable", (profile) => delete profile.reach?.email],
    ["no_opt_in", (profile) => delete profile.reach?.email?.optIn],
    ["suppressed", (profile) => Object.assign(profile.reach?.email ?? {}, { suppressed: "bounced" })],
    ["unsubscribed", (profile) => Object.assign(profile.reach?.email ?? {}, { suppressed: "unsubscribed" })],
    ["removed", (profile) => (profile.runs = [])],
  ];
  for (const [gate, change] of changes) {
    const me = written();
    change(me.profile);
    expect(me.stop()?.gate).toBe(gate);
    expect(me.stop()?.untilMs).toBeUndefined();
  }
  const files: [gate: string, config: SiteConfig][] = [
    ["switched_off", { ...site, switches: { off: true, triggers: [] } }],
    ["switched_off", { ...site, switches: { off: false, triggers: ["leaving"] } }],
    ["not_live", { ...site, file: { ...site.file, live: false } }],
    ["removed", { ...site, journeys: {} }],
    [
      "holdout",
      { ...site, file: { ...site.file, limits: { ...site.file.limits, holdout: { share: 1, purposes: ["marketing"] } } } },
    ],
  ];
  for (const [gate, config] of files) expect(written().stop(config)?.gate).toBe(gate);
});

test("suffer 18, 19: a purchase one second before an attempt stops it", () => {
  const me = written();
  me.does({ ...buys, at: 1000 });
  me.nowMs += 1000;
  expect(me.stop()?.gate).toBe("purchase");
});

test("an attempt in the night waits for the morning; one while the visitor is back waits until they have gone", () => {
  const late = written(noonMs + 5 * hour - 2 * minute);
  expect(late.stop()).toBeUndefined();
  late.nowMs += 10 * minute;
  expect(late.stop()).toMatchObject({ gate: "quiet_hours", untilMs: noonMs + 21 * hour });
  const back = written();
  back.does(views("cart", "p2"));
  expect(back.stop()).toMatchObject({ gate: "on_site", untilMs: back.nowMs + minute });
  back.does(goes("p2", 1000));
  back.waits(31_000);
  expect(back.stop()).toBeUndefined();
});

test("what is put off is said once, and once more when it is put off anew", () => {
  const me = written();
  const stop = { gate: "on_site", text: "the visitor is on the site" };
  const said = () => noteHeld(me.profile, me.seq, stop, me.nowMs).map(({ what, gate, text }) => [what, gate, text]);
  expect(said()).toEqual([["held", "on_site", '"hello" waits: the visitor is on the site']]);
  expect(said()).toEqual([]);
  noteAttempt(me.profile, me.seq, me.nowMs + hour, true);
  expect(said()).toHaveLength(1);
});

test("suffer 15: a message that got through hours later counts for the 24 h after that", () => {
  const me = written();
  const atMs = me.sent[0]?.atMs ?? 0;
  expect(noteAttempt(me.profile, me.seq, atMs + 500, true)).toBe(false);
  me.waits(hour);
  expect(noteAttempt(me.profile, me.seq, me.nowMs, true)).toBe(true);
  expect(me.profile.sent?.map((one) => one.atMs)).toEqual([me.nowMs]);
  me.nowMs += 19 * hour;
  me.returns();
  me.does(views("cart", "p2"), turns("p2"), goes("p2"));
  me.waits(5 * hour);
  expect(me.said().slice(-2)).toEqual(["not_sent say cap", "exited say done"]);
});

test("what an address refuses goes out on the next channel where the step says so, and the next message knows it", () => {
  const me = written();
  const stop = { gate: "suppressed", text: "this address bounced", suppressed: "complained" };
  noteRefused(site, me.profile, me.seq, stop);
  expect(me.profile.reach?.email?.suppressed).toBe("complained");
  me.lines.push(
    ...heed(site, me.profile, { what: "not_sent", seq: me.seq, gate: stop.gate, text: stop.text, as: "suppressed" }, me.nowMs),
  );
  me.follow();
  expect(me.sent.map(({ channel }) => channel)).toEqual(["email", "sms"]);
  expect(me.said().slice(-3)).toEqual(["not_sent say suppressed", "fallback say suppressed", "sent say"]);
  expect(me.sent[1]?.gatesPassed).toContain("cap 1/1");
});

test("what was only no longer wanted goes out on no other channel", () => {
  const me = written();
  heed(site, me.profile, { what: "not_sent", seq: me.seq, gate: "cooldown", text: "reached the goal 1 h ago" }, me.nowMs);
  me.follow();
  expect(me.sent).toHaveLength(1);
});

test("an address without leave, or a topic that somebody left, is kept in mind", () => {
  const one = written();
  noteRefused(site, one.profile, one.seq, { gate: "no_opt_in", text: "" });
  expect(one.profile.reach?.email?.optIn).toBeUndefined();
  const topical = written();
  topical.site.file.messages.hello = { ...topical.site.file.messages.hello, topic: "news" } as never;
  noteRefused(topical.site, topical.profile, topical.seq, { gate: "unsubscribed", text: "" });
  expect(topical.profile.reach?.email?.topicsOff).toEqual(["news"]);
});
