import { newProfile, type Profile } from "../../profile/state.ts";
import { base64url, hmacWith } from "../../secrets.ts";

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

/** What a link of ours says (`cusp_m`): which message it stood in, and in which of its blocks, if in one. */
export function followedLink(tag: string): { messageId: string; block?: string } {
  const [, messageId = tag, block] = /^(msg_[\w-]{43}_\d{1,15})-([\w-]+)$/.exec(tag) ?? [];
  return { messageId, ...(block !== undefined && { block }) };
}

/** The object's own id in the id of one of its messages, also as a link has it; undefined where it is none. */
export function objectOfMessage(messageId: string): string | undefined {
  const [, written = ""] = /^msg_([\w-]{43})_\d{1,15}(-[\w-]+)?$/.exec(messageId) ?? [];
  if (!written) return undefined;
  const bytes = atob(written.replace(/-/g, "+").replace(/_/g, "/"));
  return Array.from(bytes, (char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** What an object's name says: `pk_demo/u:u-42`. */
export function nameOf(written: string): { site: string; kind: string; id: string } {
  const [, site = "", kind = "", id = ""] = /^([^/]+)\/(\w+):(.*)$/.exec(written) ?? [];
  return { site, kind, id: decodeURIComponent(id) };
}

/** Whose object it is, as its name says. */
export interface Named {
  site: string;
  person: string;
  user?: string;
}

export const newPerson = ({ site, person, user }: Named, nowMs: number): Profile => ({
  ...newProfile(site, person, nowMs),
  ...(user !== undefined && { user }),
});
