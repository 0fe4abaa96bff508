import { base64url } from "../../base64url.ts";
import type { PushSubscription } from "../adapter.ts";

const raw = async (key: CryptoKey) => base64url((await crypto.subtle.exportKey("raw", key)) as ArrayBuffer);

/** A browser that takes pushes at this endpoint. */
export async function deviceAt(endpoint: string): Promise<PushSubscription> {
  const { publicKey } = (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ])) as CryptoKeyPair;
  return { endpoint, keys: { p256dh: await raw(publicKey), auth: base64url(crypto.getRandomValues(new Uint8Array(16))) } };
}

/** A pair of VAPID keys, as the secret of a destination. */
export async function vapidKeys(): Promise<string> {
  const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"])) as CryptoKeyPair;
  const { d } = (await crypto.subtle.exportKey("jwk", pair.privateKey)) as JsonWebKey;
  return `${await raw(pair.publicKey)}:${d}`;
}
