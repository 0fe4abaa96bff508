import type { AuditLine, Change } from "../../site/answers.ts";

const kept = 10_000;
const perPage = 100;

/** Who changed what, in order. Nothing here is ever edited; the oldest beyond 10,000 go. */
export function siteAudit(sql: SqlStorage) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY, at INTEGER, who TEXT, what TEXT, version INTEGER, detail TEXT)",
  );
  return {
    add(at: number, { who, what, version, detail }: Change): void {
      const [row] = sql
        .exec<{ seq: number }>(
          "INSERT INTO audit (at, who, what, version, detail) VALUES (?, ?, ?, ?, ?) RETURNING seq",
          at,
          who,
          what,
          version,
          detail,
        )
        .toArray();
      sql.exec("DELETE FROM audit WHERE seq <= ?", (row?.seq ?? 0) - kept);
    },
    /** The first lines after one, or the newest where none is named; in order. */
    page: (after: number | undefined): AuditLine[] =>
      after === undefined
        ? sql.exec<AuditLine>("SELECT * FROM (SELECT * FROM audit ORDER BY seq DESC LIMIT ?) ORDER BY seq", perPage).toArray()
        : sql.exec<AuditLine>("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, perPage).toArray(),
  };
}

export type Audit = ReturnType<typeof siteAudit>;
