import type { Handed } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import { leastReviewMs } from "../site/compile-journeys.ts";
import type { Event } from "./heed.ts";
import { isUnasked } from "./review.ts";
import type { Line, Sending } from "./run.ts";
import { handedOf } from "./still.ts";

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

/** Should the site not take note of them, somebody looks again soon. */
export function wakeForHeld({ runs }: Profile, nowMs: number): void {
  for (const run of runs) if (run.handed.some(isUnasked)) run.wakeAtMs = Math.min(run.wakeAtMs ?? Infinity, nowMs + askAgainMs);
}

/** What it means for its journey that a message could not be handed over in time. */
export function missed(profile: Profile, seq: number): Event & { seq: number } {
  const { review } = handedOf(profile, seq) ?? {};
  return review && !review.said
    ? { what: "not_sent", seq, gate: "review", text: "nobody had reviewed it in time", as: "unreachable" }
    : { what: "unreachable", seq };
}
