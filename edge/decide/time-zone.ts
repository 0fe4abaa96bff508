import type { Profile } from "../profile/state.ts";

const maxZones = 100;
const known = new Map<string, boolean>();

/** A browser may name a zone that this machine does not know. */
export function isKnownZone(zone: string): boolean {
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
export const knownZone = (...written: (string | undefined)[]): string =>
  written.find((zone) => zone && isKnownZone(zone)) ?? "UTC";

/** What is said of a person's zone: the site's server knows better than the browser. */
export const ownZones = ({ told, context }: Pick<Profile, "told" | "context">): (string | undefined)[] => [
  told?.time_zone,
  context.time_zone,
];

/** The person's own zone, else the site's: `isFallback` where one was told that does not exist. */
export function zoneOf(profile: Pick<Profile, "told" | "context">, site: string): { zone: string; isFallback: boolean } {
  const own = ownZones(profile).filter((zone) => zone);
  const zone = knownZone(...own, site);
  return { zone, isFallback: own.length > 0 && !own.includes(zone) };
}

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
