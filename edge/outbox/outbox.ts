import { leaseMs, type Outcome } from "./retry.ts";

/** A message on its way to a destination. `body` is the exact text that is signed and sent, on every attempt. */
export interface Row {
  seq: number;
  /** Where it was decided before its visitor became known: the id it keeps. Others are made of `seq`. */
  id?: string;
  destination: string;
  body: string;
  due_at: number;
  expires_at: number;
  /** Attempts begun. */
  attempt: number;
}

/** A message as it begins: one that is due at once is claimed, its first attempt is the caller's to make. */
export const begun = (row: Omit<Row, "attempt">, nowMs: number): Row =>
  row.due_at <= nowMs ? { ...row, due_at: nowMs + leaseMs, attempt: 1 } : { ...row, attempt: 0 };

export interface Outbox {
  add: (row: Row) => void;
  /** Everything that is not at its end. */
  pending: () => Row[];
  /** Forgets everything. */
  clear: () => void;
  /** Claims what is due: each row's next attempt is the caller's to make, and nobody else's for 20 s. Drops what has expired, and says so. */
  claimDue: (nowMs: number, expired: (seq: number) => void) => Row[];
  /**
   * Records what came of an attempt, and when it is made again, if at all.
   * @returns whether the message is lost by it: it reached nobody, and is not tried again
   */
  settle: (row: Row, outcome: Outcome, againAtMs: number | undefined, nowMs: number) => boolean;
  /** An attempt that was claimed is not made now, and counts as none. */
  putOff: (row: Row, untilMs: number) => void;
  /** What is due by now is due later. */
  postpone: (nowMs: number, untilMs: number) => void;
  nextDueMs: () => number | undefined;
  /** Deletes what came to its end a week ago. */
  prune: (nowMs: number) => void;
}

const keepMs = 7 * 86_400_000;
const select = "SELECT seq, destination, body, due_at, expires_at, attempt, id FROM outbox";

type Stored = Omit<Row, "id"> & { id: string | null } & Record<string, SqlStorageValue>;

const asRow = ({ id, ...row }: Stored): Row => ({ ...row, ...(id !== null && { id }) });

/**
 * The outbox table of one object; made on first use, so that a silent visitor costs no table.
 * @param exists whether it was made before
 */
export function outbox(sql: SqlStorage, exists: boolean): Outbox {
  function create(): void {
    sql.exec(`CREATE TABLE outbox (seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, body TEXT, due_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL, id TEXT)`);
    exists = true;
  }

  // Tables of 0.1.0 have no ids of their own.
  if (exists && !sql.exec("SELECT name FROM pragma_table_info('outbox') WHERE name = 'id'").toArray().length)
    sql.exec("ALTER TABLE outbox ADD COLUMN id TEXT");

  /** Gives a row its last state. */
  function finish(seq: number, state: string, nowMs: number, attempt?: number): boolean {
    const end = "UPDATE outbox SET state = ?, body = NULL, due_at = ? WHERE seq = ? AND state = 'pending'";
    if (attempt === undefined) return sql.exec(end, state, nowMs, seq).rowsWritten > 0;
    return sql.exec(`${end} AND attempt = ?`, state, nowMs, seq, attempt).rowsWritten > 0;
  }

  return {
    add({ seq, destination, body, due_at, expires_at, attempt, id }) {
      if (!exists) create();
      const values = [seq, destination, body, due_at, expires_at, attempt, id ?? null];
      sql.exec("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, 'pending', ?)", ...values);
    },
    pending: () => (exists ? sql.exec<Stored>(`${select} WHERE state = 'pending'`).toArray().map(asRow) : []),
    clear() {
      if (exists) sql.exec("DELETE FROM outbox");
    },
    claimDue(nowMs, expired) {
      if (!exists) return [];
      const due = sql.exec<Stored>(`${select} WHERE state = 'pending' AND due_at <= ?`, nowMs);
      return due.toArray().flatMap((stored) => {
        const row = asRow(stored);
        if (row.expires_at <= nowMs) {
          finish(row.seq, "expired", nowMs);
          expired(row.seq);
          return [];
        }
        const claimed = { ...row, attempt: row.attempt + 1, due_at: nowMs + leaseMs };
        sql.exec("UPDATE outbox SET attempt = ?, due_at = ? WHERE seq = ?", claimed.attempt, claimed.due_at, row.seq);
        return [claimed];
      });
    },
    settle({ seq, attempt }, outcome, againAtMs, nowMs) {
      // `attempt` tells a straggler that a later attempt is under way and has its own lease.
      if (outcome.state !== "again") return finish(seq, outcome.state, nowMs) && outcome.state === "failed";
      if (againAtMs === undefined) return finish(seq, "failed", nowMs, attempt);
      sql.exec("UPDATE outbox SET due_at = ? WHERE seq = ? AND state = 'pending' AND attempt = ?", againAtMs, seq, attempt);
      return false;
    },
    putOff({ seq, attempt }, untilMs) {
      const later = "UPDATE outbox SET due_at = ?, attempt = attempt - 1 WHERE seq = ? AND state = 'pending' AND attempt = ?";
      sql.exec(later, untilMs, seq, attempt);
    },
    postpone(nowMs, untilMs) {
      if (exists) sql.exec("UPDATE outbox SET due_at = ? WHERE state = 'pending' AND due_at <= ?", untilMs, nowMs);
    },
    nextDueMs() {
      if (!exists) return undefined;
      const { due } = sql.exec<{ due: number | null }>("SELECT min(due_at) AS due FROM outbox WHERE state = 'pending'").one();
      return due ?? undefined;
    },
    prune(nowMs) {
      if (exists) sql.exec("DELETE FROM outbox WHERE state <> 'pending' AND due_at < ?", nowMs - keepMs);
    },
  };
}
