/** Where in the day and the week it is. */
export interface LocalTime {
  hour: number;
  weekday: string;
}

const maxZones = 64;
const zones = new Map<string, Intl.DateTimeFormat | undefined>();

/** A format costs a thousand times what it is used for. */
function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (zones.has(zone)) return zones.get(zone);
  if (zones.size >= maxZones) zones.clear();
  let format: Intl.DateTimeFormat | undefined;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, weekday: "short", hour: "2-digit", hourCycle: "h23" });
  } catch {
    // no such zone: a browser's word
  }
  zones.set(zone, format);
  return format;
}

/** By the clock of the first of these zones that exists. */
export function localTime(atMs: number, ...written: (string | undefined)[]): LocalTime {
  const format = written.map((zone) => (zone ? formatOf(zone) : undefined)).find((one) => one) ?? formatOf("UTC");
  const text = format?.format(atMs) ?? "";
  return { hour: Number(/\d+/.exec(text)?.[0] ?? 0), weekday: text.slice(0, 3).toLowerCase() };
}

export const daypartOf = (hour: number): string =>
  hour >= 6 && hour < 12 ? "morning" : hour >= 12 && hour < 18 ? "afternoon" : hour >= 18 && hour < 23 ? "evening" : "night";
