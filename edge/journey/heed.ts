import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { leave } from "./advance.ts";
import { type Line, mayLeave } from "./run.ts";
import { walkOf } from "./walk.ts";

/**
 * What became of a message, by its number. `not_sent`: it never left, which is `as` good as another outcome; `unreachable`: no answer
 * until it was too late.
 */
export type Event =
  | { what: "not_sent"; seq: number; gate: string; text: string; as?: "suppressed" | "unreachable" | undefined }
  | { what: "responded" | "dismissed" | "unsubscribed"; seq?: number }
  | { what: "failed" | "bounced" | "suppressed" | "unreachable" | "no_agent"; seq: number };

/** Those that never reached anybody, for all that is known, count for no cap. */
const unsaid: readonly string[] = ["not_sent", "failed", "suppressed", "unreachable", "no_agent"];
const isExit = (what: string): boolean => what === "responded" || what === "dismissed" || what === "unsubscribed";

/** Takes note of what is reported of a message. What follows from it, `follow` says. */
export function heed(config: SiteConfig, profile: Profile, event: Event, nowMs: number): Line[] {
  const { what, seq } = event;
  const walk = walkOf(config, profile, nowMs);
  const sent = profile.sent?.find((one) => one.seq === seq);
  if (sent && what === "responded") sent.outcome = "clicked";
  if (sent && what === "dismissed") sent.outcome = "dismissed";
  if (unsaid.includes(what) && !sent?.unanswered) profile.sent = (profile.sent ?? []).filter((one) => one !== sent);

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
    const journey = walk.arms(run.session).journey(run.journey);
    if (isExit(what)) {
      if (mayLeave(run) && journey?.exitOn.includes(what)) leave(walk, run, what);
      continue;
    }
    const step = journey && handed && walk.arms(run.session).step(journey, handed.step);
    if (!step || !handed) continue;
    const [next] = handed.left;
    const within = outcome === "unreachable" || nowMs - handed.atMs <= (step.fallbackWithinMs ?? Infinity);
    // What is closed for good is passed over, as it would have been had it been known before.
    const isShut = what === "not_sent" && outcome === "suppressed";
    if (!next || !within || !(isShut || step.fallbackOn.includes(outcome))) continue;
    run.fallback = { step: step.id, channels: handed.left, dueAtMs: nowMs, expiresAtMs: handed.expiresAtMs };
    handed.left = [];
    walk.sayOf(run, "fallback", `"${step.message}" goes to ${next}: ${handed.channel} ${outcome}`, {
      step: step.id,
      channel: next,
      gate: outcome,
    });
  }
  return walk.lines;
}
