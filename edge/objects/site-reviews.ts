import type { Clock } from "../clock.ts";
import type { Env } from "../env.ts";
import type { ReviewLine } from "../site/answers.ts";
import type { Audit } from "./site-audit.ts";
import type { Refused } from "./site-files.ts";

/** A step that a person's object asks about. */
export type ReviewAsked = Omit<ReviewLine, "id" | "state" | "decided_at" | "who">;

type Verdict = "approved" | "rejected";
export type Decided = { ok: true; review: ReviewLine } | Refused;

type Row = { id: string; object: string; json: string; state: string; by: number; decided_at: number | null; who: string | null };

const keptMs = 30 * 86_400_000;
const perPage = 100;

/** What waits for a reviewer's eye, and what was said of it in the last 30 days. */
export function siteReviews(storage: DurableObjectStorage, people: Env["PERSON"], clock: Clock, audit: Audit) {
  const { sql } = storage;
  sql.exec(
    "CREATE TABLE IF NOT EXISTS reviews (id TEXT PRIMARY KEY, object TEXT, json TEXT, state TEXT, by INTEGER, decided_at INTEGER, who TEXT)",
  );

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
  const tooLate = "too late: its time is over, or the journey that it belongs to is";

  return {
    /** Takes note, once however often it is asked. */
    ask(object: string, all: readonly ReviewAsked[]): void {
      sql.exec("DELETE FROM reviews WHERE by < ?", clock.now() - keptMs);
      for (const asked of all)
        sql.exec(
          "INSERT OR IGNORE INTO reviews VALUES (?, ?, ?, 'pending', ?, NULL, NULL)",
          `${object.slice(0, 12)}-${asked.run}-${asked.step}`,
          object,
          JSON.stringify(asked),
          asked.by,
        );
    },
    /** Newest first. */
    list(state?: ReviewLine["state"]): ReviewLine[] {
      const all = sql.exec<Row>("SELECT * FROM reviews ORDER BY by DESC").toArray().map(lineOf);
      return all.filter((line) => state === undefined || line.state === state).slice(0, perPage);
    },
    /** The person's object has the last word: whoever comes first there is heard. */
    async decide(id: string, verdict: Verdict, who: string): Promise<Decided> {
      const row = one(id);
      if (!row) return refused(404, "there is no such review, or no longer");
      const line = lineOf(row);
      if (line.state === "approved" || line.state === "rejected") return refused(409, was[line.state]);
      if (line.state !== "pending") return refused(409, tooLate);
      const { run, step } = line;
      const said = await people.get(people.idFromString(row.object)).reviewed({ run, step, verdict });
      const state = said === "noted" ? verdict : said;
      const isOurs = state === verdict && one(id)?.state === "pending";
      storage.transactionSync(() => {
        if (one(id)?.state !== "pending") return;
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
