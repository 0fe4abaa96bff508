import type { Step } from "../site/compile-journeys.ts";
import type { Run, Sending } from "./run.ts";
import type { Walk } from "./walk.ts";

const maxHanded = 12;
/** What was sent is kept for the caps, and for conditions that ask for it. */
const keptMs = 30 * 86_400_000;
const leastKept = 200;

/** How long one channel may stay silent before it is the next one's turn. */
function tryUntilMs({ fallbackOn, fallbackWithinMs }: Step, channelsLeft: readonly string[], nowMs: number): number {
  const mayFall = channelsLeft.length > 0 && fallbackOn.includes("unreachable");
  return mayFall && fallbackWithinMs !== undefined ? nowMs + fallbackWithinMs : Infinity;
}

/** Notes that a message leaves, so that it counts from now on. */
export function handOver(
  { config, profile, nowMs, sendings }: Walk,
  run: Run,
  parcel: Omit<Sending, "seq" | "run" | "name" | "tryUntilMs">,
): void {
  const { step, channel, channelsLeft, message, expiresAtMs } = parcel;
  profile.seq += 1;
  const { seq } = profile;
  run.handed.push({ seq, step: step.id, channel, atMs: nowMs, expiresAtMs, left: step.fallbackOn.length ? channelsLeft : [] });
  run.handed = run.handed.slice(-maxHanded);

  const caps = config.file.limits.cap;
  const longestMs = Math.max(keptMs, ...caps.map(({ per }) => per));
  const one = { seq, atMs: nowMs, message: step.message, channel, purpose: message.purpose, session: run.session };
  const sent = [...(profile.sent ?? []), one].filter(({ atMs }) => nowMs - atMs < longestMs);
  profile.sent = sent.slice(-Math.max(leastKept, ...caps.map(({ max }) => max)));
  sendings.push({
    ...parcel,
    seq,
    run: { ...run },
    name: step.message,
    tryUntilMs: Math.min(expiresAtMs, tryUntilMs(step, channelsLeft, nowMs)),
  });
}
