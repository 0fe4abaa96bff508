import type { Clock } from "../../clock.ts";
import type { Channel, Purpose } from "../../site/schema/words.ts";
import type { Audit } from "./audit.ts";

/** At most so many messages of these channels and purposes within so long, of the whole site. */
export interface Budget {
  max: number;
  perMs: number;
  channels: readonly Channel[];
  purposes: readonly Purpose[];
}

export interface Wanted {
  channel: Channel;
  purpose: Purpose;
  count: number;
}

/** `untilMs`: what was granted is to be used by then, and more may be had after. */
export interface Granted {
  count: number;
  untilMs: number;
}

interface Spent extends Wanted {
  /** When the stretch begins in which it was granted. */
  fromMs: number;
  /** Until when it counts. */
  untilMs: number;
}

interface Spending {
  spent: Spent[];
  /** Until when the same budget is not noted again, by its channels. */
  notedUntilMs: Record<string, number>;
}

/** A budget is counted in stretches of a 24th of its length: a day's by the hour. */
const stretches = 24;

/**
 * What the site's messages have taken from its budgets: rolling, so that no stretch of a budget's length ever holds more than the
 * budget, wherever it begins.
 */
export function siteSpending(storage: DurableObjectStorage, clock: Clock, audit: Audit) {
  return {
    spend({ channel, purpose, count: want }: Wanted, { max, perMs, channels, purposes }: Budget): Granted {
      const now = clock.now();
      const stretchMs = perMs / stretches;
      const fromMs = now - (now % stretchMs);
      const { spent: all, notedUntilMs } = storage.kv.get<Spending>("spending") ?? { spent: [], notedUntilMs: {} };
      const spent = all.filter(({ untilMs }) => untilMs > now);
      const used = spent
        .filter((one) => channels.includes(one.channel) && purposes.includes(one.purpose))
        .reduce((sum, { count }) => sum + count, 0);
      const count = Math.max(0, Math.min(want, max - used));
      const name = channels.join();
      const isNews = count < want && now >= (notedUntilMs[name] ?? 0);
      if (count > 0 || isNews)
        storage.transactionSync(() => {
          const noted = isNews ? { ...notedUntilMs, [name]: now + perMs } : notedUntilMs;
          const granted: Spent = { channel, purpose, count, fromMs, untilMs: fromMs + stretchMs + perMs };
          storage.kv.put("spending", { spent: added(spent, granted), notedUntilMs: noted } satisfies Spending);
          const detail = `${max} messages by ${channels.join(", ")} in ${perMs / 3_600_000} h: until some are older, no more go out`;
          if (isNews) audit.add(now, { who: "edge", what: "budget_spent", version: null, detail });
        });
      return { count, untilMs: fromMs + stretchMs };
    },
  };
}

function added(spent: Spent[], one: Spent): Spent[] {
  const same = (other: Spent) => other.fromMs === one.fromMs && other.channel === one.channel && other.purpose === one.purpose;
  const had = spent.find(same);
  if (!one.count) return spent;
  return [...spent.filter((other) => other !== had), { ...one, count: one.count + (had?.count ?? 0) }];
}
