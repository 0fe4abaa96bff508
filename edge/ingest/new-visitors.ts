import type { Clock } from "../clock.ts";
import { objectName } from "../env.ts";
import { leases } from "../lease.ts";
import type { SiteObject } from "../objects/site.ts";
import type { SiteConfig } from "../site/site-config.ts";

/** Whether one more new visitor may come, and if not, after how many ms to ask again. */
export type Admission = { admitted: true } | { admitted: false; retryAfterMs: number };

const shareOfWindow = 50;
const maxChunk = 100;

/** The site's budget for visitors never seen before, spent before any object of theirs exists. */
export function newVisitors(namespace: () => DurableObjectNamespace<SiteObject>, clock: Clock) {
  const lease = leases(clock);

  return async ({ version, file: { site, limits } }: SiteConfig): Promise<Admission> => {
    const { max, per: perMs } = limits.new_visitors;
    const { share, untilMs } = await lease({
      ...{ name: site, version, perMs },
      count: () => Math.max(1, Math.min(maxChunk, Math.floor(max / shareOfWindow))),
      async ask(want) {
        const { granted, untilMs } = await namespace()
          .getByName(objectName(site, "site", site))
          .admit(want, max, perMs);
        return { count: granted, untilMs };
      },
    });
    return share ? { admitted: true } : { admitted: false, retryAfterMs: untilMs - clock.now() };
  };
}
