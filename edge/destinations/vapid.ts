import { base64url, fromBase64url } from "../base64url.ts";

const encoder = new TextEncoder();
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Who sends it: RFC 8292, a token for this push service alone, good for twelve hours. */
export async function vapid(secret: string, origin: string, subject: string, nowMs: number): Promise<string> {
  const [publicKey = "", d = ""] = secret.split(":");
  const point = fromBase64url(publicKey);
  const jwk = { kty: "EC", crv: "P-256", d, x: base64url(point.slice(1, 33)), y: base64url(point.slice(33)) };
  const key = await crypto.subtle.importKey("jwk", jwk, ecdsa, false, ["sign"]);
  const part = (of: object) => base64url(encoder.encode(JSON.stringify(of)));
  const exp = Math.floor(nowMs / 1000) + 12 * 3600;
  const signed = `${part({ typ: "JWT", alg: "ES256" })}.${part({ aud: origin, exp, sub: subject })}`;
  const signature = await crypto.subtle.sign(ecdsa, key, encoder.encode(signed));
  return `vapid t=${signed}.${base64url(signature)}, k=${publicKey}`;
}
