import type { Profile, Risen } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { advance } from "./advance.ts";
import { meet, settlePending } from "./meet.ts";
import { type Followed, maxRuns, type Run } from "./run.ts";
import { walkOf } from "./walk.ts";

/** A message may be reported as failed so long after it was handed over. */
const reportedWithinMs = 86_400_000;

/**
 * Everything that follows from the moments that rose and from the time: who enters a journey, who leaves it, and what is due to be
 * said now. Changes `profile`; twice at the same instant is as good as once.
 */
export function follow(config: SiteConfig, profile: Profile, risen: readonly Risen[], nowMs: number): Followed {
  if (!risen.length && !profile.runs.length && !profile.pending) return { sendings: [], lines: [] };
  const walk = walkOf(config, profile, nowMs);
  for (const run of profile.runs) advance(walk, run);
  for (const one of risen) meet(walk, one);
  settlePending(walk);
  profile.runs = kept(config, profile.runs, nowMs);
  const { sendings, lines } = walk;
  return { sendings, lines };
}

/** Without those that ended and of which nothing more can come; of those that only wait for their goal, without the evidence. */
function kept({ journeys }: SiteConfig, runs: readonly Run[], nowMs: number): Run[] {
  const open = runs.flatMap((run) => {
    const { endedAtMs, journey, enteredAtMs, recoveredAtMs, handed, moment, fallback } = run;
    const mayFallBack = fallback || handed.some(({ left, atMs }) => left.length > 0 && nowMs - atMs < reportedWithinMs);
    if (endedAtMs === undefined || mayFallBack) return run;
    const goalMs = recoveredAtMs === undefined ? (journeys[journey]?.goal?.withinMs ?? 0) : 0;
    return nowMs < enteredAtMs + goalMs ? { ...run, moment: { ...moment, evidence: [] } } : [];
  });
  const surplus = Math.max(0, open.length - maxRuns);
  const ended = open.filter(({ endedAtMs }) => endedAtMs !== undefined).slice(0, surplus);
  return open.filter((run) => !ended.includes(run));
}

/** When somebody must look again though nothing happens; never, where nothing waits. */
export const nextDueMs = ({ runs, pending = [] }: Profile): number =>
  Math.min(Infinity, ...runs.map(({ wakeAtMs = Infinity }) => wakeAtMs), ...pending.map(({ dueAtMs }) => dueAtMs));

const pauseMs = 20_000;

/** The site file cannot be had just now: looks again a little later. */
export function postponeRuns({ runs, pending = [] }: Profile, nowMs: number): void {
  for (const run of runs) if (run.wakeAtMs !== undefined) run.wakeAtMs = Math.max(run.wakeAtMs, nowMs + pauseMs);
  for (const one of pending) one.dueAtMs = Math.max(one.dueAtMs, nowMs + pauseMs);
}
