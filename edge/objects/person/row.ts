import type { LogEntry } from "../../outbox/log-entry.ts";
import type { Row } from "../../outbox/outbox.ts";
import { asRun } from "../../profile/run.ts";
import type { Snapshot } from "../../profile/snapshot.ts";
import { type Profile, profileText } from "../../profile/state.ts";
import { personMail, type Untold } from "./mail.ts";
import { type PersonTimeline, personTimeline } from "./timeline.ts";

/**
 * The one row of a person: the profile; or, after a withdrawal of consent, until when nothing of this visitor is taken; or, of a
 * visitor who became known, as whom. Beside it each message whose first attempt begins at once: most end with it, and so need no
 * table of their own.
 */
export interface PersonRow {
  profile: () => Profile | undefined;
  /** For ever, while a user is still to be told of it. */
  withdrawnUntilMs: () => number;
  moved: () => Moved | undefined;
  /** Set where a user's object has not taken what it is to be brought, or has not heard what it is to be told. */
  owing: () => Owing | undefined;
  /** Messages on their first attempt. */
  underway: () => readonly Row[];
  isThere: () => boolean;
  /** Writes the row and the messages that begin with it, all or nothing: up to 48 of them in one statement. Tidies. */
  write: (row: Profile | Withdrawn | Moved, begin?: readonly Row[]) => void;
  /** The first attempt ended this message: known at once, written when next `tidy` is called. */
  ended: (row: Row, entry: LogEntry, nowMs: number) => void;
  /** The first attempt at it goes on until then, for as long as this object lives. @returns whether there is one */
  renew: (seq: number, untilMs: number) => boolean;
  /** This message is not kept here any more. */
  drop: (seq: number) => void;
  /** To be written, and told by an alarm if need be. */
  note: (untold: Untold) => void;
  /** What no log has taken, for all that is known. */
  untold: () => readonly Untold[];
  /** Writes what ended. With `all`, also of what the log has not taken yet. */
  tidy: (all?: boolean) => void;
  /** A message that ended with its first attempt, while it is kept. */
  kept: (seq: number) => Row | undefined;
  eraseAtMs: () => number;
  /** Erases the bodies that were kept for long enough, or all of them. */
  erase: (nowMs: number) => void;
  /** Why this person heard something or nothing; what is noted there is written with the row. */
  timeline: PersonTimeline;
  hasTable: (name: string) => boolean;
  /** Forgets what storage was rolled back from; what ended has ended all the same. */
  reset: () => void;
}

interface Withdrawn {
  withdrawnUntilMs: number;
  /** Users who have not heard of it yet. */
  untold?: string[];
  site?: string;
  /** How often the alarm told it in vain. */
  failed?: number;
}

/** A visitor whose user is known: all that comes goes there. */
export interface Moved {
  movedTo: string;
  site: string;
  seenAtMs: number;
  /** Users who were vouched for in the same browser later: of what follows, only what names them is theirs. */
  others?: string[];
  /** Streams whose signals went along: whatever they name, what is still to come of them is this user's. */
  streams?: string[];
  /** What the user's object has not taken yet. */
  snapshot?: Snapshot<Row>;
  /** How often the alarm brought it in vain. */
  failed?: number;
  /** The user's object could not be reached for so long that the past was given up. */
  lost?: true;
}

export type UntoldWithdrawal = Withdrawn & { untold: string[]; site: string };

type Owing = UntoldWithdrawal | (Moved & { snapshot: Snapshot<Row> });

/** Rows of 0.1.0 have no runs. */
const rowOf = (json: Profile | Withdrawn | Moved): Profile | Withdrawn | Moved =>
  "person" in json ? { ...json, runs: (json.runs ?? []).map(asRun) } : json;

const mailId = 0;
const personId = 1;
/** A statement takes 100 values. */
const maxRowsAtOnce = 50;

export function personRow(storage: DurableObjectStorage, isTold: (entry: LogEntry) => boolean): PersonRow {
  const { sql } = storage;
  let row: Profile | Withdrawn | Moved | undefined;
  let underway: Row[] = [];
  let dropped: number[] = [];
  const mail = personMail(isTold);
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

  function read(): Profile | Withdrawn | Moved | undefined {
    if (isRead) return row;
    const found = hasTable("profile") ? select("SELECT id, json FROM profile WHERE id IN (?, ?)", mailId, personId) : [];
    const json = found.find(({ id }) => id === personId)?.json;
    const letters = found.find(({ id }) => id === mailId)?.json;
    mail.load(letters);
    if (json !== undefined) row = rowOf(JSON.parse(json));
    // Objects of 0.1.0 keep no message that has ended.
    const rows = letters === undefined && json !== undefined ? select("SELECT id, json FROM profile WHERE id > ?", personId) : [];
    if (rows.length) mail.begin(rows.map(({ id }) => id));
    const open = mail.underway().filter((seq) => !mail.isOver(seq) && !dropped.includes(seq));
    underway = open.flatMap((seq) => {
      const one = stored(seq);
      return one ? [one] : [];
    });
    isRead = true;
    return row;
  }

  const select = (query: string, ...values: number[]) => sql.exec<{ id: number; json: string }>(query, ...values).toArray();

  function stored(seq: number): Row | undefined {
    const [one] = select("SELECT id, json FROM profile WHERE id = ?", seq);
    return one && (JSON.parse(one.json) as Row);
  }

  const timeline = personTimeline(sql, () => hasTable("profile"));

  function sweep(): void {
    for (const seq of dropped) {
      sql.exec("DELETE FROM profile WHERE id = ?", seq);
      mail.left(seq);
    }
    dropped = [];
  }

  function writeMail(): void {
    const letters = mail.changed();
    const upsert = "INSERT INTO profile VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
    if (letters !== undefined) sql.exec(upsert, mailId, letters);
  }

  return {
    profile() {
      const found = read();
      return found && "person" in found ? found : undefined;
    },
    withdrawnUntilMs() {
      const found = read();
      if (!found || !("withdrawnUntilMs" in found)) return 0;
      return found.untold ? Infinity : found.withdrawnUntilMs;
    },
    moved() {
      const found = read();
      return found && "movedTo" in found ? found : undefined;
    },
    isThere: () => read() !== undefined,
    owing() {
      const found = read();
      if (!found || "person" in found) return undefined;
      const isOwing = "movedTo" in found ? found.snapshot : found.untold;
      return isOwing ? (found as Owing) : undefined;
    },
    underway() {
      read();
      return underway;
    },
    write(next, begin = []) {
      if (!read()) sql.exec("CREATE TABLE IF NOT EXISTS profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
      const text = "person" in next ? profileText(next) : JSON.stringify(next);
      const begun = begin.map((message) => [message.seq, JSON.stringify(message)]);
      sweep(); // first: what begins takes the place of what went, and no page is split for it
      mail.settle(false);
      mail.begin(begin.map(({ seq }) => seq));
      const letters = mail.changed();
      const about = letters === undefined ? [] : [[mailId, letters]];
      const rows = [...about, [personId, text], ...begun, ...timeline.taken()];
      const upsert = () => {
        for (let from = 0; from < rows.length; from += maxRowsAtOnce) {
          const some = rows.slice(from, from + maxRowsAtOnce);
          const values = some.map(() => "(?, ?)").join();
          sql.exec(`INSERT INTO profile VALUES ${values} ON CONFLICT (id) DO UPDATE SET json = excluded.json`, ...some.flat());
        }
      };
      if (rows.length > maxRowsAtOnce) storage.transactionSync(upsert);
      else upsert();
      timeline.prune();
      row = next;
      underway.push(...begin);
    },
    renew(seq, untilMs) {
      read();
      const isHere = underway.some((message) => message.seq === seq);
      if (isHere) underway = underway.map((message) => (message.seq === seq ? { ...message, due_at: untilMs } : message));
      return isHere;
    },
    ended({ seq, destination }, entry, atMs) {
      read();
      mail.ended({ seq, destination, entry, atMs });
      underway = underway.filter((message) => message.seq !== seq);
    },
    drop(seq) {
      read();
      dropped.push(seq);
      underway = underway.filter((message) => message.seq !== seq);
    },
    note(untold) {
      read();
      mail.note(untold);
    },
    untold() {
      read();
      return mail.untold();
    },
    tidy(all = false) {
      read();
      sweep();
      mail.settle(all);
      writeMail();
    },
    kept(seq) {
      read();
      return mail.kept().some(([one]) => one === seq) || mail.isOver(seq) ? stored(seq) : undefined;
    },
    eraseAtMs() {
      read();
      return mail.eraseAtMs();
    },
    erase(nowMs) {
      read();
      for (const seq of mail.expired(nowMs)) sql.exec("DELETE FROM profile WHERE id = ?", seq);
      writeMail();
    },
    timeline,
    hasTable,
    reset() {
      timeline.reset();
      row = tables = undefined;
      underway = [];
      isRead = false;
    },
  };
}
