import { leaseMs, waitAfter } from "./retry.ts";

/** A message on its way to a destination. `body` is the exact text that is signed and sent, on every attempt. */
export interface Row {
  seq: number;
  destination: string;
  body: string;
  due_at: number;
  expires_at: number;
  /** Attempts begun. */
  attempt: number;
}

/** What came of an attempt. */
export type Outcome = { state: "delivered" } | { state: "failed" } | { state: "again"; retryAfterMs?: number };

export interface Outbox {
  /** Adds a message. One that is due at once (attempt 1) is claimed as it is added: that attempt is the caller's to make. */
  add: (row: Omit<Row, "attempt">, nowMs: number) => Row;
  /** Claims what is due: each row's next attempt is the caller's to make, and nobody else's for 20 s. Drops what has expired. */
  claimDue: (nowMs: number) => Row[];
  /** Records what came of an attempt; returns when to try again, if at all. */
  settle: (row: Row, outcome: Outcome, nowMs: number) => number | undefined;
  nextDueMs: () => number | undefined;
  /** Deletes what came to its end a week ago. */
  prune: (nowMs: number) => void;
}

const keepMs = 7 * 86_400_000;

/**
 * The outbox table of one object; made on first use, so that a silent visitor costs no table.
 * @param exists whether it was made before
 * @param random 0–1
 */
export function outbox(sql: SqlStorage, exists: boolean, random: () => number): Outbox {
  function create(): void {
    sql.exec(`CREATE TABLE outbox (seq INTEGER PRIMARY KEY, destination TEXT NOT NULL, body TEXT, due_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL)`);
    exists = true;
  }

  /** Gives a row its last state; `attempt` tells a straggler that a later attempt is under way and has its own lease. */
  function finish(seq: number, state: string, nowMs: number, attempt?: number): void {
    const end = "UPDATE outbox SET state = ?, body = NULL, due_at = ? WHERE seq = ? AND state = 'pending'";
    if (attempt === undefined) sql.exec(end, state, nowMs, seq);
    else sql.exec(`${end} AND attempt = ?`, state, nowMs, seq, attempt);
  }

  return {
    add({ seq, destination, body, due_at, expires_at }, nowMs) {
      if (!exists) create();
      const isDue = due_at <= nowMs;
      const attempt = isDue ? 1 : 0;
      const wakeAt = isDue ? nowMs + leaseMs : due_at;
      sql.exec("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, 'pending')", seq, destination, body, wakeAt, expires_at, attempt);
      return { seq, destination, body, due_at: wakeAt, expires_at, attempt };
    },
    claimDue(nowMs) {
      if (!exists) return [];
      const due = sql.exec<Row & Record<string, SqlStorageValue>>(
        "SELECT seq, destination, body, due_at, expires_at, attempt FROM outbox WHERE state = 'pending' AND due_at <= ?",
        nowMs,
      );
      return due.toArray().flatMap((row) => {
        if (row.expires_at <= nowMs) {
          finish(row.seq, "expired", nowMs);
          return [];
        }
        const claimed = { ...row, attempt: row.attempt + 1, due_at: nowMs + leaseMs };
        sql.exec("UPDATE outbox SET attempt = ?, due_at = ? WHERE seq = ?", claimed.attempt, claimed.due_at, row.seq);
        return [claimed];
      });
    },
    settle({ seq, attempt, expires_at }, outcome, nowMs) {
      if (outcome.state !== "again") {
        finish(seq, outcome.state, nowMs);
        return undefined;
      }
      const wait = waitAfter(attempt, random(), outcome.retryAfterMs);
      if (wait === undefined || nowMs + wait >= expires_at) {
        finish(seq, wait === undefined ? "failed" : "expired", nowMs, attempt);
        return undefined;
      }
      const again = "UPDATE outbox SET due_at = ? WHERE seq = ? AND state = 'pending' AND attempt = ?";
      sql.exec(again, nowMs + wait, seq, attempt);
      return nowMs + wait;
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
