import { Refusal } from "../../problem.ts";

const encoder = new TextEncoder();

// Both ways of writing bytes are read in one spelling only: a signature with a changed letter is a changed signature.

export const fromHex = (text: string | null): Uint8Array<ArrayBuffer> | undefined =>
  text !== null && /^([0-9a-f]{2})+$/.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : undefined;

export function fromBase64(text: string | null): Uint8Array<ArrayBuffer> | undefined {
  if (!text || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes = atob(text);
  return btoa(bytes) === text ? Uint8Array.from(bytes, (char) => char.charCodeAt(0)) : undefined;
}

/** In constant time: Web Crypto compares. */
export async function isSigned(
  hash: "SHA-1" | "SHA-256",
  key: string | Uint8Array<ArrayBuffer>,
  text: string,
  mac: Uint8Array<ArrayBuffer> | undefined,
): Promise<boolean> {
  const bytes = typeof key === "string" ? encoder.encode(key) : key;
  if (!mac || bytes.length === 0) return false;
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["verify"]);
  return crypto.subtle.verify("HMAC", imported, mac, encoder.encode(text));
}

/** The secret itself is not what this tool's scheme takes: the site's mistake, so the tool may come again. */
export const badSecret = (like: string): Refusal => new Refusal(503, `the feedback secret of this destination must be ${like}`);
