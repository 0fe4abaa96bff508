import type { Life } from "./guard.ts";

/** A clock that runs while the page is visible and focused. */
export interface Engagement {
  engagedMs: () => number;
  /** Calls `reached` once the clock stands at `goalMs`; replaces the goal before. */
  wake: (goalMs: number, reached: () => void) => void;
}

/** A timer this late means that the machine slept: nobody was looking. */
const sleptMs = 2000;

export function openEngagement({ listen, later }: Life): Engagement {
  let totalMs = 0;
  let sinceMs = Infinity; // paused
  let goalMs = 0;
  let reached: () => void;
  let timer: number | undefined;

  const engagedMs = () => {
    const passedMs = Math.max(0, performance.now() - sinceMs);
    return passedMs > goalMs - totalMs + sleptMs ? goalMs : totalMs + passedMs;
  };
  const pause = () => {
    totalMs = engagedMs();
    sinceMs = Infinity;
    clearTimeout(timer);
  };
  const update = () => {
    pause();
    if (document.hidden || !document.hasFocus()) return;
    sinceMs = performance.now();
    timer = later(goalMs - totalMs, () => {
      totalMs = Math.max(engagedMs(), goalMs); // a timer may come a fraction of a millisecond early
      sinceMs = Infinity;
      reached();
    });
  };
  listen(window, "focus blur", update);
  listen(document, "visibilitychange", update);

  return {
    engagedMs,
    wake(newGoalMs, task) {
      pause();
      goalMs = newGoalMs;
      reached = task;
      update();
    },
  };
}
