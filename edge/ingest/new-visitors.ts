import type { Clock } from "../clock.ts";
import { objectName } from "../env.ts";
import type { SiteObject } from "../objects/site.ts";
import type { SiteConfig } from "../site/site-config.ts";

/** Whether one more new visitor may come, and if not, after how many ms to ask again. */
export type Admission = { admitted: true } | { admitted: false; retryAfterMs: number };

interface Lease {
  left: number;
  untilMs: number;
  /** The Site object had less than was asked for: nothing more is to be had in this window. */
  dry: boolean;
}

const shareOfWindow = 50;
const maxChunk = 100;

/**
 * The site's budget for visitors never seen before, spent before any object of theirs exists. The Site object counts for all
 * isolates; each takes a chunk at a time, so that most newcomers cost no extra call. (No request waits for another's call: in
 * Workers a promise dies with the request that made it.)
 */
export function newVisitors(namespace: () => DurableObjectNamespace<SiteObject>, clock: Clock) {
  const leases = new Map<string, Lease>();

  return async ({ file: { site, limits } }: SiteConfig): Promise<Admission> => {
    const { max, per } = limits.new_visitors;
    const isCurrent = (lease: Lease) => clock.now() < lease.untilMs && lease.untilMs - clock.now() <= per;
    const spend = (lease: Lease): Admission => {
      if (lease.left <= 0) return { admitted: false, retryAfterMs: lease.untilMs - clock.now() };
      lease.left -= 1;
      return { admitted: true };
    };

    const had = leases.get(site);
    if (had && isCurrent(had) && (had.left > 0 || had.dry)) return spend(had);

    const want = Math.max(1, Math.min(maxChunk, Math.floor(max / shareOfWindow)));
    const { granted, untilMs } = await namespace()
      .getByName(objectName(site, "site", site))
      .admit(want, max, per);
    const meanwhile = leases.get(site);
    const left = granted + (meanwhile?.untilMs === untilMs ? meanwhile.left : 0);
    const lease = { left, untilMs, dry: granted < want };
    leases.set(site, lease);
    return spend(lease);
  };
}
