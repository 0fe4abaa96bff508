import type { Handed } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import type { Step } from "../site/compile-journeys.ts";
import type { Message } from "../site/schema/messages.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor, shareOf } from "./arms.ts";
import type { Line, Run } from "./run.ts";

export type Verdict = NonNullable<Run["review"]>;

/** A step that somebody must look at before it goes out. */
export interface Waiting {
  run: Run;
  step: Step;
  byMs: number;
}

/** What the site is told of one of them. */
interface Asked {
  run: string;
  step: string;
  message: string;
  texts: readonly string[];
  otherwise: "drop" | "send";
}

/** Another one for each step and text that a reviewer could look at. */
export function markOf({ file }: SiteConfig, step: Step, message: Message | undefined): number {
  const offer = message?.offer === undefined ? undefined : file.offers[message.offer];
  return shareOf(JSON.stringify([step, message, offer]));
}
/** Why a step goes by its `else` though its time to be reviewed is not over. */
export const noRoom = "too much waits for this site's reviewers already";

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

/** Whether a reviewer saw and approved these very texts, as a step of the journey. */
export const isApproved = ({ review, reviewTexts }: Run, texts: readonly string[]): boolean =>
  review === "approved" && reviewTexts === shareOf(...texts);

/** Why a message that waits for a reviewer may not go out: not yet, or never. */
export function heldBack({ review, expiresAtMs }: Handed): { gate: string; text: string; untilMs?: number } | undefined {
  if (!review || review.said === "approved") return undefined;
  if (review.said === undefined) return { gate: "voice", text: review.why, untilMs: expiresAtMs };
  return { gate: "review", text: review.said === "rejected" ? "a reviewer rejected it" : noRoom };
}
