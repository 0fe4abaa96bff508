import type { Inbound } from "../report.ts";
import { signedAtMs } from "./freshness.ts";
import { badSecret, fromBase64, isSigned } from "./signatures.ts";

const keysOf = (secret: string): Uint8Array<ArrayBuffer>[] =>
  secret
    .trim()
    .split(/\s+/)
    .map((written) => {
      const key = fromBase64(written.replace(/^whsec_/, ""));
      if (!key) throw badSecret("like `whsec_` and base64; two of them, separated by a space, while one is being replaced");
      return key;
    });

/** Standard Webhooks v1, which began at Svix: undefined where no signature of any key fits. */
export async function standardSigned(
  { headers, body }: Inbound,
  secret: string,
  prefix: "webhook" | "svix" = "webhook",
): Promise<{ id: string; atMs: number } | undefined> {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) => headers.get(`${prefix}-${name}`));
  const atMs = signedAtMs(timestamp);
  // A full stop in the id could move what is the id and what is the time.
  if (!id || !/^[^.\s]{1,200}$/.test(id) || Number.isNaN(atMs) || !signatures) return undefined;
  const keys = keysOf(secret);
  const macs = signatures.split(" ").flatMap((written) => (written.startsWith("v1,") ? [fromBase64(written.slice(3))] : []));
  for (const mac of macs.slice(0, 8))
    for (const key of keys) if (await isSigned("SHA-256", key, `${id}.${timestamp}.${body}`, mac)) return { id, atMs };
  return undefined;
}
