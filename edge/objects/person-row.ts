import type { Row } from "../outbox/outbox.ts";
import type { Snapshot } from "../profile/merge.ts";
import { type Profile, profileText } from "../profile/state.ts";
import { type PersonTimeline, personTimeline } from "./person-timeline.ts";

/**
 * The one row of a person: the profile; or, after a withdrawal of consent, until when nothing of this visitor is taken; or, of a
 * visitor who became known, as whom. Beside it, while it lasts, a message on its first attempt: most end with it, and so need no
 * table of their own.
 */
export interface PersonRow {
  profile: () => Profile | undefined;
  withdrawnUntilMs: () => number;
  moved: () => Moved | undefined;
  /** Messages on their first attempt. */
  underway: () => readonly Row[];
  /** Writes the row and the messages that begin with it, all or nothing: up to 49 of them in one statement. Tidies. */
  write: (row: Profile | Withdrawn | Moved, begin?: readonly Row[]) => void;
  /** The first attempt of this message is over: known at once, and deleted when next `tidy` is called. */
  ended: (seq: number) => void;
  /** Deletes the messages that ended. */
  tidy: () => void;
  /** Why this person heard something or nothing; what is noted there is written with the row. */
  timeline: PersonTimeline;
  hasTable: (name: string) => boolean;
  /** Forgets what storage was rolled back from; what ended has ended all the same. */
  reset: () => void;
}

interface Withdrawn {
  withdrawnUntilMs: number;
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
}

/** Rows of 0.1.0 have no runs. */
const rowOf = (json: Profile | Withdrawn | Moved): Profile | Withdrawn | Moved =>
  "person" in json ? { ...json, runs: json.runs ?? [] } : json;

const personId = 1;
/** A statement takes 100 values. */
const maxRowsAtOnce = 50;

export function personRow(storage: DurableObjectStorage): PersonRow {
  const { sql } = storage;
  let row: Profile | Withdrawn | Moved | undefined;
  let underway: Row[] = [];
  let over: number[] = [];
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
    const found = hasTable("profile")
      ? sql.exec<{ id: number; json: string }>("SELECT id, json FROM profile WHERE id > 0").toArray()
      : [];
    underway = [];
    for (const { id, json } of found) {
      if (id === personId) row = rowOf(JSON.parse(json));
      else if (!over.includes(id)) underway.push(JSON.parse(json));
    }
    isRead = true;
    return row;
  }

  const timeline = personTimeline(sql, () => hasTable("profile"));

  function tidy(): void {
    for (const seq of over) sql.exec("DELETE FROM profile WHERE id = ?", seq);
    over = [];
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
    moved() {
      const found = read();
      return found && "movedTo" in found ? found : undefined;
    },
    underway() {
      read();
      return underway;
    },
    write(next, begin = []) {
      if (!read()) sql.exec("CREATE TABLE IF NOT EXISTS profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
      const text = "person" in next ? profileText(next) : JSON.stringify(next);
      const begun = begin.map((message) => [message.seq, JSON.stringify(message)]);
      const rows = [[personId, text], ...begun, ...timeline.taken()];
      const upsert = () => {
        for (let from = 0; from < rows.length; from += maxRowsAtOnce) {
          const some = rows.slice(from, from + maxRowsAtOnce);
          const values = some.map(() => "(?, ?)").join();
          sql.exec(`INSERT INTO profile VALUES ${values} ON CONFLICT (id) DO UPDATE SET json = excluded.json`, ...some.flat());
        }
      };
      tidy(); // first: what begins takes the place of what ended, and no page is split for it
      if (rows.length > maxRowsAtOnce) storage.transactionSync(upsert);
      else upsert();
      timeline.prune();
      row = next;
      underway.push(...begin);
    },
    ended(seq) {
      read();
      over.push(seq);
      underway = underway.filter((message) => message.seq !== seq);
    },
    tidy,
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
