import type { Page } from "./page.ts";

const stepsMs = [30_000, 60_000, 120_000];
/** Nobody listens to the pointer for so long after a move: moves come by the hundred. The stretch begins when they are heard again. */
const deafMs = 5000;
/** A timer this late means that the machine slept: nobody was there to be idle. */
const sleptMs = 2000;

export function observeIdle(page: Page): void {
  const { emit, listen, later } = page;
  let timer: number | undefined;
  let freshMs = 0;
  let sinceMs = 0;
  let step = 0;

  /** A touch that nobody reported is found out by looking at least as often as the shortest step is long. */
  const wait = () => {
    const nowMs = performance.now();
    const restMs = sinceMs + (stepsMs[step] ?? Infinity) - nowMs;
    const dueMs = nowMs + Math.min(restMs, stepsMs[0] as number);
    timer = later(dueMs - nowMs, () => {
      if (performance.now() - dueMs > sleptMs) return start();
      const touchedMs = Math.max(freshMs, page.inputMs);
      const idle_ms = stepsMs[step];
      if (touchedMs > sinceMs) {
        sinceMs = touchedMs;
        step = 0;
      } else if (idle_ms && dueMs - sinceMs >= idle_ms) {
        emit({ kind: "idle", idle_ms });
        step++;
      }
      wait();
    });
  };
  const start = () => {
    clearTimeout(timer);
    if (document.hidden) return;
    freshMs = sinceMs = performance.now();
    step = 0;
    wait();
  };
  start();
  listen(document, "mousemove", () => {
    freshMs = performance.now() + deafMs;
    return deafMs;
  });
  listen(document, "visibilitychange", start);
}
