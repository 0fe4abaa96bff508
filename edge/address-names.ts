import { objectName } from "./env.ts";
import { hmacNow } from "./hmac-now.ts";
import type { Addressed } from "./profile/reach.ts";
import { hmacWith } from "./secrets.ts";

/** `a+shop@…` arrives where `a@…` does, nearly everywhere: one mailbox, which is written to as often as one. */
const withoutTag = (address: string): string => address.replace(/(?<=^[^@+]+)\+[^@]*(?=@)/, "");

const textOf = (site: string, channel: Addressed, address: string): string =>
  JSON.stringify(["address", site, channel, channel === "email" ? withoutTag(address) : address]);

/**
 * Names of the objects of addresses: without the edge's secret nobody finds out whose they are, and with another secret they are
 * others, which know of no unsubscribe.
 */
export function addressNames(secret: string): (site: string, channel: Addressed, address: string) => Promise<string> {
  const hmac = hmacWith(secret);
  return async (site, channel, address) => objectName(site, "a", await hmac(textOf(site, channel, address)));
}

/** The same names, where nothing may be awaited. */
export function addressNamesNow(secret: string): (site: string, channel: Addressed, address: string) => string {
  const hmac = hmacNow(secret);
  return (site, channel, address) => objectName(site, "a", hmac(textOf(site, channel, address)));
}
