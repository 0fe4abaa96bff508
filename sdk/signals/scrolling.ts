import type { Page, Place, Scrolling } from "./page.ts";

/** Browsers restore a scroll position and jump to anchors by the end of loading; routers scroll up right after a new view. */
const restoredWithinMs = 300;
/** A smooth scroll to where a click sent the visitor is over by then. */
const sentWithinMs = 1500;
const stillMs = 150;

export const placeNow = ({ options: { scrollRoot } }: Page): Pick<Place, "y" | "viewPx" | "heightPx"> => {
  const box = scrollRoot && [...document.querySelectorAll(scrollRoot)].find(({ clientHeight }) => clientHeight);
  return box
    ? { y: box.scrollTop, viewPx: box.clientHeight, heightPx: box.scrollHeight }
    : { y: scrollY, viewPx: innerHeight, heightPx: document.documentElement.scrollHeight };
};

/**
 * Tells of what the visitor's own scrolling came to, and when it rests. However many ask of one page view, a scroll costs one
 * listener and one look at the layout; it is told of within a frame.
 */
export function listenToScrolling(page: Page, tell: Scrolling["tell"], rest: Scrolling["rest"]): void {
  if (page.scrolling) return void page.scrolling.push({ tell, rest });
  const tasks = [{ tell, rest }];
  page.scrolling = tasks;
  const { startMs, listen, later, options } = page;
  let sentMs = -sentWithinMs;
  let movedMs = 0;
  let isMoving = false;

  const wait = () => {
    const restMs = movedMs + stillMs - performance.now();
    isMoving = restMs > 0;
    if (isMoving) later(restMs, wait);
    else for (const { rest } of tasks) rest();
  };

  listen(document, "click", () => {
    sentMs = performance.now();
  });
  // The scrolling of an element does not bubble, and the element may not be there yet.
  listen(options.scrollRoot ? document : window, "scroll", ({ target }) => {
    if (options.scrollRoot && target !== document && !(target as Element).matches(options.scrollRoot)) return;
    // The visitor's own: after any input, or too late for the browser or the router to have caused it.
    const ms = performance.now();
    if (page.inputMs === startMs && (ms - startMs < restoredWithinMs || document.readyState !== "complete")) return;
    page.inputMs = movedMs = ms;
    const place = { ...placeNow(page), ms, byHand: ms - sentMs > sentWithinMs };
    for (const { tell } of tasks) tell(place);
    if (!isMoving) wait();
  });
}

/** Movement with a rest this long in it is two movements. */
const pauseMs = 200;

/**
 * The pace of unbroken scrolling one way, in px/ms: the mean over the last `overMs` to twice as long; 0 when it has not gone on
 * for so long. A jump from rest is no movement.
 */
export function openPace(down: 1 | -1, overMs: number): (place: Place) => number {
  let latest: Place | undefined;
  let from: Place;
  let next: Place;
  return (place) => {
    const broken = !latest || !place.byHand || place.ms - latest.ms > pauseMs || (place.y - latest.y) * down < 0;
    latest = place;
    if (broken) from = next = place;
    if (place.ms - next.ms >= overMs) {
      from = next;
      next = place;
    }
    const passedMs = place.ms - from.ms;
    return passedMs < overMs ? 0 : (down * (place.y - from.y)) / passedMs;
  };
}
