import type { Profile, Risen } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { advance, end } from "./advance.ts";
import { meet, settlePending } from "./meet.ts";
import type { Asks } from "./offers.ts";
import { type Followed, maxRuns, type Run } from "./run.ts";
import { inTurn } from "./turns.ts";
import { walkOf } from "./walk.ts";

/**
 * Everything that follows from the moments that rose and from the time: who enters a journey, who leaves it, and what is due to be
 * said now. Changes `profile`; twice at the same instant is as good as once.
 * @param asks takes the offers that the site is to be asked for; what waits for them is looked at again with the answers
 */
export function follow(config: SiteConfig, profile: Profile, risen: readonly Risen[], nowMs: number, asks?: Asks): Followed {
  delete profile.pauseMs;
  if (!risen.length && !profile.runs.length && !profile.pending) return { sendings: [], lines: [] };
  const walk = walkOf(config, profile, nowMs, asks);
  for (const run of profile.runs) end(walk, run);
  inTurn([
    ...profile.runs.map((run) => ({
      priority: walk.arms(run).trigger(run.trigger)?.priority ?? 0,
      sinceMs: run.enteredAtMs,
      take: () => advance(walk, run),
    })),
    ...settlePending(walk),
    ...risen.flatMap((one) => meet(walk, one)),
  ]);
  inTurn(settlePending(walk)); // what had to stay true for a while came late, and that while is over
  profile.runs = kept(config, profile.runs, nowMs);
  const { sendings, lines } = walk;
  return { sendings, lines };
}

/** Without those that ended and of which nothing more can come; of those that only wait for their goal, without the evidence. */
function kept({ journeys }: SiteConfig, runs: readonly Run[], nowMs: number): Run[] {
  const open = runs.flatMap((run) => {
    const { endedAtMs, journey, enteredAtMs, recoveredAtMs, handed, moment } = run;
    // What was handed over may still be on its way, or come back.
    if (endedAtMs === undefined || handed.some(({ expiresAtMs }) => nowMs < expiresAtMs)) return run;
    const goalMs = recoveredAtMs === undefined ? (journeys[journey]?.goal?.withinMs ?? 0) : 0;
    return nowMs < enteredAtMs + goalMs ? { ...run, moment: { ...moment, evidence: [] } } : [];
  });
  const surplus = Math.max(0, open.length - maxRuns);
  const byEnd = open.filter(({ endedAtMs }) => endedAtMs !== undefined).sort((a, b) => Number(a.endedAtMs) - Number(b.endedAtMs));
  const ended = byEnd.slice(0, surplus);
  return open.filter((run) => !ended.includes(run));
}

/** When somebody must look again though nothing happens; never, where nothing waits. */
export const nextDueMs = ({ runs, pending = [], onsite = [] }: Profile): number =>
  Math.min(
    Infinity,
    ...runs.map(({ wakeAtMs = Infinity }) => wakeAtMs),
    ...pending.map(({ dueAtMs }) => dueAtMs),
    ...onsite.map(({ overAtMs }) => overAtMs),
  );

const leastPauseMs = 20_000;
const mostPauseMs = 3_600_000;

/**
 * The site file cannot be had just now: looks again, the later the longer it has been away.
 * @returns how much later
 */
export function postpone(profile: Profile, nowMs: number): number {
  const pauseMs = Math.min(mostPauseMs, 2 * (profile.pauseMs ?? leastPauseMs / 2));
  profile.pauseMs = pauseMs;
  const { runs, pending = [], watches, onsite = [] } = profile;
  for (const run of runs) if (run.wakeAtMs !== undefined && run.wakeAtMs <= nowMs) run.wakeAtMs = nowMs + pauseMs;
  for (const one of [...pending, ...watches]) if (one.dueAtMs <= nowMs) one.dueAtMs = nowMs + pauseMs;
  for (const one of onsite) if (one.overAtMs <= nowMs) one.overAtMs = nowMs + pauseMs;
  return pauseMs;
}
