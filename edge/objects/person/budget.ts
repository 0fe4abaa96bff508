import type { Clock } from "../../clock.ts";
import { objectName } from "../../env.ts";
import { leases, type Share } from "../../lease.ts";
import { type Channel, type Purpose, purposes } from "../../site/schema/words.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { Budget } from "../site/spending.ts";
import type { SiteObject } from "../site.ts";

const perMs = 86_400_000;
/** What a site may send that has said nothing of it. */
const byDefault: Partial<Record<Channel, Budget>> = {
  email: { max: 10_000, perMs, channels: ["email"], purposes },
  sms: { max: 500, perMs, channels: ["sms"], purposes },
};
const shareOfBudget = 100;
const maxChunk = 100;

const budgetFor = ({ limits }: SiteConfig["file"], channel: Channel, purpose: Purpose): Budget | undefined => {
  const written = limits.budget;
  const covers = written?.channels.includes(channel) && written.purposes.includes(purpose);
  return written && covers ? { ...written, perMs: written.per } : byDefault[channel];
};

/**
 * The budget of a site's messages. An isolate takes one, then twice as many each time, so that a busy one hardly ever asks, and an
 * idle one keeps no more from the others than it has used itself.
 */
export function messageBudget(namespace: () => DurableObjectNamespace<SiteObject>, clock: Clock) {
  const lease = leases(clock);

  /** A share of the budget that covers such a message, if there is one left. */
  return async ({ version, file }: SiteConfig, channel: Channel, purpose: Purpose): Promise<Share | undefined> => {
    const budget = budgetFor(file, channel, purpose);
    if (!budget) return { giveBack() {} };
    const most = Math.max(1, Math.min(maxChunk, Math.floor(budget.max / shareOfBudget)));
    const { share } = await lease({
      ...{ name: `${file.site} ${channel} ${purpose}`, version, perMs: budget.perMs },
      count: (before) => (before === undefined ? 1 : Math.min(most, 2 * before)),
      ask: (count) =>
        namespace()
          .getByName(objectName(file.site, "site", file.site))
          .spend({ channel, purpose, count }, budget),
    });
    return share;
  };
}

export type MessageBudget = ReturnType<typeof messageBudget>;
