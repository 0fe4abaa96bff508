import { base64url } from "./base64url.ts";

export { base64url };

const encoder = new TextEncoder();

/** Shorter secrets are as good as none: the edge stays shut. */
export const minSecretBytes = 32;
export const isLongEnough = (secret: string): boolean => encoder.encode(secret).length >= minSecretBytes;

const importKey = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

/** A function that gives base64url(HMAC-SHA256(secret, text)); the key is imported once. */
export function hmacWith(secret: string): (text: string) => Promise<string> {
  let key: Promise<CryptoKey> | undefined;
  return async (text) => {
    key ??= importKey(secret);
    return base64url(await crypto.subtle.sign("HMAC", await key, encoder.encode(text)));
  };
}

/** Whether two texts are the same, in a time that tells nothing but their length. */
export function sameText(given: string, expected: string): boolean {
  const [a, b] = [encoder.encode(given), encoder.encode(expected)];
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b);
}

/** The same for a secret whose length is one too: digests are compared. */
export async function sameSecret(given: string, expected: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, expected].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))));
  return crypto.subtle.timingSafeEqual(a as ArrayBuffer, b as ArrayBuffer);
}
