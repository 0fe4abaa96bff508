import { isReached } from "../decide/decide.ts";
import type { Came } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import type { Channel } from "../site/schema/words.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor } from "./arms.ts";
import { by } from "./channel-words.ts";
import { waitsOutside } from "./deliver.ts";
import { exitText } from "./exit-text.ts";
import { exitOf } from "./exits.ts";
import { gate } from "./gates.ts";
import { isOnSite, presenceOf } from "./presence.ts";
import { unreached } from "./reachable.ts";
import { heldBack } from "./review.ts";
import { type Line, mayLeave, type Run } from "./run.ts";

/** Why a message may not go out now. `untilMs`: it may later. */
export interface Stop {
  gate: string;
  text: string;
  untilMs?: number | undefined;
}

export const runOf = ({ runs }: Profile, seq: number): Run | undefined =>
  runs.find(({ handed }) => handed.some((one) => one.seq === seq));

export const handedOf = (profile: Profile, seq: number) => runOf(profile, seq)?.handed.find((one) => one.seq === seq);

/** What its tool reported of a message, as long as its run is kept. */
export const cameOf = (profile: Profile, seq: number): Came | undefined => handedOf(profile, seq)?.came;

/** By which channel a message went, as long as it is known. */
export const cameBy = (profile: Profile, seq: number): Channel | undefined =>
  handedOf(profile, seq)?.channel ?? profile.sent?.find((one) => one.seq === seq)?.channel;

/** How often somebody who is back on the site is looked after, while a message for them waits. */
const lookMs = 60_000;

/**
 * Why a message that was decided may not go out at this attempt, if so: everything that could have stopped it then is asked again,
 * its own place under the caps left aside. What reports a moment belongs to no run.
 */
export function stopOf(config: SiteConfig, profile: Profile, seq: number, nowMs: number): Stop | undefined {
  if (!isReached(config, profile)) return { gate: "not_live", text: "the site is no longer live" };
  const run = runOf(profile, seq);
  const handed = handedOf(profile, seq);
  if (!run || !handed) {
    const isMessage = profile.sent?.some((one) => one.seq === seq);
    return isMessage ? { gate: "removed", text: "the journey that it belongs to is forgotten" } : undefined;
  }
  const arms = armsFor(config, profile, run);
  const journey = arms.journey(run.journey);
  const exit = mayLeave(run) ? exitOf(profile, run, arms.trigger(run.trigger), journey) : run.exit;
  if (exit !== undefined) return { gate: exit, text: exitText(exit, profile, run, journey, nowMs) };

  const step = journey && arms.step(journey, handed.step);
  const message = step && arms.message(step.message);
  if (!step || !message) return { gate: "removed", text: exitText("removed", profile, run, journey, nowMs) };
  const held = heldBack(handed);
  if (held) return held;
  const { channel } = handed;
  const lacks = unreached(config, profile, channel, message);
  if (lacks) return { gate: lacks.gate, text: lacks.text };
  const presence = presenceOf(profile, nowMs);
  if (waitsOutside(step, channel) && isOnSite(presence, nowMs))
    return { gate: "on_site", text: "the visitor is on the site", untilMs: Math.min(presence.goneAtMs, nowMs + lookMs) };
  const control = arms.control(run.trigger, run.journey, step.id, step.message);
  const verdict = gate(config, profile, { channel, message, of: run, control, seq }, nowMs);
  return verdict.pass ? undefined : { gate: verdict.gate, text: verdict.text, untilMs: verdict.untilMs };
}

/** What was delivered and has no other channel to go to keeps no run that is over. */
export function noteDelivered(profile: Profile, seq: number, nowMs: number): void {
  const one = handedOf(profile, seq);
  if (one && !one.left.length) one.expiresAtMs = Math.min(one.expiresAtMs, nowMs);
}

/** A page showed after all what was given up for lost: it counts, and comes by no other channel. */
export function noteShown(config: SiteConfig, profile: Profile, seq: number, nowMs: number): Line[] {
  const run = runOf(profile, seq);
  const handed = handedOf(profile, seq);
  if (!run || !handed) return [];
  const { id, step, channel, atMs } = handed;
  const arms = armsFor(config, profile, run);
  const journey = arms.journey(run.journey);
  const message = (journey && arms.step(journey, step)?.message) ?? step;
  const { purpose = "marketing", offer = "" } = arms.message(message) ?? {};
  const { sent = [] } = profile;
  if (!sent.some((one) => one.seq === seq)) {
    const back = { seq, ...(id !== undefined && { id }), atMs, message, channel, purpose, session: run.session };
    profile.sent = [...sent, back].sort((a, b) => a.atMs - b.atMs);
    profile.offers?.[offer]?.said.push(seq);
  }
  const waits = run.fallbacks.find((one) => one.step === step);
  const [next] = waits?.channels ?? [];
  if (!next) return [];
  run.fallbacks = run.fallbacks.filter((one) => one !== waits);
  const about = { run: run.id, trigger: run.trigger, journey: run.journey, step, message, channel: next };
  const text = `"${message}" not sent ${by(next)} instead: the page has shown it after all`;
  return [{ atMs: nowMs, what: "not_sent", gate: "shown", text, ...about }];
}

/** What is attempted within this time of its decision is as good as attempted at once. */
const promptMs = 1000;

/**
 * A message that goes out later than it was decided counts from then: the last day's messages are those that came in it.
 * @param isFirst none was made before
 * @returns whether anything changed
 */
export function noteAttempt(profile: Profile, seq: number, nowMs: number, isFirst: boolean): boolean {
  const sent = profile.sent?.find((one) => one.seq === seq);
  if (!sent || nowMs - sent.atMs < promptMs) return false;
  const handed = handedOf(profile, seq);
  if (handed) {
    delete handed.heldBy;
    if (isFirst) handed.atMs = nowMs;
  }
  profile.sent = [...(profile.sent ?? []).filter((one) => one !== sent), { ...sent, atMs: nowMs }];
  return true;
}

/** What is to be said of an attempt that is put off: nothing, when it was said before. What comes after it counts from then. */
export function noteHeld(profile: Profile, seq: number, { gate, text, untilMs }: Stop, nowMs: number): Line[] {
  const run = runOf(profile, seq);
  const handed = handedOf(profile, seq);
  const message = profile.sent?.find((one) => one.seq === seq)?.message;
  if (handed && untilMs !== undefined) handed.atMs = untilMs;
  if (!run || !handed || handed.heldBy === gate) return [];
  handed.heldBy = gate;
  const { id, trigger, journey } = run;
  const { step, channel } = handed;
  const about = { run: id, trigger, journey, step, channel, ...(message !== undefined && { message }) };
  return [{ atMs: nowMs, what: "held", text: `"${message}" waits: ${text}`, gate, ...about }];
}
