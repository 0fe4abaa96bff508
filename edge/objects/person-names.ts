import { base64url, hmacWith } from "../secrets.ts";

/** The name of a person outside the edge: base64url(HMAC(site key, object name)). */
export function publicIds(): (site: string, objectName: string) => Promise<string> {
  const bySite = new Map<string, ReturnType<typeof hmacWith>>();
  return (site, name) => {
    const hmac = bySite.get(site) ?? hmacWith(site);
    bySite.set(site, hmac);
    return hmac(name);
  };
}

/** What the ids of a person's messages begin with: the object's own id, so that whatever is reported back finds it. */
export function messagePrefix(objectId: string): string {
  const bytes = Uint8Array.from(objectId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return `msg_${base64url(bytes)}_`;
}
