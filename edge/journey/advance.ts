import type { Journey, Step, Trigger } from "../site/compile-journeys.ts";
import { deliver } from "./deliver.ts";
import { exitText } from "./exit-text.ts";
import { exitOf, reachedAtMs } from "./exits.ts";
import type { Run } from "./run.ts";
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
  const arms = walk.arms(run.session);
  const journey = arms.journey(run.journey);
  if (run.endedAtMs === undefined || run.fallback) {
    const exit = exitOf(walk.profile, run, arms.trigger(run.trigger), journey);
    if (exit) leave(walk, run, exit);
  }
  noteGoal(walk, run, journey);
}

function proceed(walk: Walk, run: Run): void {
  const { config, nowMs } = walk;
  const arms = walk.arms(run.session);
  const journey = arms.journey(run.journey);
  const trigger = arms.trigger(run.trigger);
  delete run.wakeAtMs;
  endIfOver(walk, run);
  if (!journey || !trigger) return;
  if (run.fallback) fallBack(walk, run, trigger, journey);
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
    run.previousAtMs = Math.min(nowMs, windowOf(walk, run, step).expiresAtMs);
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
  const { dueAtMs, expiresAtMs } = windowOf(walk, run, step);
  if (nowMs >= expiresAtMs) {
    expire(walk, run, step.message, run.heldBy);
    return undefined;
  }
  if (run.review === "rejected") return unreviewed(walk, run, step, "a reviewer rejected it");
  const askMs = step.review && !run.review && !run.reviewAsked ? nowMs + askAgainMs : Infinity;
  if (dueAtMs === undefined) return Math.min(presence.goneAtMs, expiresAtMs, askMs);
  if (nowMs < dueAtMs) return Math.min(dueAtMs, expiresAtMs, askMs);
  if (step.review && !run.review) {
    const byMs = run.scheduledAtMs + step.review.byMs;
    if (nowMs < byMs) return Math.min(byMs, expiresAtMs, askMs);
    if (step.review.else === "drop") return unreviewed(walk, run, step, "nobody had reviewed it in time");
  }
  const tried = deliver(walk, run, trigger, step, step.channels, { dueAtMs, expiresAtMs, heldBy: run.heldBy });
  if (tried.settled) return undefined;
  run.heldBy = tried.heldBy;
  return tried.wakeAtMs;
}

function unreviewed(walk: Walk, run: Run, { message }: Step, why: string): undefined {
  walk.sayOf(run, "not_sent", `"${message}" not sent: ${why}`, { message, gate: "review" });
}

/** A step that failed on one channel, on the next. */
function fallBack(walk: Walk, run: Run, trigger: Trigger, journey: Journey): void {
  const { step: id, channels, ...window } = run.fallback as NonNullable<Run["fallback"]>;
  const step = walk.arms(run.session).step(journey, id);
  const isLate = walk.nowMs >= window.expiresAtMs;
  if (step && isLate) expire(walk, run, step.message, window.heldBy);
  const tried = step && !isLate ? deliver(walk, run, trigger, step, channels, window) : undefined;
  if (tried?.settled === false) {
    run.fallback = { step: id, channels, ...window, heldBy: tried.heldBy };
    wakeAt(run, tried.wakeAtMs);
  } else delete run.fallback;
}

const wakeAt = (run: Run, atMs: number): void => {
  run.wakeAtMs = Math.min(run.wakeAtMs ?? Infinity, atMs);
};

const expiryTexts: Record<string, string> = {
  unreachable: "nothing was known by which this person is reached until it was too late",
  unverified_address: "nobody but a browser had told an address until it was too late",
  no_opt_in: "there was no opt-in until it was too late",
  offer: "the site did not know this person until it was too late",
  on_site: "the visitor was on the site until it was too late",
  quiet_hours: "the quiet hours lasted until it was too late",
};

function expire(walk: Walk, run: Run, message: string, gate = "expiry"): void {
  const why = expiryTexts[gate] ?? "it was too late";
  walk.sayOf(run, "expired", `"${message}" not sent: ${why}`, { message, gate });
}

/** Ends a run. What it still had to say is not said. */
export function leave(walk: Walk, run: Run, exit: string): void {
  const { fallback } = run;
  delete run.wakeAtMs;
  if (exit !== "done") {
    delete run.fallback;
    for (const one of run.handed) one.left = [];
  }
  const isOver = run.endedAtMs !== undefined;
  run.exit = exit;
  if (isOver && (exit === "done" || !fallback)) return;
  run.endedAtMs ??= walk.nowMs;
  const arms = exit === "failed" ? undefined : walk.arms(run.session); // what failed once is not asked again
  const journey = arms?.journey(run.journey);
  const step = isOver && fallback ? fallback.step : run.step;
  const unsaid = exit === "done" ? undefined : journey && arms?.step(journey, step)?.message;
  const why = exitText(exit, walk.profile, run, journey, walk.nowMs);
  walk.sayOf(run, "exited", unsaid === undefined ? `left ${run.journey}: ${why}` : `"${unsaid}" not sent: ${why}`, {
    gate: exit,
  });
}

/** The goal counts as long as its time lasts, whether or not anything is left to say. */
function noteGoal({ profile, sayOf }: Walk, run: Run, journey: Journey | undefined): void {
  if (!journey?.goal || run.recoveredAtMs !== undefined) return;
  const atMs = reachedAtMs(profile, run, journey.goal);
  if (atMs === undefined) return;
  run.recoveredAtMs = atMs;
  profile.recoveredAtMs = Math.max(profile.recoveredAtMs ?? 0, atMs);
  sayOf(run, "recovered", `reached the goal of ${run.journey}: ${journey.goal.event}`);
}
