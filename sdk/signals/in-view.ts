import { attempt } from "../guard.ts";
import { isIgnored } from "./ignore.ts";
import type { Page, Why } from "./page.ts";

const maxElements = 32;
/** Half of an element, or what fills half of the window, however little of the element that is. */
const half = 0.5;
/** Fine enough to hear of an element ten windows high by the time it fills half of one. */
const thresholds = () => Array.from({ length: 21 }, (_, i) => i / 20);
const leastWaitMs = 100;
/** A wheel ends a scroll at each of its steps. */
const scrollPauseMs = 500;

interface Watched {
  selector: string;
  nameOf: (element: Element) => string;
  stepsMs: readonly number[];
  /** Elements are named when found: one that is gone by the time it is spoken of had a name. */
  reached: (name: string, inViewMs: number, element: Element | undefined) => void;
  /** When the page is hidden or left, what came after the last step is said if it is so long. @default never */
  restMs?: number;
}

interface Stand {
  name: string;
  weak: WeakRef<Element>;
  sinceMs: number;
  beforeMs: number;
  saidMs: number;
}

/**
 * Calls `reached` when an element has stood in view for each of `stepsMs` of engaged time. What comes into the page later is found
 * at the next step of the dwell or at the end of a scroll: to watch for it all the time would cost more than it tells.
 */
export function watchInView(
  { engagedMs, listen, later }: Page,
  { selector, nameOf, stepsMs, reached, restMs = Infinity }: Watched,
): (why: Why) => void {
  const stands = new WeakMap<Element, Stand>();
  let all: Stand[] = [];
  let timer: number | undefined;

  const inViewMs = ({ beforeMs, sinceMs }: Stand) => beforeMs + Math.max(0, engagedMs() - sinceMs);
  const say = (stand: Stand, ms: number) => {
    stand.saidMs = ms;
    reached(stand.name, ms, stand.weak.deref());
  };
  const sayRest = (stand: Stand) => {
    if (inViewMs(stand) - stand.saidMs >= restMs) say(stand, Math.round(inViewMs(stand)));
  };
  const tick = () => {
    clearTimeout(timer);
    let waitMs = Infinity;
    for (const stand of all) {
      if (stand.sinceMs === Infinity) continue;
      for (const stepMs of stepsMs) {
        if (stepMs <= stand.saidMs) continue;
        const leftMs = stepMs - inViewMs(stand);
        if (leftMs >= 1) {
          waitMs = Math.min(waitMs, leftMs);
          break;
        }
        say(stand, stepMs);
      }
    }
    if (waitMs < Infinity && !document.hidden && document.hasFocus()) timer = later(Math.max(waitMs, leastWaitMs), tick);
  };
  const look = (entries: IntersectionObserverEntry[]) => {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of entries) {
      const stand = stands.get(target);
      if (!stand) continue;
      const fills = intersectionRect.height >= half * (rootBounds?.height ?? Infinity);
      const isIn = isIntersecting && (intersectionRatio >= half || fills);
      if (isIn === stand.sinceMs < Infinity) continue;
      stand.beforeMs = inViewMs(stand);
      stand.sinceMs = isIn ? engagedMs() : Infinity;
    }
    tick();
  };
  let observer: IntersectionObserver | undefined;
  const find = () => {
    all = all.filter((stand) => stand.weak.deref()?.isConnected || sayRest(stand)); // a framework draws its elements anew
    for (const element of document.querySelectorAll(selector)) {
      if (all.length >= maxElements) return;
      const had = stands.get(element);
      if ((had && all.includes(had)) || isIgnored(element)) continue;
      const stand = had ?? { name: nameOf(element), weak: new WeakRef(element), sinceMs: Infinity, beforeMs: 0, saidMs: 0 };
      all.push(stand);
      if (had) continue;
      stands.set(element, stand);
      observer ??= new IntersectionObserver((entries) => attempt(() => look(entries)), { threshold: thresholds() });
      observer.observe(element);
    }
  };
  find();
  listen(document, "scrollend", () => {
    find();
    return scrollPauseMs;
  });
  listen(window, "focus", tick);
  listen(document, "visibilitychange", tick);

  return (why) => {
    if (why === "crossing") return find();
    for (const stand of all) sayRest(stand);
    if (why === "gone") observer?.disconnect();
  };
}
