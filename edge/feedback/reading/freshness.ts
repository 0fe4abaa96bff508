import type { Report } from "../report.ts";

const windowMs = 5 * 60_000;

/** Seconds since 1970 as a header gives them; NaN for anything else. */
export const signedAtMs = (seconds: unknown): number =>
  typeof seconds === "string" && /^\d{1,11}$/.test(seconds) ? Number(seconds) * 1000 : Number.NaN;

const isLasting = ({ what, bounce }: Report): boolean =>
  what === "unsubscribed" || what === "complained" || (what === "bounced" && bounce?.class === "hard");

export const isFresh = (atMs: number, nowMs: number): boolean => Math.abs(nowMs - atMs) <= windowMs;

/**
 * Of what was signed more than five minutes ago only that remains which closes an address: tools resend for hours with the
 * first timestamp, an opt-out may never be lost on the way, and a replay of one changes nothing.
 */
export const inTime = (reports: Report[], atMs: number, nowMs: number): Report[] =>
  isFresh(atMs, nowMs) ? reports : reports.filter(isLasting);
