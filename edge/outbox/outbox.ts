import { bodyKeptMs, deadStates, type LogEntry } from "./log-entry.ts";
import { leaseMs } from "./retry.ts";

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
  /** An attempt was begun before this one, and nobody ever told what came of it. */
  wasBegun?: true;
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
  /** Claims what is due: each row's next attempt is the caller's to make, and nobody else's for 20 s. What has expired ends. */
  claimDue: (nowMs: number, expired: (row: Row) => LogEntry["state"], isPreparing: (row: Row) => boolean) => Row[];
  /** An attempt that was claimed stays its maker's until then. */
  renew: (seq: number, untilMs: number) => void;
  /**
   * Gives a message its last state; its body is kept for a while.
   * @returns whether it had none yet
   */
  finish: (seq: number, state: LogEntry["state"], nowMs: number, attempt?: number) => boolean;
  /** What came of an attempt is known, and the next is made then. */
  again: (row: Row, atMs: number) => void;
  /** An attempt that was claimed is not made now, and counts as none. */
  putOff: (row: Row, untilMs: number) => void;
  /** What waits is due at once. */
  release: (id: string, seq: number | undefined, nowMs: number) => boolean;
  /** What is due by now is due later. */
  postpone: (nowMs: number, untilMs: number) => void;
  nextDueMs: () => number | undefined;
  /** A message that has come to its end and is kept, by its number or the id that it came with. */
  kept: (seq: number | undefined, id: string) => Row | undefined;
  /** When the first of those is to be erased. */
  eraseAtMs: () => number | undefined;
  /** Erases what was kept for long enough. */
  prune: (nowMs: number) => void;
}

const select = "SELECT seq, destination, body, due_at, expires_at, attempt, id, state FROM outbox";
/** `begun`: an attempt is under way, or was when the object died. */
const isOpen = "state IN ('pending', 'begun')";
const listed = deadStates.map((state) => `'${state}'`).join();
/** Of a row that has come to its end: when that was stands in `due_at`. */
const erasedAt = `due_at + CASE WHEN state IN (${listed}) THEN ${bodyKeptMs("failed")} ELSE ${bodyKeptMs("delivered")} END`;

type Stored = Omit<Row, "id" | "wasBegun"> & { id: string | null; state: string } & Record<string, SqlStorageValue>;

const asRow = ({ id, state, ...row }: Stored): Row => ({
  ...row,
  ...(id !== null && { id }),
  ...(state === "begun" && { wasBegun: true }),
});

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

  const box: Outbox = {
    add({ seq, destination, body, due_at, expires_at, attempt, id, wasBegun }) {
      if (!exists) create();
      const values = [seq, destination, body, due_at, expires_at, attempt, wasBegun ? "begun" : "pending", id ?? null];
      sql.exec("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ...values);
    },
    pending: () => (exists ? sql.exec<Stored>(`${select} WHERE ${isOpen}`).toArray().map(asRow) : []),
    clear() {
      if (exists) sql.exec("DELETE FROM outbox");
    },
    renew(seq, untilMs) {
      if (exists) sql.exec("UPDATE outbox SET due_at = ? WHERE seq = ? AND state = 'begun'", untilMs, seq);
    },
    claimDue(nowMs, expired, isPreparing) {
      if (!exists) return [];
      const due = sql.exec<Stored>(`${select} WHERE ${isOpen} AND due_at <= ?`, nowMs);
      return due.toArray().flatMap((stored) => {
        const row = asRow(stored);
        if (row.wasBegun && isPreparing(row)) {
          box.renew(row.seq, nowMs + leaseMs);
          return [];
        }
        if (row.expires_at <= nowMs) {
          box.finish(row.seq, expired(row), nowMs);
          return [];
        }
        const claimed = { ...row, attempt: row.attempt + 1, due_at: nowMs + leaseMs };
        const claim = "UPDATE outbox SET attempt = ?, due_at = ?, state = 'begun' WHERE seq = ?";
        sql.exec(claim, claimed.attempt, claimed.due_at, row.seq);
        return [claimed];
      });
    },
    finish(seq, state, nowMs, attempt) {
      // `attempt` tells a straggler that a later attempt is under way and has its own lease.
      const end = `UPDATE outbox SET state = ?, due_at = ? WHERE seq = ? AND ${isOpen}`;
      if (attempt === undefined) return sql.exec(end, state, nowMs, seq).rowsWritten > 0;
      return sql.exec(`${end} AND attempt = ?`, state, nowMs, seq, attempt).rowsWritten > 0;
    },
    again({ seq, attempt }, atMs) {
      const later = `UPDATE outbox SET due_at = ?, state = 'pending' WHERE seq = ? AND ${isOpen} AND attempt = ?`;
      sql.exec(later, atMs, seq, attempt);
    },
    putOff({ seq, attempt, wasBegun }, untilMs) {
      const later = `UPDATE outbox SET due_at = ?, attempt = attempt - 1, state = ? WHERE seq = ? AND ${isOpen} AND attempt = ?`;
      sql.exec(later, untilMs, wasBegun ? "begun" : "pending", seq, attempt);
    },
    release(id, seq, nowMs) {
      // What an earlier attempt began and is held now waits until it would be too late; what is under way has a lease.
      const waits = "(state = 'pending' OR (state = 'begun' AND due_at = expires_at))";
      const now = `UPDATE outbox SET due_at = ? WHERE ${waits} AND due_at > ? AND (seq = ? OR id = ?)`;
      return exists && sql.exec(now, nowMs, nowMs, seq ?? null, id).rowsWritten > 0;
    },
    postpone(nowMs, untilMs) {
      if (exists) sql.exec(`UPDATE outbox SET due_at = ? WHERE ${isOpen} AND due_at <= ?`, untilMs, nowMs);
    },
    nextDueMs() {
      if (!exists) return undefined;
      const { due } = sql.exec<{ due: number | null }>(`SELECT min(due_at) AS due FROM outbox WHERE ${isOpen}`).one();
      return due ?? undefined;
    },
    kept(seq, id) {
      if (!exists) return undefined;
      const found = sql
        .exec<Stored>(`${select} WHERE NOT ${isOpen} AND body IS NOT NULL AND (seq = ? OR id = ?)`, seq ?? null, id)
        .toArray();
      return found.map(asRow)[0];
    },
    eraseAtMs() {
      if (!exists) return undefined;
      const { due } = sql.exec<{ due: number | null }>(`SELECT min(${erasedAt}) AS due FROM outbox WHERE NOT ${isOpen}`).one();
      return due ?? undefined;
    },
    prune(nowMs) {
      if (exists) sql.exec(`DELETE FROM outbox WHERE NOT ${isOpen} AND ${erasedAt} <= ?`, nowMs);
    },
  };
  return box;
}
