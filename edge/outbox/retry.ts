const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits before attempt 2, 3, …: the table of Standard Webhooks, about three days in all. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** An attempt still unanswered after this long may be made again: longer than its timeout. */
export const leaseMs = 20 * second;

/** What the receiver answered, for the delivery log. */
export interface Answered {
  status: number;
  /** The first 1 KB, redacted. */
  text: string;
}

/**
 * What came of an attempt. `suppressed`: the tool took it and will not send it. `unknown`: it may have arrived, at a tool that
 * would send it twice. `gone`: the destination takes nothing any more. `unanswered`: it may have arrived all the same.
 * `lapsed`: devices, by their endpoints, that take no pushes any more.
 */
export type Outcome = { answered?: Answered; lapsed?: readonly string[] } & (
  | { state: "delivered"; providerId?: string }
  | { state: "suppressed" | "failed"; reason?: string }
  | { state: "unknown" }
  | { state: "gone" }
  | { state: "again"; retryAfterMs?: number; unanswered?: true; why?: string }
);

/** When to try again after this outcome of the `attempt`-th try; undefined when it was the last, or what follows would be too late. */
export function retryAtMs(
  { attempt, expires_at }: { attempt: number; expires_at: number },
  outcome: Outcome,
  nowMs: number,
  random: number,
): number | undefined {
  const wait = outcome.state === "again" ? waitAfter(attempt, random, outcome.retryAfterMs) : undefined;
  return wait !== undefined && nowMs + wait < expires_at ? nowMs + wait : undefined;
}

export const hasMoreAttempts = (attempt: number): boolean => attempt <= waitsMs.length;

/**
 * How long to wait after the `attempt`-th try failed, or undefined when that was the last. Spread by ±25 % so that what failed
 * together is not tried together; never sooner than the receiver asked, up to a day.
 * @param random 0–1
 */
export function waitAfter(attempt: number, random: number, retryAfterMs = 0): number | undefined {
  const wait = waitsMs[attempt - 1];
  if (wait === undefined) return undefined;
  return Math.max(Math.round(wait * (0.75 + random / 2)), Math.min(retryAfterMs, 24 * hour));
}

/** How long somebody asked us to wait, in seconds or by a date. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const after = headers.get("retry-after");
  if (after === null) return undefined;
  const seconds = Number(after);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - nowMs;
  return ms > 0 ? ms : undefined;
}
