import type { Page, Why } from "./page.ts";

/** Browsers restore a scroll position and jump to anchors by the end of loading; routers scroll up right after a new view. */
const restoredWithinMs = 300;
const stillMs = 150;

const tenths = (depth: number) => Math.floor(depth * 10);

export function observeScrollDepth(page: Page): (why: Why) => void {
  const { startMs, emit, listen, later, onFrame } = page;
  let depth = 0;
  let saidDepth = 0;
  let isMeasuring = false;
  let fitsDecided = false;
  let timer: number | undefined;

  const depthAt = (y: number) => (y + innerHeight) / document.documentElement.scrollHeight;
  const say = () => {
    if (depth <= saidDepth) return;
    saidDepth = depth;
    emit({ kind: "scroll_depth", depth });
  };
  const measure = () => {
    isMeasuring = false;
    depth = Math.max(depth, Math.min(1, Math.round(depthAt(scrollY) * 100) / 100));
    clearTimeout(timer);
    if (tenths(depth) > tenths(saidDepth)) timer = later(stillMs, say);
  };
  listen(window, "scroll", () => {
    // The visitor's own: after any input, or too late for the browser or the router to have caused it.
    const nowMs = performance.now();
    if (page.inputMs === startMs && (nowMs - startMs < restoredWithinMs || document.readyState !== "complete")) return;
    page.inputMs = nowMs;
    if (isMeasuring) return;
    isMeasuring = true;
    onFrame(measure);
  });

  return (why) => {
    say();
    if (fitsDecided || why !== "crossing") return;
    fitsDecided = true;
    onFrame(() => {
      if (!saidDepth && depthAt(0) >= 1) emit({ kind: "scroll_depth", depth: 1, fits: true });
    });
  };
}
