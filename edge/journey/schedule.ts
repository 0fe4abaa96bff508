import type { Profile } from "../profile/state.ts";
import type { Journey, Step } from "../site/compile-journeys.ts";
import { markOf } from "./review.ts";
import type { Run } from "./run.ts";
import type { Walk } from "./walk.ts";

const minute = 60_000;
/** Whoever has not left so long after the entry is waited for no more. */
const stayMs = 1440 * minute;
/** A layer is over so long after the entry. */
const layerMs = { immediate: 15 * minute, "re-engagement": 240 * minute, reinforcement: 1440 * minute };

export interface Window {
  /** Undefined: not before the visitor has left. */
  dueAtMs: number | undefined;
  expiresAtMs: number;
  /** Until then it would come too soon after the message before it. */
  notBeforeMs: number;
}

/** How long a step waits for this person, as things are now. */
const delayMs = (walk: Walk, run: Run, { afterIf, afterMs }: Step): number =>
  afterIf.find(({ when }) => walk.holds(when, run))?.afterMs ?? afterMs;

/** Makes a step the next one, or, in a newer file, anew. How long it waits is decided now; a verdict is of what was looked at. */
export function schedule(walk: Walk, run: Run, step: Step): void {
  run.version = walk.config.version;
  run.afterMs = delayMs(walk, run, step);
  delete run.leftAtMs;
  const isAgain = run.step === step.id && run.scheduledAtMs > 0;
  const mark = step.review && markOf(walk.config, step, walk.arms(run).message(step.message));
  if (isAgain && mark === run.reviewOf) return;
  run.step = step.id;
  run.scheduledAtMs = walk.nowMs;
  delete run.heldBy;
  delete run.review;
  delete run.reviewAsked;
  delete run.reviewOf;
  delete run.reviewTexts;
  if (mark === undefined) return;
  run.reviewOf = mark;
  const why = isAgain ? ": it was changed" : "";
  walk.sayOf(run, "review", `"${step.message}" waits for a review${why}`, { message: step.message });
}

/** What a step that is counted from the leaving waits for is known only then: how long the visit was, and what it was. */
export function noteLeft(walk: Walk, run: Run, step: Step): void {
  const { leftAtMs } = walk.presence;
  if (step.from !== "left" || leftAtMs === undefined || leftAtMs === run.leftAtMs) return;
  run.leftAtMs = leftAtMs;
  run.afterMs = delayMs(walk, run, step);
}

/** Two messages of one run come at least so far apart, or as far as the later one waits. */
const apartMs = 60 * minute;

/** Not right after the one before, which had been held back until then. The site's own staff are told at any time. */
function tooSoonUntilMs({ sent = [] }: Profile, { handed, afterMs }: Run, step: Step): number {
  const last = handed.findLast(({ step: id, channel }) => id !== step.id && channel !== "team");
  if (!last || step.channels.includes("team")) return 0;
  const triedAtMs = sent.find(({ seq }) => seq === last.seq)?.atMs ?? 0;
  return Math.max(last.atMs, triedAtMs) + Math.min(afterMs, apartMs);
}

/** When a step is due and when it is too late. A step that has nothing to be counted from yet is not due. */
export function windowOf({ profile, presence: { leftAtMs = Infinity } }: Walk, run: Run, step: Step): Window {
  const anchors = {
    entry: run.enteredAtMs,
    moment: run.enteredAtMs,
    previous: run.previousAtMs ?? run.enteredAtMs,
    left: leftAtMs - run.enteredAtMs < stayMs ? leftAtMs : undefined,
  };
  const fromMs = anchors[step.from];
  const byLayerMs = run.enteredAtMs + layerMs[step.layer];
  const notBeforeMs = tooSoonUntilMs(profile, run, step);
  if (fromMs === undefined)
    return { dueAtMs: undefined, expiresAtMs: step.beforeMs === undefined ? byLayerMs : run.enteredAtMs + stayMs, notBeforeMs };
  const dueAtMs = Math.max(fromMs + run.afterMs, notBeforeMs);
  return { dueAtMs, expiresAtMs: step.beforeMs === undefined ? byLayerMs : fromMs + step.beforeMs, notBeforeMs };
}

export const stepAfter = ({ steps }: Journey, id: string): Step | undefined => steps[steps.findIndex((one) => one.id === id) + 1];
