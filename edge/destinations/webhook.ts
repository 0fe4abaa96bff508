import type { Row } from "../outbox/outbox.ts";
import { type Outcome, retryAfterMs } from "../outbox/retry.ts";
import type { Answer, Call } from "./adapter.ts";

const maxKeys = 1000;
/** Standard base64, as `atob` reads it. */
const isKey = (secret: string): boolean =>
  /^(?:whsec_)?(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret);
const like = "its secret must be like `whsec_` and base64; two of them, separated by a space, while one is being replaced";
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

/** Makes attempts: each one Standard Webhooks v1 request. What `call` throws it lets pass. */
export function webhooks() {
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
    call: Call,
  ): Promise<Outcome> => {
    // Receivers compare with their own clock: the system's, whatever the demo's clock says.
    const nowMs = Date.now();
    const timestampS = Math.floor(nowMs / 1000);
    // Somebody is to mend it: until then nothing was sent, and nobody failed to answer.
    if (!secrets.trim().split(/\s+/).every(isKey)) return { state: "again", why: like };
    const answer = await call({
      url,
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": "Cusp/1",
        "webhook-id": id,
        "webhook-timestamp": String(timestampS),
        "webhook-signature": await signatureOf(await keysOf(secrets), id, timestampS, body),
        "cusp-attempt": String(attempt),
      },
    });
    return outcomeOf(answer, nowMs);
  };
}

function outcomeOf({ status, headers, text }: Answer, nowMs: number): Outcome {
  if (status === 409) return { state: "delivered" }; // had it already
  if (status >= 200 && status < 300) return told(text);
  if (status === 410) return { state: "gone" };
  if (status === 422) return { state: "failed" };
  const afterMs = retryAfterMs(headers, nowMs);
  return { state: "again", ...(afterMs && { retryAfterMs: afterMs }) };
}

/** What a receiver may say of a message that it took: its own id for it, or that it will not send it. */
function told(text: string): Outcome {
  const { status, reason, provider_id } = parsed(text);
  if (status === "suppressed")
    return { state: "suppressed", ...(typeof reason === "string" && { reason: reason.slice(0, 200) }) };
  const isId = typeof provider_id === "string" && /^[!-~]{1,200}$/.test(provider_id);
  return { state: "delivered", ...(isId && { providerId: provider_id }) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
