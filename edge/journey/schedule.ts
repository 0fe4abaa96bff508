import type { Journey, Step } from "../site/compile-journeys.ts";
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
}

/** Makes a step the next one. How long it waits is decided now. */
export function schedule(walk: Walk, run: Run, step: Step): void {
  run.version = walk.config.version;
  run.afterMs = step.afterIf.find(({ when }) => walk.holds(when, run))?.afterMs ?? step.afterMs;
  if (run.step === step.id && run.scheduledAtMs) return;
  run.step = step.id;
  run.scheduledAtMs = walk.nowMs;
  delete run.heldBy;
  if (step.review) walk.sayOf(run, "review", `"${step.message}" waits for a review`, { message: step.message });
}

/** When a step is due and when it is too late. A step that has nothing to be counted from yet is not due. */
export function windowOf({ presence: { leftAtMs = Infinity } }: Walk, run: Run, step: Step): Window {
  const anchors = {
    entry: run.enteredAtMs,
    moment: run.enteredAtMs,
    previous: run.previousAtMs ?? run.enteredAtMs,
    left: leftAtMs - run.enteredAtMs < stayMs ? leftAtMs : undefined,
  };
  const fromMs = anchors[step.from];
  const byLayerMs = run.enteredAtMs + layerMs[step.layer];
  if (fromMs === undefined)
    return { dueAtMs: undefined, expiresAtMs: step.beforeMs === undefined ? byLayerMs : run.enteredAtMs + stayMs };
  return { dueAtMs: fromMs + run.afterMs, expiresAtMs: step.beforeMs === undefined ? byLayerMs : fromMs + step.beforeMs };
}

export const stepAfter = ({ steps }: Journey, id: string): Step | undefined => steps[steps.findIndex((one) => one.id === id) + 1];
