import type { SayExit } from "./exit-intent.ts";
import type { Page, Why } from "./page.ts";
import { listenToScrolling, openPace } from "./scrolling.ts";

/** Upwards, in px/ms; a phone's thumb is half as fast again. */
const leastSpeed = 1;
const phonePace = 1.5;
const overMs = 200;
const awayMs = 5000;
const returnQuality = 0.5;

/**
 * Back up to the address bar in haste, from a viewport down or more: quality is `min(1, speed / (2 · least))`. Or back from another
 * app after more than 5 s: quality 0.5, for nobody can see why. Their quiet is what came before the gesture, or before leaving.
 * The back button belongs to the visitor.
 */
export function watchTouch(page: Page, say: SayExit): (why: Why) => void {
  const { device, listen } = page;
  const least = leastSpeed * (device === "phone" ? phonePace : 1);
  const paceOf = openPace(-1, overMs);
  let activeMs = page.startMs;
  let quietMs = 0;
  let wasDown = false;
  let speed = 0;
  let hiddenMs = Infinity;

  listen(document, "touchstart touchend click keydown", ({ type }) => {
    const ms = performance.now();
    if (type === "touchstart") quietMs = ms - activeMs;
    activeMs = ms;
  });
  const settle = () => {
    if (speed) say(Math.min(1, speed / least / 2), speed, quietMs, "scroll");
    speed = 0;
  };
  listenToScrolling(
    page,
    (place) => {
      const { y, viewPx, ms } = place;
      activeMs = ms;
      wasDown ||= y >= viewPx;
      const pace = paceOf(place);
      if (!wasDown || pace < least) return;
      speed = Math.max(speed, pace);
    },
    settle,
  );
  listen(document, "visibilitychange", () => {
    const ms = performance.now();
    if (document.hidden) hiddenMs = ms;
    else if (ms - hiddenMs > awayMs) say(returnQuality, 0, hiddenMs - page.inputMs, "return");
  });
  return (why) => {
    if (why !== "crossing") settle();
  };
}
