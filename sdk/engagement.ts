import type { Life, Stop } from "./guard.ts";

/** A clock that runs while the page is visible and focused. */
export interface Engagement {
  ms: () => number;
  /** Calls `reached` once the clock stands at `goalMs`; replaces the goal before. */
  wake: (goalMs: number, reached: () => void) => void;
}

/** A timer this late means that the machine slept: nobody was looking. */
const sleptMs = 2000;

export function openEngagement({ listen, later }: Life): Engagement {
  let totalMs = 0;
  let sinceMs: number | undefined;
  let goalMs = 0;
  let reached: () => void;
  let cancel: Stop | undefined;

  const ms = () => {
    const passedMs = sinceMs === undefined ? 0 : performance.now() - sinceMs;
    return passedMs > goalMs - totalMs + sleptMs ? goalMs : totalMs + passedMs;
  };
  const pause = () => {
    totalMs = ms();
    sinceMs = undefined;
    cancel?.();
  };
  const update = () => {
    pause();
    if (document.hidden || !document.hasFocus()) return;
    sinceMs = performance.now();
    cancel = later(goalMs - totalMs, () => {
      pause();
      totalMs = Math.max(totalMs, goalMs); // a timer may come a fraction of a millisecond early
      reached();
    });
  };
  listen(window, "focus blur", update, false);
  listen(document, "visibilitychange", update);

  return {
    ms,
    wake(newGoalMs, task) {
      pause();
      goalMs = newGoalMs;
      reached = task;
      update();
    },
  };
}
