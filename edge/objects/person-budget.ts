import type { Clock } from "../clock.ts";
import { objectName } from "../env.ts";
import { type Channel, type Purpose, purposes } from "../site/schema/words.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { SiteObject } from "./site.ts";
import type { Budget } from "./site-spending.ts";

interface Lease {
  left: number;
  asked: number;
  untilMs: number;
  /** The Site object had less than was asked for. */
  dry: boolean;
  /** Of the site file that it was asked by: another may say more. */
  version: number;
}

/** One message's worth of the budget. */
export interface Share {
  /** It is not used after all. */
  giveBack: () => void;
}

const perMs = 86_400_000;
/** What a site may send that has said nothing of it. */
const byDefault: Partial<Record<Channel, Budget>> = {
  email: { max: 10_000, perMs, channels: ["email"], purposes },
  sms: { max: 500, perMs, channels: ["sms"], purposes },
};
const shareOfBudget = 100;
const maxChunk = 100;

const budgetFor = ({ file: { limits } }: SiteConfig, channel: Channel, purpose: Purpose): Budget | undefined => {
  const written = limits.budget;
  const covers = written?.channels.includes(channel) && written.purposes.includes(purpose);
  return written && covers ? { ...written, perMs: written.per } : byDefault[channel];
};

/**
 * The budget of a site's messages. The Site object counts for all isolates; each takes one, then twice as many each time, so that
 * a busy one hardly ever asks, and an idle one keeps no more from the others than it has used itself.
 */
export function messageBudget(namespace: () => DurableObjectNamespace<SiteObject>, clock: Clock) {
  const leases = new Map<string, Lease>();

  const shareOf = (lease: Lease): Share | undefined => {
    if (lease.left <= 0) return undefined;
    lease.left -= 1;
    return {
      giveBack() {
        lease.left += 1;
      },
    };
  };

  /** A share of the budget that covers such a message, if there is one left. */
  return async (config: SiteConfig, channel: Channel, purpose: Purpose): Promise<Share | undefined> => {
    const budget = budgetFor(config, channel, purpose);
    if (!budget) return { giveBack() {} };
    const { version, file } = config;
    const name = `${file.site} ${channel} ${purpose}`;
    const leaseNow = (): Lease | undefined => {
      const lease = leases.get(name);
      return lease && lease.version === version && clock.now() < lease.untilMs ? lease : undefined;
    };

    const had = leaseNow();
    const share = had && shareOf(had);
    if (share || had?.dry) return share;

    const most = Math.max(1, Math.min(maxChunk, Math.floor(budget.max / shareOfBudget)));
    const asked = had ? Math.min(most, 2 * had.asked) : 1;
    const site = namespace().getByName(objectName(file.site, "site", file.site));
    const { count, untilMs } = await site.spend({ channel, purpose, count: asked }, budget);
    const meanwhile = leaseNow();
    const left = count + (meanwhile?.untilMs === untilMs ? meanwhile.left : 0);
    const lease = Object.assign(meanwhile ?? {}, { left, asked, untilMs, dry: count < asked, version });
    leases.set(name, lease);
    return shareOf(lease);
  };
}

export type MessageBudget = ReturnType<typeof messageBudget>;
