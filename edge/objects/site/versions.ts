import type { VersionLine } from "../../site/answers.ts";

const kept = 500;
const perPage = 50;

/** Every file that was pushed, version by version. The oldest beyond 500 go. */
export function siteVersions(sql: SqlStorage) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY, source TEXT, pushed_at INTEGER, who TEXT, note TEXT, restores INTEGER)",
  );
  // Tables of before there were layouts.
  if (!sql.exec("SELECT name FROM pragma_table_info('versions') WHERE name = 'layouts'").toArray().length)
    sql.exec("ALTER TABLE versions ADD COLUMN layouts TEXT");
  /** `layouts`: as JSON; null where the file names none. */
  type Source = { version: number; source: string; layouts: string | null };
  return {
    /** 0 where none was pushed. */
    newestNumber: (): number =>
      sql.exec<{ newest: number | null }>("SELECT max(version) AS newest FROM versions").one().newest ?? 0,
    newest: (): Source | undefined =>
      sql.exec<Source>("SELECT version, source, layouts FROM versions ORDER BY version DESC LIMIT 1").toArray()[0],
    one: (version: number): Source | undefined =>
      sql.exec<Source>("SELECT version, source, layouts FROM versions WHERE version = ?", version).toArray()[0],
    /** Newest first, those before a version. */
    page: (before: number): VersionLine[] =>
      sql
        .exec<VersionLine>(
          "SELECT version, pushed_at, who, note, restores FROM versions WHERE version < ? ORDER BY version DESC LIMIT ?",
          before,
          perPage,
        )
        .toArray(),
    add({ version, source, layouts, pushed_at, who, note, restores }: VersionLine & Source): void {
      sql.exec("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", version, source, pushed_at, who, note, restores, layouts);
      sql.exec("DELETE FROM versions WHERE version <= ?", version - kept);
    },
  };
}

export type Versions = ReturnType<typeof siteVersions>;
