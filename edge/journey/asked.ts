import type { Handed } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import type { Step } from "../site/compile-journeys.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor, shareOf } from "./arms.ts";
import { isUnasked, markOf, noRoom, type Verdict } from "./review.ts";
import type { Line, Run } from "./run.ts";
import { handedOf, stopOf } from "./still.ts";

/** A step that somebody must look at before it goes out. */
export interface Waiting {
  run: Run;
  step: Step;
  byMs: number;
}

/** What the site is told of a step. */
interface Asked {
  run: string;
  step: string;
  message: string;
  texts: readonly string[];
  otherwise: "drop" | "send";
}

/** The review that this run waits for, if it does. */
function waiting(config: SiteConfig, profile: Profile, run: Run, nowMs: number): Waiting | undefined {
  if (run.endedAtMs !== undefined) return undefined;
  const arms = armsFor(config, profile, run);
  const journey = arms.journey(run.journey);
  const step = journey && arms.step(journey, run.step);
  const byMs = step?.review && run.scheduledAtMs + step.review.byMs;
  if (!step || byMs === undefined || nowMs >= byMs) return undefined;
  const isChanged = run.reviewOf !== undefined && run.reviewOf !== markOf(config, step, arms.message(step.message));
  return isChanged ? undefined : { run, step, byMs };
}

/** What the site was not told of yet. */
export const unasked = (config: SiteConfig, profile: Profile, nowMs: number): Waiting[] =>
  profile.runs
    .filter(({ review, reviewAsked }) => !review && !reviewAsked)
    .flatMap((run) => waiting(config, profile, run, nowMs) ?? []);

/** Until when the site keeps what it was told of these. */
const siteKeepsMs = 31 * 86_400_000;

/** Before the site is told: it may have these texts from now on, whether or not it answers. */
export function noteTexts(profile: Profile, asked: readonly { by: number }[]): void {
  profile.reviewsUntilMs = Math.max(profile.reviewsUntilMs ?? 0, ...asked.map(({ by }) => by + siteKeepsMs));
}

/**
 * Notes that the site was told of these steps, and of which it has no room for.
 * @returns what is to be said of the latter that go out all the same: of the others it is said when they do not
 */
export function noteAsked({ runs }: Profile, asked: readonly Asked[], refused: readonly string[], atMs: number): Line[] {
  return asked.flatMap(({ run: id, step, message, texts, otherwise }): Line[] => {
    const run = runs.find((one) => one.id === id && one.step === step);
    if (!run) return [];
    run.reviewTexts = shareOf(...texts);
    run.reviewAsked = refused.includes(id) ? "no_room" : true;
    if (run.reviewAsked === true || otherwise === "drop") return [];
    const { trigger, journey } = run;
    return [
      { atMs, what: "review", run: id, trigger, journey, step, message, text: `"${message}" goes out unreviewed: ${noRoom}` },
    ];
  });
}

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

/** Those that the site was not told of yet. */
export const unaskedMessages = ({ runs }: Profile): { run: Run; handed: Handed }[] =>
  runs.flatMap((run) => run.handed.filter(isUnasked).map((handed) => ({ run, handed })));

/** The site was told of it, or has no room for it. */
export function noteAskedMessage(profile: Profile, seq: number, isRefused: boolean): void {
  const { review } = handedOf(profile, seq) ?? {};
  if (!review || review.said) return;
  if (isRefused) review.said = "no_room";
  else review.asked = true;
}

/** @returns `noted`; or what a reviewer said before, which holds; or that it is too late */
export function judgeMessage(
  config: SiteConfig,
  profile: Profile,
  seq: number,
  verdict: Verdict,
  nowMs: number,
): "noted" | "over" | Verdict {
  const { review } = handedOf(profile, seq) ?? {};
  if (!review || review.said === "no_room") return "over";
  if (review.said) return review.said;
  if (stopOf(config, profile, seq, nowMs)?.gate !== "voice") return "over";
  review.said = verdict;
  return "noted";
}
