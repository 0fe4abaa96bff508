import { clockOf, knownZone } from "../decide/time-zone.ts";

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * When the quiet hours end that `nowMs` falls into; undefined outside of them.
 * @param timeZones the first one that is known counts
 */
export function quietUntilMs(
  { from, to }: { from: string; to: string },
  nowMs: number,
  timeZones: readonly (string | undefined)[],
): number | undefined {
  const clock = clockOf(knownZone(...timeZones));
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const minuteAt = (atMs: number) => minutesOf(clock.format(atMs).slice(-5)); // "Mon 21:30"
  const isQuiet = (minute: number) => (start < end ? minute >= start && minute < end : minute >= start || minute < end);
  let atMs = nowMs;
  // Again where the clocks were changed in between.
  for (let minute = minuteAt(atMs); isQuiet(minute); minute = minuteAt(atMs)) {
    atMs = Math.floor(atMs / minuteMs) * minuteMs + ((end - minute + dayMinutes) % dayMinutes) * minuteMs;
    const over = atMs - ((minuteAt(atMs) - end + dayMinutes) % dayMinutes) * minuteMs;
    if (over > nowMs && !isQuiet(minuteAt(over))) atMs = over;
  }
  return atMs > nowMs ? atMs : undefined;
}
