import type { Profile } from "../profile/state.ts";

/** The one row of a person: the profile, or, after a withdrawal of consent, until when nothing of this visitor is taken. */
export interface PersonRow {
  profile: () => Profile | undefined;
  withdrawnUntilMs: () => number;
  write: (row: Profile | Withdrawn) => void;
  hasTable: (name: string) => boolean;
  /** Forgets what is in memory: storage was rolled back or erased. */
  reset: () => void;
}

interface Withdrawn {
  withdrawnUntilMs: number;
}

export function personRow(sql: SqlStorage): PersonRow {
  let row: Profile | Withdrawn | undefined;
  let isRead = false;

  let tables: string[] | undefined;
  function hasTable(table: string): boolean {
    const names = "SELECT name FROM sqlite_master WHERE type = 'table'";
    tables ??= sql
      .exec<{ name: string }>(names)
      .toArray()
      .map(({ name }) => name);
    return tables.includes(table);
  }

  function read(): Profile | Withdrawn | undefined {
    if (isRead) return row;
    const [found] = hasTable("profile") ? sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").toArray() : [];
    row = found && (JSON.parse(found.json) as Profile | Withdrawn);
    isRead = true;
    return row;
  }

  return {
    profile() {
      const found = read();
      return found && "person" in found ? found : undefined;
    },
    withdrawnUntilMs() {
      const found = read();
      return found && "withdrawnUntilMs" in found ? found.withdrawnUntilMs : 0;
    },
    write(next) {
      if (!read()) sql.exec("CREATE TABLE IF NOT EXISTS profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
      const upsert = "INSERT INTO profile VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
      sql.exec(upsert, JSON.stringify(next));
      row = next;
    },
    hasTable,
    reset() {
      row = tables = undefined;
      isRead = false;
    },
  };
}
