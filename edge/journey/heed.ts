import { noteUnsaid } from "../profile/offers.ts";
import type { Profile } from "../profile/state.ts";
import type { Step } from "../site/compile-journeys.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { leave } from "./advance.ts";
import { by, messageBy } from "./channel-words.ts";
import { type Line, mayLeave } from "./run.ts";
import { walkOf } from "./walk.ts";

/**
 * What became of a message, by its number. `not_sent`: it never left, which is `as` good as another outcome; `unreachable`: no answer
 * until it was too late.
 */
export type Event =
  | { what: "not_sent"; seq: number; gate: string; text: string; as?: "suppressed" | "unreachable" | undefined }
  | { what: "responded" | "dismissed"; seq?: number }
  | { what: "unsubscribed"; seq?: number; topic?: string }
  | { what: "failed" | "bounced" | "suppressed" | "unreachable" | "no_agent"; seq: number };

/** Those that never reached anybody, for all that is known, count for no cap. */
const unsaid: readonly string[] = ["not_sent", "failed", "suppressed", "unreachable", "no_agent"];
/** What is said of a message that another channel may take over. */
const losses: Record<string, string> = {
  bounced: "came back",
  failed: "could not be delivered",
  suppressed: "may not go to this address",
  unreachable: "reached nobody in time",
  no_agent: "found nobody to answer it",
};
const isExit = (what: string): boolean => what === "responded" || what === "dismissed" || what === "unsubscribed";

/** Takes note of what is reported of a message. What follows from it, `follow` says. */
export function heed(config: SiteConfig, profile: Profile, event: Event, nowMs: number): Line[] {
  const { what, seq } = event;
  const walk = walkOf(config, profile, nowMs);
  const sent = profile.sent?.find((one) => one.seq === seq);
  if (sent && what === "responded") sent.outcome = "clicked";
  if (sent && what === "dismissed") sent.outcome = "dismissed";
  if (unsaid.includes(what) && !sent?.unanswered) {
    profile.sent = (profile.sent ?? []).filter((one) => one !== sent);
    noteUnsaid(profile, seq);
  }

  if (event.what === "not_sent" && sent) {
    const { message, channel } = sent;
    const run = profile.runs.find(({ handed }) => handed.some((one) => one.seq === seq));
    const step = run?.handed.find((one) => one.seq === seq)?.step;
    const about = { message, channel, gate: event.gate, ...(step !== undefined && { step }) };
    const text = `"${message}" not sent: ${event.text}`;
    if (run) walk.sayOf(run, "not_sent", text, about);
    else walk.say("not_sent", text, about);
  }

  const outcome = event.what === "not_sent" ? (event.as ?? what) : what;
  for (const run of profile.runs) {
    const handed = run.handed.find((one) => one.seq === seq);
    if (seq !== undefined && !handed) continue;
    const journey = walk.arms(run).journey(run.journey);
    if (isExit(what)) {
      const topic = event.what === "unsubscribed" ? event.topic : undefined;
      const isAbout = (step: Step) => walk.arms(run).message(step.message)?.topic === topic;
      if (topic !== undefined && !journey?.steps.some(isAbout)) continue;
      if (mayLeave(run) && journey?.exitOn.includes(what)) leave(walk, run, what);
      continue;
    }
    const step = journey && handed && walk.arms(run).step(journey, handed.step);
    if (!step || !handed) continue;
    const [next] = handed.left;
    const within = outcome === "unreachable" || nowMs - handed.atMs <= (step.fallbackWithinMs ?? Infinity);
    // What is closed for good is passed over, as it would have been had it been known before.
    const isShut = what === "not_sent" && outcome === "suppressed";
    if (!next || !(isShut || step.fallbackOn.includes(outcome))) continue;
    const { channel, left: channels, expiresAtMs } = handed;
    const loss = `${messageBy[channel]} ${losses[outcome] ?? outcome}`;
    const about = { step: step.id, message: step.message, channel: next };
    handed.left = [];
    if (!within) {
      const text = `"${step.message}" not sent ${by(next)} instead: ${loss}, but too late for another channel`;
      walk.sayOf(run, "not_sent", text, { ...about, gate: "fallback_within" });
      continue;
    }
    run.fallbacks.push({ step: step.id, channels, dueAtMs: nowMs, expiresAtMs });
    walk.sayOf(run, "fallback", `"${step.message}" goes ${by(next)} instead: ${loss}`, { ...about, gate: outcome });
  }
  return walk.lines;
}
