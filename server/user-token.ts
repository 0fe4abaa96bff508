/** What a site's server says of a user who is signed in. */
export interface UserTokenPayload {
  /** The site's key. */
  site: string;
  /** The user's id, as given to `identify`. */
  user: string;
  /** Until when the token is good: epoch seconds, at most 24 hours ahead. */
  exp: number;
  /** When this was said: epoch seconds, now if left out. Of two tokens, and of a token and `PUT /v1/profiles`, what was said later counts. */
  iat?: number;
  email?: string | null;
  /** E.164, like +33612345678. */
  phone?: string | null;
  language?: string;
  /** IANA name, like Europe/Paris. */
  time_zone?: string;
  traits?: Record<string, string | number | boolean>;
  /** Leave to write to this user, by channel. `at` in epoch ms. */
  opt_in?: Partial<
    Record<"email" | "sms" | "push", { status: "granted" | "denied"; at: number; source: string; proof?: string }>
  >;
  /** The only visitor that this token binds to the user. */
  visitor?: string;
}

/** What the library hands on and the edge reads. */
const maxChars = 2048;
const encoder = new TextEncoder();

const base64url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

/**
 * Signs what a page hands to `identify`: `base64url(payload).base64url(HMAC-SHA256)`. On the site's server only.
 * @param secret the first of the site's `IDENTITY_<SITE>`, at least 32 bytes
 */
export async function userToken(payload: UserTokenPayload, secret: string): Promise<string> {
  const bytes = encoder.encode(secret);
  if (bytes.length < 32) throw new RangeError("the identity secret must have at least 32 bytes");
  const first = base64url(encoder.encode(JSON.stringify({ iat: Date.now() / 1000, ...payload })));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(first));
  const token = `${first}.${base64url(new Uint8Array(mac))}`;
  if (token.length > maxChars)
    throw new RangeError(`the token would be longer than ${maxChars} characters: tell the rest by PUT /v1/profiles/:user`);
  return token;
}
