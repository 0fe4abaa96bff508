import { badSecret, fromBase64 } from "./signatures.ts";

const like = "the verification key that SendGrid shows, base64";

/** SEQUENCE of two INTEGERs (DER) as Web Crypto wants it: both as 32 bytes, one after the other. */
export function derToP1363(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const out = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const integer = der.subarray(at + 2, at + 2 + length);
    // Only the shortest spelling: 1 to 33 bytes, a leading zero where the number would read as negative and nowhere else.
    if (der[at] !== 0x02 || length < 1 || integer.length !== length) return undefined;
    const isPadded = integer[0] === 0;
    if (isPadded ? length > 1 && (integer[1] ?? 0) < 0x80 : (integer[0] ?? 0) >= 0x80) return undefined;
    const digits = isPadded ? integer.subarray(1) : integer;
    if (digits.length > 32) return undefined;
    out.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? out : undefined;
}

export async function isSignedP256(publicKey: string, text: string, signature: string | null): Promise<boolean> {
  const der = fromBase64(signature);
  const raw = der && derToP1363(der);
  const spki = fromBase64(publicKey.replace(/-----[^-]+-----|\s/g, ""));
  if (!spki) throw badSecret(like);
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]).catch(() => {
    throw badSecret(like);
  });
  return raw !== undefined && crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, raw, new TextEncoder().encode(text));
}
