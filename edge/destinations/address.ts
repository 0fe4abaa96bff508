/** Names that are looked up inside a network, and public ones that exist to resolve there. */
const innerNames =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|arpa|test|invalid|onion|box|svc|(nip|sslip|xip)\.io|localtest\.me|lvh\.me)$/;

const hostOf = (url: URL): string => url.hostname.replace(/\.+$/, "");

/**
 * Why this URL may not be a destination, or undefined. Only public HTTPS names: what a name resolves to is filtered where it is
 * resolved (`global_fetch_strictly_public` at Cloudflare, `allow = ["public"]` in the shipped workerd configuration).
 * @param edgeUrl where this edge itself is reached, if it is known: what is sent there would come back as something new
 */
export function refusedAddress(written: string, edgeUrl?: string): string | undefined {
  if (!URL.canParse(written)) return "is not a URL";
  const url = new URL(written);
  const host = hostOf(url);
  if (url.protocol !== "https:") return "must start with https://";
  if (url.username || url.password) return "may not hold a name or password; use a secret";
  if (url.port && url.port !== "8443") return "may only use port 443 or 8443";
  if (host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host)) return "must name a host, not an IP address";
  if (!host.includes(".") || innerNames.test(host)) return "must be reachable from the public internet";
  if (edgeUrl !== undefined && URL.canParse(edgeUrl) && hostOf(new URL(edgeUrl)) === host) return "may not be this edge itself";
  return undefined;
}
