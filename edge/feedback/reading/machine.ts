import type { Report } from "../report.ts";

const atOnceMs = 1000;
const sweptLinks = 3;

/**
 * What fetches mail for Apple's privacy protection says no more than this. Gmail's and Yahoo's image proxies are not here: they
 * fetch when a person looks.
 */
const bare = /^Mozilla\/5\.0$/;
/** Cubot makes telephones. */
const program =
  /\b(?!cubot)[a-z]*bot\b|crawler|spider|scanner|prefetch|privacy protection|proofpoint|barracuda|mimecast|messagelabs|symantec|fireeye|trellix|cloudmark|sophos|forcepoint|ironport|safelinks|headless|phantomjs|^(curl|wget|python|go-http-client|java|libwww|okhttp|axios|node)\b/i;

export const isProgram = (...said: (string | undefined)[]): boolean =>
  said.some((text) => text !== undefined && (bare.test(text.trim()) || program.test(text)));

const subject = ({ messageId, providerId, recipient }: Report): string => messageId ?? providerId ?? recipient ?? "";

/**
 * Marks the clicks of scanners that call themselves browsers, as far as one request shows them: a link followed in the second of
 * the delivery, or several links of one message in one second.
 */
export function markSweeps(reports: Report[]): Report[] {
  const seen = new Map<string, { deliveredAtMs?: number; clicks: Report[] }>();
  for (const report of reports) {
    if (report.what !== "delivered" && report.what !== "clicked") continue;
    const of = seen.get(subject(report)) ?? { clicks: [] };
    seen.set(subject(report), of);
    if (report.what === "clicked") of.clicks.push(report);
    else of.deliveredAtMs = report.atMs;
  }
  return reports.map((report) => {
    const of = report.what === "clicked" ? seen.get(subject(report)) : undefined;
    if (!of) return report;
    const near = of.clicks.filter(({ atMs }) => Math.abs(atMs - report.atMs) <= atOnceMs);
    const atOnce = of.deliveredAtMs !== undefined && Math.abs(report.atMs - of.deliveredAtMs) <= atOnceMs;
    return atOnce || new Set(near.map(({ link }) => link?.url)).size >= sweptLinks ? { ...report, machine: true } : report;
  });
}
