import { objectName } from "./env.ts";
import type { Addressed } from "./profile/reach.ts";
import { hmacWith } from "./secrets.ts";

/**
 * Names of the objects of addresses: without the edge's secret nobody finds out whose they are, and with another secret they are
 * others, which know of no unsubscribe.
 */
export function addressNames(secret: string): (site: string, channel: Addressed, address: string) => Promise<string> {
  const hmac = hmacWith(secret);
  return async (site, channel, address) => objectName(site, "a", await hmac(JSON.stringify(["address", site, channel, address])));
}
