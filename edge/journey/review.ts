import type { Profile } from "../profile/state.ts";
import type { Step } from "../site/compile-journeys.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor } from "./arms.ts";
import type { Run } from "./run.ts";

export type Verdict = NonNullable<Run["review"]>;

/** A step that somebody must look at before it goes out. */
export interface Waiting {
  run: Run;
  step: Step;
  byMs: number;
}

/** The review that this run waits for, if it does. */
function waiting(config: SiteConfig, profile: Profile, run: Run, nowMs: number): Waiting | undefined {
  if (run.endedAtMs !== undefined) return undefined;
  const arms = armsFor(config, profile, run.session);
  const journey = arms.journey(run.journey);
  const step = journey && arms.step(journey, run.step);
  const byMs = step?.review && run.scheduledAtMs + step.review.byMs;
  return step && byMs !== undefined && nowMs < byMs ? { run, step, byMs } : undefined;
}

/** What the site was not told of yet. */
export const unasked = (config: SiteConfig, profile: Profile, nowMs: number): Waiting[] =>
  profile.runs
    .filter(({ review, reviewAsked }) => !review && !reviewAsked)
    .flatMap((run) => waiting(config, profile, run, nowMs) ?? []);

/**
 * Notes what a reviewer said of a step that waits for it.
 * @returns `noted`; or what was said before, which holds; or that it is too late
 */
export function judge(
  config: SiteConfig,
  profile: Profile,
  { run: id, step, verdict }: { run: string; step: string; verdict: Verdict },
  nowMs: number,
): "noted" | "over" | Verdict {
  const run = profile.runs.find((one) => one.id === id);
  if (!run || run.step !== step || !waiting(config, profile, run, nowMs)) return "over";
  if (run.review) return run.review;
  run.review = verdict;
  return "noted";
}
