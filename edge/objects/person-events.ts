const keptMs = 30 * 86_400_000;

/** Ids of events that the site's server told of this person: each counts once in 30 days. Made on first use. */
export function personEvents(sql: SqlStorage) {
  sql.exec("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID");
  return {
    /** Whether it is told for the first time; from now on it is not. */
    isNew(id: string, nowMs: number): boolean {
      return sql.exec("INSERT OR IGNORE INTO event VALUES (?, ?)", id, nowMs).rowsWritten > 0;
    },
    prune(nowMs: number): void {
      sql.exec("DELETE FROM event WHERE at < ?", nowMs - keptMs);
    },
  };
}
