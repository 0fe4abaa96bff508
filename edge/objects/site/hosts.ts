import type { SiteFile } from "../../site/schema/site-file.ts";

/** The host that each secret is bound to, by the secret's name. */
export type Hosts = Readonly<Record<string, string>>;

const hostOf = ({ url, vendor }: SiteFile["destinations"][string]): string =>
  url === undefined ? `vendor:${vendor}` : new URL(url).host;

/** The name of a destination that would send a secret to another host, or vendor, than it was first used with. */
export const strayed = (hosts: Hosts, destinations: SiteFile["destinations"]): string | undefined => {
  const seen = new Map(Object.entries(hosts));
  return Object.entries(destinations).find(([, destination]) => {
    const had = seen.get(destination.secret);
    seen.set(destination.secret, had ?? hostOf(destination));
    return had !== undefined && had !== hostOf(destination);
  })?.[0];
};

export const withHosts = (hosts: Hosts, destinations: SiteFile["destinations"]): Hosts => ({
  ...Object.fromEntries(Object.values(destinations).map((destination) => [destination.secret, hostOf(destination)])),
  ...hosts,
});
