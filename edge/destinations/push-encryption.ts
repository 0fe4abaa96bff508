import { fromBase64url } from "../base64url.ts";
import type { PushSubscription } from "./adapter.ts";

const encoder = new TextEncoder();
const curve = { name: "ECDH", namedCurve: "P-256" };

/** One record, and push services take 4096 bytes in all: less header, tag and delimiter. */
export const maxPlainBytes = 4096 - 86 - 17;

const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

async function hkdf(
  salt: Uint8Array<ArrayBuffer>,
  secret: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
  bytes: number,
) {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, bytes * 8));
}

/** Fresh for every push; a test gives those of the RFC. */
export interface Once {
  salt: Uint8Array<ArrayBuffer>;
  keys: CryptoKeyPair;
}

const once = async (): Promise<Once> => ({
  salt: crypto.getRandomValues(new Uint8Array(16)),
  keys: (await crypto.subtle.generateKey(curve, true, ["deriveBits"])) as CryptoKeyPair,
});

/** The body of a push that only this device can read: RFC 8291, aes128gcm in one record. Keys that are none throw. */
export async function encrypted(text: string, { keys }: PushSubscription, fresh?: Once): Promise<Uint8Array<ArrayBuffer>> {
  const { salt, keys: ours } = fresh ?? (await once());
  const theirs = fromBase64url(keys.p256dh);
  const theirKey = await crypto.subtle.importKey("raw", theirs, curve, true, []);
  const jwk = (await crypto.subtle.exportKey("jwk", ours.publicKey)) as JsonWebKey;
  const our = joined(new Uint8Array([4]), fromBase64url(jwk.x ?? ""), fromBase64url(jwk.y ?? ""));
  // The types of Workers write `$public`; what runs takes `public`.
  const agreement = { name: "ECDH", public: theirKey } as unknown as Parameters<SubtleCrypto["deriveBits"]>[0];
  const shared = new Uint8Array(await crypto.subtle.deriveBits(agreement, ours.privateKey, 256));
  const secret = await hkdf(fromBase64url(keys.auth), shared, joined(encoder.encode("WebPush: info\0"), theirs, our), 32);
  const key = await hkdf(salt, secret, joined(encoder.encode("Content-Encoding: aes128gcm\0")), 16);
  const iv = await hkdf(salt, secret, joined(encoder.encode("Content-Encoding: nonce\0")), 12);
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const record = joined(encoder.encode(text), new Uint8Array([2])); // 2: the last record
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, aes, record);
  return joined(salt, new Uint8Array([0, 0, 16, 0, our.length]), our, new Uint8Array(sealed));
}
