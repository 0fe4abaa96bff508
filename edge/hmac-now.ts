import { base64url } from "./base64url.ts";

const encoder = new TextEncoder();
const blockBytes = 64;

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
};
const primes = Array.from({ length: 312 }, (_, n) => n).filter(isPrime);
/** The first 32 bits of the fraction. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32);
const start = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const constants = primes.map((prime) => fraction(Math.cbrt(prime)));

const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** FIPS 180-4, one block of 64 bytes. */
function fold(state: readonly number[], view: DataView, from: number): number[] {
  const w = new Int32Array(64);
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      w[i] = view.getInt32(from + 4 * i);
      continue;
    }
    const [a, b] = [w[i - 15] as number, w[i - 2] as number];
    const [s, t] = [turn(a, 7) ^ turn(a, 18) ^ (a >>> 3), turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)];
    w[i] = (w[i - 16] as number) + s + (w[i - 7] as number) + t;
  }
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const more = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));
    const t = (h + more + (constants[i] as number) + (w[i] as number)) | 0;
    const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t) | 0, c, b, a, (t + u) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] as number)) | 0);
}

function sha256(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / blockBytes) * blockBytes);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  let state = start;
  for (let from = 0; from < padded.length; from += blockBytes) state = fold(state, view, from);
  const out = new DataView(new ArrayBuffer(32));
  for (const [i, word] of state.entries()) out.setInt32(4 * i, word);
  return new Uint8Array(out.buffer);
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

/**
 * What `hmacWith` gives, without a wait: a person's object decides and writes in one synchronous piece, and Web Crypto only answers
 * later. The tests hold the two against each other.
 */
export function hmacNow(secret: string): (text: string) => string {
  let pads: [inner: Uint8Array, outer: Uint8Array] | undefined;
  return (text) => {
    pads ??= padsOf(encoder.encode(secret));
    const [inner, outer] = pads;
    return base64url(sha256(joined(outer, sha256(joined(inner, encoder.encode(text))))));
  };
}

function padsOf(secret: Uint8Array): [Uint8Array, Uint8Array] {
  const key = joined(secret.length > blockBytes ? sha256(secret) : secret, new Uint8Array(blockBytes)).slice(0, blockBytes);
  return [key.map((byte) => byte ^ 0x36), key.map((byte) => byte ^ 0x5c)];
}
