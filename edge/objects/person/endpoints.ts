import { waitUntil } from "cloudflare:workers";
import type { Clock } from "../../clock.ts";
import { objectName } from "../../env.ts";
import type { Health, LogEntry } from "../../outbox/log-entry.ts";
import type { EndpointObject } from "../endpoint.ts";

/** What is told at once is told together. */
const gatherMs = 100;
/** A telling that took longer has died with the object that began it. */
const lostAfterMs = 2000;
const refreshMs = 5000;
/** One that is tried again is given as long as an attempt takes. */
const trialMs = 20_000;
const spreadMs = 5000;
const maxTold = 20_000;

interface Known {
  entries: LogEntry[];
  telling: number | undefined;
  health: Health;
  askedAtMs: number;
  trialAtMs: number;
  shares: { left: number; asked: number; untilMs: number };
}

export interface Rate {
  max: number;
  per: number;
}

const keyOf = ({ messageId, attempt, state, atMs }: LogEntry): string =>
  `${messageId} ${attempt} ${state} ${state === "held" ? atMs : ""}`;

/**
 * The endpoints of all sites, as this isolate knows them: what came of attempts is told to each together, and its answer says how it is.
 * Objects share values here, never promises (docs/decisions/003).
 */
export function isolateEndpoints(namespace: () => DurableObjectNamespace<EndpointObject>, clock: Clock) {
  const all = new Map<string, Known>();
  const told = new Set<string>();

  const objectOf = (site: string, name: string) => namespace().getByName(objectName(site, "endpoint", name));

  function knownOf(site: string, name: string): Known {
    const key = `${site} ${name}`;
    const had = all.get(key);
    if (had) return had;
    const shares = { left: 0, asked: 0, untilMs: 0 };
    const known: Known = { entries: [], telling: undefined, health: { state: "closed" }, askedAtMs: 0, trialAtMs: 0, shares };
    all.set(key, known);
    return known;
  }

  async function note(site: string, name: string, entries: LogEntry[]): Promise<void> {
    const known = knownOf(site, name);
    const askedAtMs = Date.now();
    const health = await objectOf(site, name).note(entries);
    for (const entry of entries) told.add(keyOf(entry));
    for (const key of told) {
      if (told.size <= maxTold) break;
      told.delete(key);
    }
    if (askedAtMs >= known.askedAtMs) Object.assign(known, { health, askedAtMs });
  }

  async function gather(site: string, name: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const known = knownOf(site, name);
    known.telling = undefined;
    await note(site, name, known.entries.splice(0));
  }

  return {
    /** Tells the log, soon. Whoever must know that it was told asks `isTold` later, and else tells it again. */
    tell(site: string, name: string, entry: LogEntry): void {
      const known = knownOf(site, name);
      known.entries.push(entry);
      if (known.telling !== undefined && Date.now() - known.telling < lostAfterMs) return;
      known.telling = Date.now();
      waitUntil(gather(site, name).catch(() => undefined));
    },
    note,
    isTold: (entry: LogEntry): boolean => told.has(keyOf(entry)),

    /** Until when nothing is to be attempted there; undefined where something may be now. */
    shutUntilMs(site: string, name: string): number | undefined {
      const known = knownOf(site, name);
      const { health, trialAtMs, askedAtMs } = known;
      if (health.state === "closed") return undefined;
      const nowMs = clock.now();
      const ageMs = Date.now() - askedAtMs;
      if (ageMs > refreshMs) {
        known.askedAtMs = Date.now();
        waitUntil(note(site, name, []).catch(() => undefined));
      }
      // Before long the switches of the site say it to all isolates, and when it is over.
      if (health.state === "disabled") return ageMs > refreshMs ? undefined : nowMs + spreadMs * (1 + Math.random());
      const untilMs = health.untilMs ?? 0;
      if (nowMs < untilMs) return untilMs + Math.random() * spreadMs;
      if (trialAtMs >= untilMs && nowMs - trialAtMs < trialMs) return nowMs + spreadMs * (1 + Math.random());
      known.trialAtMs = nowMs;
      return undefined;
    },

    /** Takes one of the attempts that the rate of a destination allows, or says when there are more. */
    async share(site: string, name: string, rate: Rate): Promise<number | undefined> {
      const known = knownOf(site, name);
      const take = (): boolean => {
        const lastsMs = known.shares.untilMs - clock.now();
        if (lastsMs <= 0 || lastsMs > rate.per || known.shares.left <= 0) return false;
        known.shares.left -= 1;
        return true;
      };
      if (take()) return undefined;
      const asked = Math.min(Math.max(1, Math.ceil(rate.max / 10)), Math.max(1, 2 * known.shares.asked));
      const { granted, untilMs, moreAtMs } = await objectOf(site, name).lease(asked, rate);
      const meanwhile = known.shares.untilMs === untilMs ? known.shares.left : 0;
      known.shares = { left: meanwhile + granted, asked, untilMs };
      return take() ? undefined : moreAtMs + Math.random() * Math.min(spreadMs, rate.per);
    },
  };
}

export type Endpoints = ReturnType<typeof isolateEndpoints>;
