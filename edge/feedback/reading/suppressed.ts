import type { Report } from "../report.ts";

/** Why a tool skips somebody is news of the address too: they left, they complained, or nobody is there. */
export function whatElse(reason: string): Pick<Report, "what" | "bounce"> | undefined {
  if (/unsubscri|opted?[ -]?out/i.test(reason)) return { what: "unsubscribed" };
  if (/spam report|complain/i.test(reason)) return { what: "complained" };
  if (/bounce|^invalid$/i.test(reason)) return { what: "bounced", bounce: { class: "hard", reason } };
  return undefined;
}

export function withReason(report: Report): Report[] {
  const more = report.what === "suppressed" && report.reason ? whatElse(report.reason) : undefined;
  return more ? [report, { ...report, ...more, eventId: `${report.eventId}:why` }] : [report];
}
