import type { Health, LogEntry } from "../../outbox/log-entry.ts";

const second = 1000;
const hour = 3600 * second;
const maxInRow = 5;
const looksBack = 20;
const withinMs = 60 * second;
const firstWaitMs = 30 * second;
const maxWaitMs = 600 * second;
const maxAskedMs = 24 * hour;
const disabledAfterMs = 5 * 24 * hour;
const warnedAfterMs = [hour, 24 * hour];

/** How the last attempts at one destination went, and what follows from it. */
export interface Breaker {
  /** The newest last. */
  recent: { atMs: number; failed: boolean }[];
  inRow: number;
  /** Since when nothing but failures came. */
  failingSinceMs?: number;
  /** Warnings that were given of it. */
  warned: number;
  /** Nothing is attempted before; while it is set, it is open or on trial. */
  openUntilMs?: number;
  /** How long it was opened for. */
  waitMs: number;
  disabled?: { atMs: number; why: string };
}

export const freshBreaker: Breaker = { recent: [], inRow: 0, warned: 0, waitMs: 0 };

/** What somebody is to be told of. */
export type News = { what: "failing"; sinceMs: number } | { what: "disabled"; why: string };

export function healthOf({ disabled, openUntilMs }: Breaker): Health {
  if (disabled) return { state: "disabled" };
  return openUntilMs === undefined ? { state: "closed" } : { state: "open", untilMs: openUntilMs };
}

export const disable = (breaker: Breaker, why: string, atMs: number): Breaker => ({ ...breaker, disabled: { atMs, why } });

/** What an attempt tells of the destination: it answered, it did not, or nothing. */
function verdictOf({ state, tookMs, isIll }: LogEntry): "well" | "ill" | "gone" | undefined {
  if (state === "gone") return "gone";
  if (tookMs === undefined) return undefined;
  return isIll ? "ill" : "well";
}

/** Takes note of one attempt. Pure: whatever comes in which order leaves one breaker. */
export function noted(had: Breaker, entry: LogEntry, nowMs: number): { breaker: Breaker; news: News[] } {
  const verdict = verdictOf(entry);
  if (!verdict) return { breaker: had, news: [] };
  if (verdict === "gone") {
    const why = "it answered 410: it takes nothing any more";
    return had.disabled ? { breaker: had, news: [] } : { breaker: disable(had, why, nowMs), news: [{ what: "disabled", why }] };
  }
  const recent = [...had.recent, { atMs: entry.atMs, failed: verdict === "ill" }].slice(-looksBack);
  if (verdict === "well") {
    const { openUntilMs: _open, failingSinceMs: _failing, ...rest } = had;
    return {
      breaker: { ...rest, recent: had.openUntilMs === undefined ? recent : [], inRow: 0, warned: 0, waitMs: 0 },
      news: [],
    };
  }
  const failingSinceMs = had.failingSinceMs ?? entry.atMs;
  const failing = { ...had, recent, inRow: had.inRow + 1, failingSinceMs };
  return warnedOf(opened(failing, entry, nowMs), nowMs);
}

/** Open: after so many failures in a row, or among the last, or because the destination asked for it; on trial, after each. */
function opened(breaker: Breaker, { retryAfterMs, status }: LogEntry, nowMs: number): Breaker {
  const { recent, inRow, openUntilMs, waitMs } = breaker;
  if (openUntilMs !== undefined && nowMs < openUntilMs) return breaker; // begun before it was opened
  const askedMs = status === 429 ? Math.min(retryAfterMs ?? 0, maxAskedMs) : 0;
  const lately = recent.filter(({ atMs }) => nowMs - atMs <= withinMs);
  const isIll =
    inRow >= maxInRow || (lately.length === looksBack && lately.filter(({ failed }) => failed).length * 2 >= looksBack);
  if (openUntilMs === undefined && !isIll) return askedMs ? { ...breaker, openUntilMs: nowMs + askedMs } : breaker;
  const nextMs = waitMs ? Math.min(2 * waitMs, maxWaitMs) : firstWaitMs;
  return { ...breaker, waitMs: nextMs, openUntilMs: nowMs + Math.max(nextMs, askedMs) };
}

function warnedOf(breaker: Breaker, nowMs: number): { breaker: Breaker; news: News[] } {
  const { failingSinceMs = nowMs, warned, disabled } = breaker;
  const ageMs = nowMs - failingSinceMs;
  if (disabled) return { breaker, news: [] };
  if (ageMs >= disabledAfterMs) {
    const why = "nothing but failures came from it for five days";
    return { breaker: disable(breaker, why, nowMs), news: [{ what: "disabled", why }] };
  }
  const due = warnedAfterMs.filter((afterMs) => ageMs >= afterMs).length;
  if (due <= warned) return { breaker, news: [] };
  return { breaker: { ...breaker, warned: due }, news: [{ what: "failing", sinceMs: failingSinceMs }] };
}
