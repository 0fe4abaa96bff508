import type { Fallback } from "../profile/run.ts";
import type { Journey, Step, Trigger } from "../site/compile-journeys.ts";
import { deliver } from "./deliver.ts";
import { exitText } from "./exit-text.ts";
import { exitOf, reachedAtMs } from "./exits.ts";
import { expire } from "./expire.ts";
import { noRoom } from "./review.ts";
import { type Run, titleOf } from "./run.ts";
import { noteLeft, schedule, stepAfter, windowOf } from "./schedule.ts";
import type { Walk } from "./walk.ts";

/** Ends a run that is over by what was seen. */
export const end = (walk: Walk, run: Run): void => safely(walk, run, endIfOver);

/** Takes a run as far as it goes now: through all steps that are due, up to one that waits. */
export const advance = (walk: Walk, run: Run): void => safely(walk, run, proceed);

function safely(walk: Walk, run: Run, go: (walk: Walk, run: Run) => void): void {
  try {
    go(walk, run);
  } catch {
    leave(walk, run, "failed"); // else every batch of this person would be refused for it
  }
}

function endIfOver(walk: Walk, run: Run): void {
  const arms = walk.arms(run);
  const journey = arms.journey(run.journey);
  if (run.endedAtMs === undefined || run.fallbacks.length) {
    const exit = exitOf(walk.profile, run, arms.trigger(run.trigger), journey);
    if (exit) leave(walk, run, exit);
  }
  noteGoal(walk, run, journey);
}

function proceed(walk: Walk, run: Run): void {
  const { config, nowMs } = walk;
  const arms = walk.arms(run);
  const journey = arms.journey(run.journey);
  const trigger = arms.trigger(run.trigger);
  delete run.wakeAtMs;
  endIfOver(walk, run);
  if (!journey || !trigger) return;
  run.fallbacks = run.fallbacks.filter((one) => stillWaits(walk, run, trigger, journey, one));
  while (run.endedAtMs === undefined) {
    const step = arms.step(journey, run.step);
    if (!step) {
      leave(walk, run, "removed");
      return;
    }
    if (run.version !== config.version) {
      run.arms = arms.touching(run.trigger, run.journey);
      schedule(walk, run, step);
    }
    const waits = tryStep(walk, run, trigger, step);
    if (waits) {
      wakeAt(run, waits);
      return;
    }
    run.settled.push(step.id);
    // A step that was over before anybody came in was never before another.
    run.previousAtMs = Math.max(run.enteredAtMs, Math.min(nowMs, windowOf(walk, run, step).expiresAtMs));
    const next = stepAfter(journey, step.id);
    if (next) schedule(walk, run, arms.step(journey, next.id) ?? next);
    else leave(walk, run, "done");
  }
}

/** The site is asked for a review again until it has taken note. */
const askAgainMs = 60_000;

/** @returns when to look again, if the step is not over */
function tryStep(walk: Walk, run: Run, trigger: Trigger, step: Step): number | undefined {
  const { nowMs, presence } = walk;
  noteLeft(walk, run, step);
  const { dueAtMs, expiresAtMs, notBeforeMs } = windowOf(walk, run, step);
  const { heldBy } = run;
  if (nowMs >= expiresAtMs) {
    expire(walk, run, step, notBeforeMs < expiresAtMs ? heldBy : "too_soon");
    return undefined;
  }
  delete run.heldBy; // said anew, should something hold it once more
  if (run.review === "rejected") return unreviewed(walk, run, step, "a reviewer rejected it");
  const askMs = step.review && !run.review && !run.reviewAsked ? nowMs + askAgainMs : Infinity;
  const isFull = !run.review && run.reviewAsked === "no_room";
  if (isFull && step.review?.else === "drop") return unreviewed(walk, run, step, noRoom);
  if (dueAtMs === undefined) return Math.min(presence.goneAtMs, expiresAtMs, askMs);
  if (nowMs < dueAtMs) return Math.min(dueAtMs, expiresAtMs, askMs);
  if (step.review && !run.review && !isFull) {
    const byMs = run.scheduledAtMs + step.review.byMs;
    if (nowMs < byMs) return Math.min(byMs, expiresAtMs, askMs);
    if (step.review.else === "drop") return unreviewed(walk, run, step, "nobody had reviewed it in time");
  }
  const tried = deliver(walk, run, trigger, step, step.channels, { dueAtMs, expiresAtMs, heldBy });
  if (tried.settled) return undefined;
  run.heldBy = tried.heldBy;
  return tried.wakeAtMs;
}

function unreviewed(walk: Walk, run: Run, { message }: Step, why: string): undefined {
  walk.sayOf(run, "not_sent", `"${message}" not sent: ${why}`, { message, gate: "review" });
}

/**
 * A step that failed on one channel, on the next.
 * @returns whether it is not over
 */
function stillWaits(walk: Walk, run: Run, trigger: Trigger, journey: Journey, one: Fallback): boolean {
  const { step: id, channels, ...window } = one;
  const step = walk.arms(run).step(journey, id);
  if (!step) {
    const text = `"${id}" not sent: ${exitText("removed", walk.profile, run, journey, walk.nowMs)}`;
    walk.sayOf(run, "not_sent", text, { step: id, gate: "removed" });
    return false;
  }
  if (walk.nowMs >= window.expiresAtMs) {
    expire(walk, run, step, window.heldBy);
    return false;
  }
  const tried = deliver(walk, run, trigger, step, channels, window);
  if (tried.settled) return false;
  one.heldBy = tried.heldBy;
  wakeAt(run, tried.wakeAtMs);
  return true;
}

const wakeAt = (run: Run, atMs: number): void => {
  run.wakeAtMs = Math.min(run.wakeAtMs ?? Infinity, atMs);
};

/** Ends a run. What it still had to say is not said. */
export function leave(walk: Walk, run: Run, exit: string): void {
  const isOver = run.endedAtMs !== undefined;
  const isDone = exit === "done";
  const unsaid = [...(isOver ? [] : [run.step]), ...(isDone ? [] : run.fallbacks.map(({ step }) => step))];
  delete run.wakeAtMs;
  if (!isDone) {
    run.fallbacks = [];
    for (const one of run.handed) one.left = [];
  }
  run.exit = exit;
  run.endedAtMs ??= walk.nowMs;
  const arms = exit === "failed" ? undefined : walk.arms(run); // what failed once is not asked again
  const journey = arms?.journey(run.journey);
  const why = exitText(exit, walk.profile, run, journey, walk.nowMs);
  for (const [i, step] of unsaid.entries()) {
    const message = isDone ? undefined : ((journey && arms?.step(journey, step)?.message) ?? (i ? step : undefined));
    const text = message === undefined ? `left ${titleOf(run.journey)}: ${why}` : `"${message}" not sent: ${why}`;
    walk.sayOf(run, i ? "not_sent" : "exited", text, { step, gate: exit });
  }
}

/** The goal counts as long as its time lasts, whether or not anything is left to say. */
function noteGoal({ profile, sayOf }: Walk, run: Run, journey: Journey | undefined): void {
  if (!journey?.goal || run.recoveredAtMs !== undefined) return;
  const atMs = reachedAtMs(profile, run, journey.goal);
  if (atMs === undefined) return;
  run.recoveredAtMs = atMs;
  profile.recoveredAtMs = Math.max(profile.recoveredAtMs ?? 0, atMs);
  sayOf(run, "recovered", `reached the goal "${journey.goal.event}" of ${titleOf(run.journey)}`);
}
