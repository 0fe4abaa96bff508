import type { Profile } from "../../profile/state.ts";

const pruneEveryMs = 86_400_000;
const keptMs = 30 * pruneEveryMs;

/** Ids of events that the site's server told of this person: each counts once in 30 days. Made on first use. */
export function personEvents(sql: SqlStorage) {
  sql.exec("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID");
  return {
    /** Whether it is told for the first time; from now on it is not. */
    isNew(id: string, nowMs: number): boolean {
      const unlessKept = "ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE at < ?";
      return sql.exec(`INSERT INTO event VALUES (?, ?) ${unlessKept}`, id, nowMs, nowMs - keptMs).rowsWritten > 0;
    },
    /** Once a day: all of them are read, and an index would cost a row more with each event. */
    prune(profile: Profile, nowMs: number): void {
      if (nowMs - (profile.eventsPrunedAtMs ?? 0) < pruneEveryMs) return;
      profile.eventsPrunedAtMs = nowMs;
      sql.exec("DELETE FROM event WHERE at < ?", nowMs - keptMs);
    },
  };
}
