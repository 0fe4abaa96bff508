import type { Row } from "../outbox/outbox.ts";
import type { Outcome } from "../outbox/retry.ts";

const timeoutMs = 15_000;
const maxKeys = 1000;
const encoder = new TextEncoder();

/** One or two keys, `whsec_` + base64, separated by a space: while a key is being replaced, both sign. */
const importKeys = (secrets: string): Promise<CryptoKey[]> =>
  Promise.all(
    secrets
      .trim()
      .split(/\s+/)
      .map((secret) => {
        const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (c) => c.charCodeAt(0));
        return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      }),
  );

async function signatureOf(keys: CryptoKey[], id: string, timestampS: number, body: string): Promise<string> {
  const signed = encoder.encode(`${id}.${timestampS}.${body}`);
  const macs = await Promise.all(keys.map((key) => crypto.subtle.sign("HMAC", key, signed)));
  return macs.map((mac) => `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`).join(" ");
}

export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** Makes attempts: each one Standard Webhooks v1 request. Never throws; redirects are not followed. */
export function webhookTo(send: Send) {
  const imported = new Map<string, CryptoKey[]>();

  async function keysOf(secrets: string): Promise<CryptoKey[]> {
    const keys = imported.get(secrets) ?? (await importKeys(secrets));
    if (imported.size >= maxKeys) imported.clear();
    imported.set(secrets, keys);
    return keys;
  }

  return async (
    { url, secrets, id }: { url: string; secrets: string; id: string },
    { body, attempt }: Pick<Row, "body" | "attempt">,
  ): Promise<Outcome> => {
    // Not AbortSignal.timeout: its timer would keep the object from sleeping long after the answer came.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    try {
      // Receivers compare with their own clock: the system's, whatever the demo's clock says.
      const timestampS = Math.floor(Date.now() / 1000);
      const response = await send(url, {
        method: "POST",
        body,
        redirect: "manual",
        signal: late.signal,
        headers: {
          "content-type": "application/json",
          "user-agent": "Cusp/1",
          "webhook-id": id,
          "webhook-timestamp": String(timestampS),
          "webhook-signature": await signatureOf(await keysOf(secrets), id, timestampS, body),
          "cusp-attempt": String(attempt),
        },
      });
      await response.body?.cancel();
      return outcomeOf(response);
    } catch {
      return { state: "again", unanswered: true }; // refused, reset, timed out: all the same to the one who waits
    } finally {
      clearTimeout(timer);
    }
  };
}

function outcomeOf({ ok, status, headers }: Response): Outcome {
  if (ok || status === 409) return { state: "delivered" }; // 409: had it already
  if (status === 410 || status === 422) return { state: "failed" };
  const after = headers.get("retry-after");
  if (after === null) return { state: "again" };
  const seconds = Number(after);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - Date.now();
  return ms > 0 ? { state: "again", retryAfterMs: ms } : { state: "again" };
}
