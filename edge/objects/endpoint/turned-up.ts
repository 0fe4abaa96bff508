import type { LogEntry } from "../../outbox/log-entry.ts";

/**
 * Messages are in the log now: what was reported of them before is due.
 * @returns whether anything is
 */
export function turnedUp(sql: SqlStorage, entries: readonly LogEntry[], nowMs: number): boolean {
  const named = entries.filter(({ providerId, recipient }) => providerId !== undefined || recipient !== undefined);
  if (!named.length || !sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'reports'").toArray().length) return false;
  const due = `UPDATE reports SET due_at = ? WHERE due_at > ?
    AND (json_extract(json, '$.providerId') = ? OR json_extract(json, '$.recipientName') = ?)`;
  const joined = named.map(
    ({ providerId = null, recipient = null }) => sql.exec(due, nowMs, nowMs, providerId, recipient).rowsWritten,
  );
  return joined.some((rows) => rows > 0);
}
