import * as z from "zod";
import type { Told } from "../profile/told.ts";
import { isLongEnough } from "../secrets.ts";
import { toldShape, userId } from "./told.ts";

/** Somebody for whom the site's server vouched. */
export interface Vouched {
  user: string;
  /** When the token was made. */
  saidAtMs: number;
  told: Told;
}

/** Longest life of a token, and how far the clock of the site's server may be ahead. */
const longestMs = 24 * 3_600_000;
const clockMs = 5 * 60_000;
const maxRemembered = 2000;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** Whoever signs may say more in a later version: what is not known here is not read. */
const payload = z.object({
  ...toldShape,
  site: z.string(),
  user: userId,
  exp: z.number(),
  iat: z.number().exactOptional(),
  visitor: z.string().exactOptional(),
});

type Payload = z.infer<typeof payload>;

const bytesOf = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
};

const importKey = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);

const secretsIn = (written: string): string[] => written.split(/\s+/).filter(isLongEnough);

/**
 * Who signed-in visitors are: `base64url(payload).base64url(HMAC-SHA256(secret, first part))`, one way only. A site has one or two
 * secrets, separated by a space: while one is being replaced, both hold.
 */
export function userTokens(secretsOf: (site: string) => string | undefined) {
  const keys = new Map<string, Promise<CryptoKey>>();
  /** Those that held, by their whole text: a signed-in visitor sends the same one with every batch. */
  const held = new Map<string, { secrets: string; said: Payload }>();

  async function isSigned(first: string, mac: Uint8Array<ArrayBuffer>, secrets: string[]): Promise<boolean> {
    for (const secret of secrets) {
      const key = keys.get(secret) ?? importKey(secret);
      if (keys.size >= maxRemembered) keys.clear();
      keys.set(secret, key);
      if (await crypto.subtle.verify("HMAC", await key, mac, encoder.encode(first))) return true;
    }
    return false;
  }

  async function read(token: string, secrets: string[]): Promise<Payload | undefined> {
    const [first = "", last = "", ...more] = token.split(".");
    const [text, mac] = [bytesOf(first), bytesOf(last)];
    if (!text || !mac || more.length || mac.byteLength !== 32 || !(await isSigned(first, mac, secrets))) return undefined;
    try {
      return payload.safeParse(JSON.parse(decoder.decode(text))).data;
    } catch {
      return undefined;
    }
  }

  /** Undefined where the token is none, does not hold, or holds for somebody or something else. */
  return async (
    site: string,
    user: { id: string; token?: string },
    visitor: string,
    nowMs: number,
  ): Promise<Vouched | undefined> => {
    const written = secretsOf(site) ?? "";
    const { token } = user;
    if (token === undefined || !written) return undefined;
    const had = held.get(token);
    const said = had?.secrets === written ? had.said : await read(token, secretsIn(written));
    if (!said) return undefined;
    if (held.size >= maxRemembered) held.clear();
    held.set(token, { secrets: written, said });
    const { site: forSite, user: forUser, exp, iat, visitor: forVisitor, ...told } = said;
    const untilMs = exp * 1000;
    const isInTime = nowMs < untilMs && untilMs <= nowMs + longestMs + clockMs;
    const isTheirs = forSite === site && forUser === user.id && (forVisitor === undefined || forVisitor === visitor);
    return isInTime && isTheirs
      ? { user: forUser, saidAtMs: iat === undefined ? untilMs - longestMs : Math.min(iat * 1000, nowMs), told }
      : undefined;
  };
}
