const minuteMs = 60_000;
const dayMinutes = 24 * 60;
const maxZones = 100;

const clocks = new Map<string, Intl.DateTimeFormat | null>();

/** A clock of this zone: making one costs as much as all else that is decided. Null where there is no such zone. */
function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  const had = clocks.get(timeZone);
  if (had !== undefined) return had;
  if (clocks.size >= maxZones) clocks.clear();
  let made: Intl.DateTimeFormat | null;
  try {
    made = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  } catch {
    made = null; // a browser may name a zone that this machine does not know
  }
  clocks.set(timeZone, made);
  return made;
}

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
  const clock = timeZones.flatMap((zone) => (zone && clockOf(zone)) || [])[0] ?? clockOf("UTC");
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const minuteAt = (atMs: number) => minutesOf(clock?.format(atMs) ?? from);
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
