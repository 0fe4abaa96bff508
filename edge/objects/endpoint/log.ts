import { isFinal, type LogEntry } from "../../outbox/log-entry.ts";
import type { AttemptLine, Delivery, DeliveryLine } from "../../site/answers.ts";

const keptMs = 90 * 86_400_000;
const maxAttempts = 25;

/** What of the log is asked for: the newest first. */
export interface LogQuery {
  state?: string | undefined;
  person?: string | undefined;
  message?: string | undefined;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** Older than this one. */
  before?: { atMs: number; id: string } | undefined;
  limit: number;
}

type Stored = {
  id: string;
  type: string;
  person: string;
  recipient: string | null;
  channel: string | null;
  message: string | null;
  state: string;
  attempt: number;
  at: number;
  last_at: number;
  provider_id: string | null;
  tried: string;
  offer: string | null;
};

const schema = `CREATE TABLE IF NOT EXISTS deliveries (id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, person TEXT NOT NULL, recipient TEXT,
  channel TEXT, message TEXT, state TEXT NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  provider_id TEXT, tried TEXT NOT NULL, offer TEXT);
CREATE INDEX IF NOT EXISTS by_time ON deliveries (at, id);
CREATE INDEX IF NOT EXISTS by_state ON deliveries (state, at, id);
CREATE INDEX IF NOT EXISTS by_person ON deliveries (person, at, id);
CREATE INDEX IF NOT EXISTS by_recipient ON deliveries (recipient, at) WHERE recipient IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_provider ON deliveries (provider_id) WHERE provider_id IS NOT NULL`;

/** Of two things that were told of one attempt, the later one. */
const rank = (state: string): number => (state === "again" ? 0 : isFinal(state as LogEntry["state"]) ? 2 : 1);

const triedOf = ({ attempt, atMs, tookMs, state, status, text, againAtMs }: LogEntry): AttemptLine => ({
  ...{ attempt, at: atMs, state },
  ...(tookMs !== undefined && { took_ms: tookMs }),
  ...(status !== undefined && { status }),
  ...(text !== undefined && { text }),
  ...(againAtMs !== undefined && { again_at: againAtMs }),
});

/** What was delivered to one destination: one row for each message, with its attempts. */
export function endpointLog(sql: SqlStorage) {
  sql.exec(schema);
  // A table that was made earlier has no offers.
  if (!sql.exec("SELECT name FROM pragma_table_info('deliveries') WHERE name = 'offer'").toArray().length)
    sql.exec("ALTER TABLE deliveries ADD COLUMN offer TEXT");

  const select = (where: string, ...values: SqlStorageValue[]): Stored[] =>
    sql.exec<Stored>(`SELECT * FROM deliveries WHERE ${where}`, ...values).toArray();

  return {
    /** @returns whether it was not known yet */
    note(entry: LogEntry): boolean {
      const { messageId, type, person, recipient, channel, message, offer, state, attempt, atMs, providerId } = entry;
      const [had] = select("id = ?", messageId);
      const before = had ? (JSON.parse(had.tried) as AttemptLine[]) : [];
      // Of one attempt each state comes once, but it may be held again after it was released.
      const isSame = (one: AttemptLine) =>
        one.attempt === attempt && one.state === state && (state !== "held" || one.at === atMs);
      if (before.some(isSame)) return false;
      const tried = [...before, triedOf(entry)].toSorted((a, b) => a.attempt - b.attempt || rank(a.state) - rank(b.state));
      // The answer to an attempt that was given up for lost.
      const isFound = had?.state === "unknown" && state === "delivered";
      // The end that was told of was not written before its person's object died: the message waits again, and can be released.
      const isBack = state === "held" && had !== undefined && had.state !== "delivered" && atMs > had.last_at;
      const isNewer =
        !had || isFound || isBack || attempt > had.attempt || (attempt === had.attempt && rank(state) >= rank(had.state));
      sql.exec(
        `INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state,
          attempt = excluded.attempt, at = excluded.at, last_at = excluded.last_at, tried = excluded.tried,
          recipient = excluded.recipient, provider_id = excluded.provider_id`,
        ...[messageId, type, person, recipient ?? had?.recipient ?? null, channel ?? null, message ?? null],
        isNewer ? state : had.state,
        Math.max(attempt, had?.attempt ?? 0),
        Math.min(atMs, had?.at ?? atMs),
        Math.max(atMs, had?.last_at ?? atMs),
        providerId ?? had?.provider_id ?? null,
        JSON.stringify(tried.slice(-maxAttempts)),
        offer ? JSON.stringify(offer) : null,
      );
      return true;
    },

    page({ state, person, message, fromMs, toMs, before, limit }: LogQuery): Omit<DeliveryLine, "destination">[] {
      const wanted: [string, ...SqlStorageValue[]][] = [];
      if (state !== undefined) wanted.push(["state = ?", state]);
      if (person !== undefined) wanted.push(["person = ?", person]);
      if (message !== undefined) wanted.push(["message = ?", message]);
      if (fromMs !== undefined) wanted.push(["at >= ?", fromMs]);
      if (toMs !== undefined) wanted.push(["at < ?", toMs]);
      if (before) wanted.push(["(at, id) < (?, ?)", before.atMs, before.id]);
      const where = wanted.map(([one]) => one).join(" AND ") || "true";
      const values = wanted.flatMap(([, ...rest]) => rest);
      return select(`${where} ORDER BY at DESC, id DESC LIMIT ?`, ...values, limit).map(lineOf);
    },

    one(id: string): Omit<Delivery, "destination"> | undefined {
      const [found] = select("id = ?", id);
      return found && { ...lineOf(found), tried: JSON.parse(found.tried) as AttemptLine[] };
    },

    /** What is known of a message though nothing was tried. */
    put(id: string, state: LogEntry["state"]): void {
      sql.exec("UPDATE deliveries SET state = ? WHERE id = ?", state, id);
    },

    /** The message that a tool calls by an id of its own. */
    byProvider: (providerId: string): string | undefined => select("provider_id = ? ORDER BY at DESC LIMIT 1", providerId)[0]?.id,

    stateOf: (id: string): string | undefined => select("id = ?", id)[0]?.state,

    /** Whose address it went to: the name of that address's object. */
    recipientOf: (id: string): string | undefined => select("id = ?", id)[0]?.recipient ?? undefined,

    /** Messages to one address since then, the newest first. */
    byRecipient: (recipient: string, sinceMs: number): string[] =>
      select("recipient = ? AND at >= ? ORDER BY at DESC LIMIT 20", recipient, sinceMs).map(({ id }) => id),

    counts: (): Record<string, number> =>
      Object.fromEntries(
        sql
          .exec<{ state: string; n: number }>("SELECT state, count(*) AS n FROM deliveries GROUP BY state")
          .toArray()
          .map(({ state, n }) => [state, n]),
      ),

    /** @returns when to look again */
    prune(nowMs: number): number | undefined {
      sql.exec("DELETE FROM deliveries WHERE at < ?", nowMs - keptMs);
      const { oldest } = sql.exec<{ oldest: number | null }>("SELECT min(at) AS oldest FROM deliveries").one();
      return oldest === null ? undefined : Math.max(oldest + keptMs, nowMs + 3_600_000);
    },
  };
}

function lineOf({ id, type, person, channel, message, state, attempt, at, last_at, provider_id, tried, offer }: Stored) {
  const last = (JSON.parse(tried) as AttemptLine[]).at(-1);
  return {
    ...{ id, type, person, state, at, last_at, attempts: attempt },
    ...(channel !== null && { channel }),
    ...(message !== null && { message }),
    ...(offer !== null && { offer: JSON.parse(offer) as NonNullable<LogEntry["offer"]> }),
    ...(last?.status !== undefined && { status: last.status }),
    ...(last?.text !== undefined && { text: last.text }),
    ...(state === "again" && last?.again_at !== undefined && { again_at: last.again_at }),
    ...(provider_id !== null && { provider_id }),
  };
}

export type EndpointLog = ReturnType<typeof endpointLog>;
