import type { Clock } from "../../clock.ts";
import type { Audit } from "./audit.ts";
import type { Refused } from "./files.ts";
import { offerBudget } from "./offer-budget.ts";

/** One person, and the offer that is to be made. */
export interface OfferAsked {
  offer: string;
  /** The person's object. */
  person: string;
  /** By the clock of whoever asks. */
  atMs: number;
  validMs: number;
  pool?: string;
  budget?: { max: number; perMs: number };
}

export type Granted = { ok: true; atMs: number; untilMs: number; code?: string } | { ok: false; lacks: "code" | "budget" };

/** How many of its codes nobody has. */
export type PoolLine = { pool: string; left: number };

const maxLeft = 100_000;
/** A value that is bound may be 2 MB. */
const perStatement = 20_000;
const dayMs = 86_400_000;

type Made = { pool: string | null; code: string | null; at: number; until: number };

/** Codes of a site, each for one person at most, and the offers that were made with them or counted for a budget. */
export function siteOffers(storage: DurableObjectStorage, clock: Clock, audit: Audit) {
  const { sql } = storage;
  // A code belongs to one pool: in two it could reach two people. Shops take `save` for `SAVE`.
  sql.exec("CREATE TABLE IF NOT EXISTS codes (code TEXT PRIMARY KEY COLLATE NOCASE, pool TEXT NOT NULL, taken INTEGER NOT NULL)");
  sql.exec("CREATE INDEX IF NOT EXISTS codes_left ON codes (pool) WHERE taken = 0");
  sql.exec(`CREATE TABLE IF NOT EXISTS made (offer TEXT, person TEXT, pool TEXT, code TEXT, at INTEGER, until INTEGER,
    PRIMARY KEY (offer, person))`);
  sql.exec("CREATE INDEX IF NOT EXISTS made_until ON made (until)");
  const budgets = offerBudget(sql);

  const leftIn = (pool: string): number =>
    sql.exec<{ n: number }>("SELECT count(*) AS n FROM codes WHERE taken = 0 AND pool = ?", pool).one().n;

  /** Once a day, for whoever reads the log. */
  function note(what: "budget_spent" | "pool_empty", about: string, detail: string): void {
    const key = `${what} ${about}`;
    const noted = storage.kv.get<Record<string, number>>("offers_noted") ?? {};
    const now = clock.now();
    if (now < (noted[key] ?? 0)) return;
    const lately = Object.entries(noted).filter(([, untilMs]) => now < untilMs);
    storage.kv.put("offers_noted", { ...Object.fromEntries(lately), [key]: now + dayMs });
    audit.add(now, { who: "edge", what, version: null, detail });
  }

  function make({ offer, person, atMs, validMs, pool, budget }: OfferAsked): Granted {
    const [had] = sql
      .exec<Made>("SELECT * FROM made WHERE offer = ? AND person = ? AND until > ?", offer, person, atMs)
      .toArray();
    if (had && had.pool === (pool ?? null))
      return { ok: true, atMs: had.at, untilMs: had.until, ...(had.code !== null && { code: had.code }) };
    const now = clock.now();
    if (budget && budgets.spent(offer, now) >= budget.max) {
      note("budget_spent", offer, `the offer ${offer}: ${budget.max} in ${budget.perMs / 3_600_000} h; no more are made for now`);
      return { ok: false, lacks: "budget" };
    }
    const free = "SELECT rowid FROM codes WHERE taken = 0 AND pool = ? ORDER BY rowid LIMIT 1";
    const take = `UPDATE codes SET taken = 1 WHERE rowid = (${free}) RETURNING code`;
    const code = pool === undefined ? undefined : sql.exec<{ code: string }>(take, pool).toArray()[0]?.code;
    if (pool !== undefined && code === undefined) {
      note("pool_empty", pool, `no code is left in the pool ${pool}: the offer ${offer} is not made`);
      return { ok: false, lacks: "code" };
    }
    const untilMs = atMs + validMs;
    sql.exec("DELETE FROM made WHERE until < ?", now - dayMs);
    const values = [offer, person, pool ?? null, code ?? null, atMs, untilMs];
    sql.exec("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?, ?)", ...values);
    if (budget) budgets.spend(offer, now, budget.perMs);
    return { ok: true, atMs, untilMs, ...(code !== undefined && { code }) };
  }

  return {
    make: (asked: OfferAsked): Granted => storage.transactionSync(() => make(asked)),

    add(pool: string, codes: readonly string[], who: string): ({ ok: true; added: number } & PoolLine) | Refused {
      return storage.transactionSync(() => {
        const before = leftIn(pool);
        for (let from = 0; from < codes.length; from += perStatement) {
          const some = JSON.stringify(codes.slice(from, from + perStatement));
          sql.exec("INSERT OR IGNORE INTO codes SELECT value, ?, 0 FROM json_each(?)", pool, some);
        }
        const left = leftIn(pool);
        const added = left - before;
        if (left > maxLeft) {
          sql.exec(
            "DELETE FROM codes WHERE rowid IN (SELECT rowid FROM codes WHERE taken = 0 AND pool = ? ORDER BY rowid DESC LIMIT ?)",
            pool,
            added,
          );
          return { ok: false, status: 422, detail: `a pool holds at most ${maxLeft} codes that nobody has` };
        }
        if (added) audit.add(clock.now(), { who, what: "codes_added", version: null, detail: `${added} to the pool ${pool}` });
        return { ok: true, pool, added, left };
      });
    },

    /** Those that have any left. */
    pools: (): PoolLine[] =>
      sql.exec<PoolLine>("SELECT pool, count(*) AS left FROM codes WHERE taken = 0 GROUP BY pool ORDER BY pool").toArray(),
  };
}
