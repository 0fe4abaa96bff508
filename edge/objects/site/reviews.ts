import type { Clock } from "../../clock.ts";
import type { Env } from "../../env.ts";
import type { ReviewLine, ReviewPage } from "../../site/answers.ts";
import type { Audit } from "./audit.ts";
import type { Refused } from "./files.ts";

/** A step, or a message that is held, that a person's object asks about. */
export type ReviewAsked = Omit<ReviewLine, "id" | "state" | "decided_at" | "who">;

type Verdict = "approved" | "rejected";
export type Decided = { ok: true; review: ReviewLine } | Refused;

type Row = { id: string; object: string; json: string; state: string; by: number; decided_at: number | null; who: string | null };

const dayMs = 86_400_000;
/** What was decided is kept so long after its time; what nobody decided is news for a day. */
const keptMs = 30 * dayMs;
const expiredMs = dayMs;
/** More than this nobody looks at. */
const mostWaiting = 1000;
const perPage = 100;
/** Above every instant: the others come after those that wait, the newest first. */
const far = 1e14;

/** What waits for a reviewer's eye, and for a while what was said of it. */
export function siteReviews(storage: DurableObjectStorage, people: Env["PERSON"], clock: Clock, audit: Audit) {
  const { sql } = storage;
  sql.exec(
    "CREATE TABLE IF NOT EXISTS reviews (id TEXT PRIMARY KEY, object TEXT, json TEXT, state TEXT, by INTEGER, decided_at INTEGER, who TEXT)",
  );
  sql.exec("CREATE INDEX IF NOT EXISTS reviews_by ON reviews (state, by)");
  sql.exec("CREATE INDEX IF NOT EXISTS reviews_object ON reviews (object)");

  const isWaiting = "state = 'pending' AND by > ?";
  const states: Record<ReviewLine["state"], string> = {
    pending: isWaiting,
    expired: "state = 'pending' AND by <= ?",
    ...{ approved: "state = 'approved' AND ?", rejected: "state = 'rejected' AND ?", over: "state = 'over' AND ?" },
  };

  function lineOf({ id, json, state, by, decided_at, who }: Row): ReviewLine {
    const isLate = state === "pending" && by <= clock.now();
    const asked = JSON.parse(json) as ReviewAsked;
    return {
      id,
      state: isLate ? "expired" : (state as ReviewLine["state"]),
      ...asked,
      ...(decided_at && who && { decided_at, who }),
    };
  }
  const one = (id: string) => sql.exec<Row>("SELECT * FROM reviews WHERE id = ?", id).toArray()[0];
  const refused = (status: 404 | 409, detail: string): Decided => ({ ok: false, status, detail });
  const was = { approved: "this was approved before", rejected: "this was rejected before" };
  const sweepAt = (atMs: number) => void storage.setAlarm(clock.systemTime(atMs));
  const tooLate = "too late: its time is over, or the journey that it belongs to is";

  return {
    /**
     * Takes note, once however often it is asked, of as many as there is room for. With another time it is another text: what was
     * said of the one before is over.
     * @returns the ids of the others: of their messages, or of the runs of their steps
     */
    ask(object: string, all: readonly ReviewAsked[]): string[] {
      const now = clock.now();
      const hadAny = sql.exec("SELECT 1 FROM reviews LIMIT 1").toArray().length > 0;
      let room = mostWaiting - sql.exec<{ n: number }>(`SELECT count(*) AS n FROM reviews WHERE ${isWaiting}`, now).one().n;
      const refused = all.filter((asked) => {
        const number = asked.message_id?.replace(/.*_/, "-") ?? "";
        const id = `${object.slice(0, 12)}-${asked.run}-${asked.step}${number}`;
        const had = one(id);
        if (had?.by === asked.by) return false;
        if (!had && room-- <= 0) return true;
        sql.exec(
          `INSERT INTO reviews VALUES (?, ?, ?, 'pending', ?, NULL, NULL) ON CONFLICT (id) DO UPDATE
            SET json = excluded.json, state = 'pending', by = excluded.by, decided_at = NULL, who = NULL`,
          ...[id, object, JSON.stringify(asked), asked.by],
        );
        return false;
      });
      if (!hadAny && refused.length < all.length) sweepAt(now + dayMs);
      return refused.map(({ run, message_id = run }) => message_id);
    },
    /** Deletes what was kept long enough, once a day while there is anything. */
    sweep(): void {
      const now = clock.now();
      sql.exec("DELETE FROM reviews WHERE state = 'pending' AND by < ?", now - expiredMs);
      sql.exec("DELETE FROM reviews WHERE state IN ('approved', 'rejected', 'over') AND by < ?", now - keptMs);
      if (sql.exec("SELECT 1 FROM reviews LIMIT 1").toArray().length) sweepAt(now + dayMs);
    },
    /** Deletes all that these people's objects asked: they took back their consent. */
    forget(objects: readonly string[]): void {
      for (const object of objects) sql.exec("DELETE FROM reviews WHERE object = ?", object);
    },
    /** Those that wait first, of these the one that is due soonest; then the others, the newest first. */
    page(state: ReviewLine["state"] | undefined, after = "0."): ReviewPage {
      const now = clock.now();
      const [place, id = ""] = after.split(".");
      const found = sql
        .exec<Row & { place: number }>(
          `SELECT *, CASE WHEN ${isWaiting} THEN by ELSE ${far} - by END AS place FROM reviews
           WHERE ${state === undefined ? "?" : states[state]} AND (place, id) > (?, ?) ORDER BY place, id LIMIT ${perPage + 1}`,
          ...[now, now, Number(place), id],
        )
        .toArray();
      const shown = found.slice(0, perPage);
      const last = found.length > perPage ? shown.at(-1) : undefined;
      return { reviews: shown.map(lineOf), ...(last && { next: `${last.place}.${last.id}` }) };
    },
    /** The person's object has the last word: whoever comes first there is heard. */
    async decide(id: string, verdict: Verdict, who: string): Promise<Decided> {
      const row = one(id);
      if (!row) return refused(404, "there is no such review, or no longer");
      const line = lineOf(row);
      if (line.state === "approved" || line.state === "rejected") return refused(409, was[line.state]);
      if (line.state !== "pending") return refused(409, tooLate);
      const { run, step, message_id } = line;
      const of = { run, step, ...(message_id !== undefined && { message_id }) };
      const said = await people.get(people.idFromString(row.object)).reviewed({ ...of, verdict });
      const state = said === "noted" ? verdict : said;
      const now = one(id);
      const isStill = now?.state === "pending" && now.by === row.by;
      const isOurs = state === verdict && isStill;
      storage.transactionSync(() => {
        if (!isStill) return;
        sql.exec("UPDATE reviews SET state = ?, decided_at = ?, who = ? WHERE id = ?", state, clock.now(), who, id);
        if (isOurs)
          audit.add(clock.now(), {
            who,
            what: `review_${verdict}`,
            version: null,
            detail: `${line.message} of ${line.journey}: ${id}`,
          });
      });
      if (state === "over") return refused(409, tooLate);
      return isOurs ? { ok: true, review: lineOf(one(id) as Row) } : refused(409, was[state]);
    },
  };
}
