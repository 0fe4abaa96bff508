import { type Accepted, limits, type Problem } from "../contract/wire.ts";
import { attempt } from "./guard.ts";

/** Status 0 when nothing understandable came back. */
export interface Answer {
  status: number;
  json?: Partial<Accepted & Problem>;
  /** 0 when the edge asked for no particular wait. */
  retryAfterMs: number;
}

export interface Transport {
  /** Whether a body of this size may be sent by a page that is going away. */
  outlives: (bytes: number) => boolean;
  /** @param keptBytes its size when it must outlive the page, which costs the page twice the time of one that need not; else 0 */
  post: (body: string, keptBytes: number, leaving: boolean) => Promise<Answer>;
}

const timeoutMs = 10_000;

export function openTransport(edge: string): Transport {
  const url = `${edge}/v1/batches`;
  let flyingBytes = 0; // browsers allow 64 KiB of keepalive at any one time, all requests of the page together
  return {
    outlives: (bytes) => flyingBytes + bytes <= limits.leavingBytes,
    async post(body, keptBytes, leaving) {
      flyingBytes += keptBytes;
      try {
        if (leaving && !("keepalive" in Request.prototype)) throw 0;
        // A string is sent as text/plain: no preflight.
        const response = await fetch(url, {
          method: "POST",
          body,
          credentials: "omit",
          keepalive: !!keptBytes,
          signal: AbortSignal.timeout?.(timeoutMs),
        });
        return {
          status: response.status,
          retryAfterMs: Number(response.headers.get("retry-after")) * 1000 || 0,
          json: await response.json(),
        };
      } catch {
        // Refused before it left, or lost: a beacon may still get through, though its answer cannot be read.
        if (leaving) attempt(() => navigator.sendBeacon(url, body));
        return { status: 0, retryAfterMs: 0 };
      } finally {
        flyingBytes -= keptBytes;
      }
    },
  };
}
