const maxZones = 100;
const known = new Map<string, boolean>();

/** A browser may name a zone that this machine does not know. */
function isKnown(zone: string): boolean {
  const had = known.get(zone);
  if (had !== undefined) return had;
  if (known.size >= maxZones) known.clear();
  let is = true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    is = false;
  }
  known.set(zone, is);
  return is;
}

/** The first of these zones that exists, else UTC. */
export const knownZone = (...written: (string | undefined)[]): string => written.find((zone) => zone && isKnown(zone)) ?? "UTC";

const clocks = new Map<string, Intl.DateTimeFormat>();

/** A clock of this zone that tells weekday, hour and minute: making one costs a thousand times what it is used for. */
export function clockOf(zone: string): Intl.DateTimeFormat {
  const had = clocks.get(zone);
  if (had) return had;
  if (clocks.size >= maxZones) clocks.clear();
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  clocks.set(zone, made);
  return made;
}
