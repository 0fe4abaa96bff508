import type { Stop } from "../guard.ts";
import type { Page } from "./page.ts";

/** Browsers restore a scroll position and jump to anchors by the end of loading; routers scroll up right after a new view. */
const restoredWithinMs = 300;
const stillMs = 150;

const tenths = (depth: number) => Math.floor(depth * 10);

export function observeScrollDepth({ startMs, input, emit, onSettle, listen, later, onFrame }: Page): void {
  let depth = 0;
  let saidDepth = 0;
  let isMeasuring = false;
  let fitsDecided = false;
  let cancel: Stop | undefined;

  const viewports = () => innerHeight / document.documentElement.scrollHeight;
  const say = () => {
    if (depth <= saidDepth) return;
    saidDepth = depth;
    emit({ kind: "scroll_depth", depth });
  };
  const measure = () => {
    isMeasuring = false;
    const share = viewports() * (1 + scrollY / innerHeight);
    depth = Math.max(depth, Math.min(1, Math.round(share * 100) / 100));
    cancel?.();
    if (tenths(depth) > tenths(saidDepth)) cancel = later(stillMs, say);
  };
  const moved = () => {
    // The visitor's own: after any input, or too late for the browser or the router to have caused it.
    const isVisitors = input.any() || (performance.now() - startMs > restoredWithinMs && document.readyState === "complete");
    if (isMeasuring || !isVisitors) return;
    isMeasuring = true;
    onFrame(measure);
  };
  listen(window, "scroll", moved, false);

  onSettle((why) => {
    say();
    if (fitsDecided || why !== "crossing") return;
    fitsDecided = true;
    onFrame(() => {
      if (!saidDepth && viewports() >= 1) emit({ kind: "scroll_depth", depth: 1, fits: true });
    });
  });
}
