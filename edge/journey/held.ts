import type { Handed } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import { leastReviewMs } from "../site/compile-journeys.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { Event } from "./heed.ts";
import type { Verdict } from "./review.ts";
import type { Line, Run, Sending } from "./run.ts";
import { handedOf, stopOf } from "./still.ts";

// Messages that are written and say what the brand would not: each is held as it is until a reviewer has had a say.

/** The site is asked for a review again until it has taken note. */
const askAgainMs = 60_000;

/** Whether a reviewer could have a say in time. What a page shows is of use while the visitor is there. */
export const isTimeForReview = ({ destination, tryUntilMs }: Sending, nowMs: number): boolean =>
  destination !== undefined && tryUntilMs - nowMs > leastReviewMs;

export function hold(profile: Profile, { seq, name, line }: Sending, why: string): Line {
  const handed = handedOf(profile, seq);
  if (handed) Object.assign(handed, { review: { why }, heldBy: "voice" } satisfies Partial<Handed>);
  return { ...line, what: "held", gate: "voice", text: `"${name}" held for a reviewer: ${why}` };
}

const isUnasked = ({ review }: Handed): boolean => review !== undefined && !review.asked && !review.said;

/** Those that the site was not told of yet. */
export const unaskedMessages = ({ runs }: Profile): { run: Run; handed: Handed }[] =>
  runs.flatMap((run) => run.handed.filter(isUnasked).map((handed) => ({ run, handed })));

/** Should the site not take note of them, somebody looks again soon. */
export function wakeForHeld({ runs }: Profile, nowMs: number): void {
  for (const run of runs) if (run.handed.some(isUnasked)) run.wakeAtMs = Math.min(run.wakeAtMs ?? Infinity, nowMs + askAgainMs);
}

/** The site was told of it, or has no room for it. */
export function noteAskedMessage(profile: Profile, seq: number, isRefused: boolean): void {
  const { review } = handedOf(profile, seq) ?? {};
  if (!review || review.said) return;
  if (isRefused) review.said = "no_room";
  else review.asked = true;
}

/** @returns `noted`; or what a reviewer said before, which holds; or that it is too late */
export function judgeMessage(
  config: SiteConfig,
  profile: Profile,
  seq: number,
  verdict: Verdict,
  nowMs: number,
): "noted" | "over" | Verdict {
  const { review } = handedOf(profile, seq) ?? {};
  if (!review || review.said === "no_room") return "over";
  if (review.said) return review.said;
  if (stopOf(config, profile, seq, nowMs)?.gate !== "voice") return "over";
  review.said = verdict;
  return "noted";
}

/** What it means for its journey that a message could not be handed over in time. */
export function missed(profile: Profile, seq: number): Event & { seq: number } {
  const { review } = handedOf(profile, seq) ?? {};
  return review && !review.said
    ? { what: "not_sent", seq, gate: "review", text: "nobody had reviewed it in time", as: "unreachable" }
    : { what: "unreachable", seq };
}
