import type { Page } from "./page.ts";
import { listenToScrolling, openPace } from "./scrolling.ts";

/** Viewports a second that are a rush; a phone's small page flies by half as fast again. */
const rush = 1.5;
const phonePace = 1.5;
const overMs = 300;
const leastDepth = 0.5;

/** Said when the rush has ended, and again only when a later one is faster. */
export function observeRapidScroll(page: Page): () => void {
  const { device, emit } = page;
  const least = rush * (device === "phone" ? phonePace : 1);
  const paceOf = openPace(1, overMs);
  let speed = 0;
  let depth = 0;
  let saidSpeed = 0;

  const say = () => {
    if (speed <= saidSpeed) return;
    saidSpeed = speed;
    emit({ kind: "rapid_scroll", speed, depth });
  };
  listenToScrolling(
    page,
    (place) => {
      const { y, viewPx, heightPx } = place;
      const pace = Math.round((paceOf(place) / viewPx) * 10_000) / 10;
      const reached = Math.min(1, Math.round(((y + viewPx) / heightPx) * 100) / 100);
      if (reached < leastDepth || pace < least) return;
      if (pace > speed) speed = pace;
      depth = Math.max(depth, reached);
    },
    say,
  );
  return say;
}
