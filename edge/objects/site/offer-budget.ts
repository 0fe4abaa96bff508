/** A budget is counted in stretches of a 24th of its length: a day's by the hour. */
const stretches = 24;

/** How often an offer was made: rolling, so that no stretch of a budget's length ever holds more than the budget. */
export function offerBudget(sql: SqlStorage) {
  sql.exec("CREATE TABLE IF NOT EXISTS offers_spent (offer TEXT, until INTEGER, count INTEGER, PRIMARY KEY (offer, until))");
  return {
    spent: (offer: string, nowMs: number): number =>
      sql.exec<{ n: number | null }>("SELECT sum(count) AS n FROM offers_spent WHERE offer = ? AND until > ?", offer, nowMs).one()
        .n ?? 0,

    spend(offer: string, nowMs: number, perMs: number): void {
      const stretchMs = Math.ceil(perMs / stretches);
      const untilMs = nowMs - (nowMs % stretchMs) + stretchMs + perMs;
      sql.exec("DELETE FROM offers_spent WHERE offer = ? AND until <= ?", offer, nowMs);
      const more = "ON CONFLICT (offer, until) DO UPDATE SET count = count + 1";
      sql.exec(`INSERT INTO offers_spent VALUES (?, ?, 1) ${more}`, offer, untilMs);
    },
  };
}
