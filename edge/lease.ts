import type { Clock } from "./clock.ts";

interface Lease {
  left: number;
  asked: number;
  untilMs: number;
  /** The Site object had less than was asked for: nothing more is to be had until then. */
  dry: boolean;
  /** Of the site file that it was asked by: another may say more. */
  version: number;
}

export interface Wanted {
  /** Of the budget: of each there is one lease. */
  name: string;
  version: number;
  /** No lease lasts longer than the budget's own time, though a clock be put back. */
  perMs: number;
  /** How much to ask for, by what was asked for before in the same stretch. */
  count: (before: number | undefined) => number;
  ask: (count: number) => Promise<{ count: number; untilMs: number }>;
}

/** One part of a budget. */
export interface Share {
  /** It is not used after all. */
  giveBack: () => void;
}

/** `share`: none, where the budget is spent until `untilMs`. */
export interface Leased {
  share: Share | undefined;
  untilMs: number;
}

/**
 * What an isolate has of budgets that the Site object counts for all of them: a piece at a time, so that hardly anybody waits for a
 * call. (No request waits for another's call: in Workers a promise dies with the request that made it.)
 */
export function leases(clock: Clock) {
  const all = new Map<string, Lease>();

  return async ({ name, version, perMs, count, ask }: Wanted): Promise<Leased> => {
    const leaseNow = (): Lease | undefined => {
      const lease = all.get(name);
      const lastsMs = lease?.version === version ? lease.untilMs - clock.now() : 0;
      return lastsMs > 0 && lastsMs <= perMs ? lease : undefined;
    };

    const had = leaseNow();
    if (had && (had.left > 0 || had.dry)) return shareOf(had);

    const asked = count(had?.asked);
    const granted = await ask(asked);
    const { untilMs } = granted;
    const meanwhile = leaseNow();
    const left = granted.count + (meanwhile?.untilMs === untilMs ? meanwhile.left : 0);
    const lease = Object.assign(meanwhile ?? {}, { left, asked, untilMs, dry: granted.count < asked, version });
    all.set(name, lease);
    return shareOf(lease);
  };
}

function shareOf(lease: Lease): Leased {
  const { untilMs } = lease;
  if (lease.left <= 0) return { share: undefined, untilMs };
  lease.left -= 1;
  return {
    share: {
      giveBack() {
        lease.left += 1;
      },
    },
    untilMs,
  };
}
