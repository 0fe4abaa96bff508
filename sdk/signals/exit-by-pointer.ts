import type { SayExit } from "./exit-intent.ts";
import type { Page, Why } from "./page.ts";

/** Sooner after the last input, or after coming back into the page, the pointer only passes by. */
const restMs = 1000;
const topPx = 20;
const staysOutMs = 200;
/** Moves come by the hundred: the farther the pointer is from the top, in px, the later the next one is heard. */
const sampleMsPerPx = 1.5;
const leastSampleMs = 100;
const mostSampleMs = 600;
/** A flick out of rest may be over before the next sample: it is measured from its first move. */
const stillMs = 100;
/** Upwards, in px/ms. */
const leastSpeed = 0.4;
const fullSpeed = 3;

/**
 * The pointer leaves over the top edge, no button down, and stays out. Speed is the way up since the last sample of 100 ms or more
 * ago; quality is `0.5 + 0.5 · min(1, speed / 3)`. A pointer that comes back is active again: its quiet begins anew.
 */
export function watchPointer(page: Page, say: SayExit): (why: Why) => void {
  const { listen, later } = page;
  const root = document.documentElement;
  let from = { y: 0, ms: 0 };
  let latest = from;
  let deafMs = 0;
  let wasOut = false;
  let backMs = 0;
  let timer: number | undefined;
  let pending: (() => void) | undefined;

  const quietAt = (ms: number) => ms - Math.max(page.inputMs, backMs);
  const settle = () => {
    const saying = pending;
    pending = undefined;
    saying?.();
  };
  listen<MouseEvent>(root, "mousemove", ({ clientY: y }) => {
    const now = { y, ms: performance.now() };
    from = now.ms - latest.ms > deafMs + stillMs ? now : latest;
    latest = now;
    deafMs = Math.max(
      Math.min(Math.max(sampleMsPerPx * y, leastSampleMs), mostSampleMs),
      restMs - leastSampleMs - quietAt(now.ms),
    );
    return deafMs;
  });
  listen<MouseEvent>(root, "mouseleave", ({ clientY: y, buttons }) => {
    wasOut = true;
    const ms = performance.now();
    const quietMs = quietAt(ms);
    const since = ms - latest.ms < leastSampleMs ? from : latest;
    const speed = (since.y - y) / Math.max(1, ms - since.ms);
    if (y > topPx || buttons || quietMs < restMs || speed < leastSpeed) return;
    pending = () => say(0.5 + 0.5 * Math.min(1, speed / fullSpeed), speed, quietMs);
    clearTimeout(timer);
    timer = later(staysOutMs, settle);
  });
  listen(root, "mouseenter", () => {
    pending = undefined;
    if (wasOut) backMs = performance.now(); // the first time it only arrives
  });
  return (why) => {
    if (why !== "crossing") settle();
  };
}
