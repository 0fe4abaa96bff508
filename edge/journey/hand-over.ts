import type { Step } from "../site/compile-journeys.ts";
import type { Run, Sending, Sent } from "./run.ts";
import type { Walk } from "./walk.ts";

const maxHanded = 12;
/** What was sent is kept for the caps, and for conditions that ask for it. */
const keptMs = 30 * 86_400_000;
const leastKept = 40;

/** How long one channel may stay silent before it is the next one's turn. */
function tryUntilMs({ fallbackOn, fallbackWithinMs }: Step, channelsLeft: readonly string[], nowMs: number): number {
  const mayFall = channelsLeft.length > 0 && fallbackOn.includes("unreachable");
  return mayFall && fallbackWithinMs !== undefined ? nowMs + fallbackWithinMs : Infinity;
}

/** With one more that counts for the caps. */
export function counting(
  { config, nowMs }: Walk,
  { session }: Run,
  { seq, step, message, channel, offer }: Pick<Sending, "seq" | "step" | "message" | "channel" | "offer">,
  had: readonly Sent[] = [],
): Sent[] {
  const caps = config.file.limits.cap;
  const longestMs = Math.max(keptMs, ...caps.map(({ per }) => per));
  const said = { message: step.message, channel, purpose: message.purpose, session, ...(offer && { offer }) };
  const one = { seq, atMs: nowMs, ...said };
  const all = [...had, one].filter(({ atMs }) => nowMs - atMs < longestMs);
  return all.slice(-Math.max(leastKept, ...caps.map(({ max }) => max)));
}

/** Notes that a message leaves, so that it counts from now on. */
export function handOver(walk: Walk, run: Run, parcel: Omit<Sending, "seq" | "run" | "name" | "goal" | "tryUntilMs">): void {
  const { profile, nowMs, sendings } = walk;
  const { step, channel, channelsLeft, message, expiresAtMs, making, offer } = parcel;
  profile.seq += 1;
  const { seq } = profile;
  parcel.line.seq = seq;
  run.handed.push({ seq, step: step.id, channel, atMs: nowMs, expiresAtMs, left: step.fallbackOn.length ? channelsLeft : [] });
  run.handed = run.handed.slice(-maxHanded);
  profile.sent = counting(walk, run, { step, message, channel, seq, ...(offer && { offer }) }, profile.sent);
  if (making) making.said = [...making.said, seq].slice(-maxHanded);
  sendings.push({
    ...parcel,
    seq,
    run: { ...run },
    name: step.message,
    goal: walk.arms(run).journey(run.journey)?.goal,
    tryUntilMs: Math.min(expiresAtMs, tryUntilMs(step, channelsLeft, nowMs)),
  });
}
