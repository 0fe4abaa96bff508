import type { Page, Why } from "./page.ts";
import { listenToScrolling, placeNow } from "./scrolling.ts";

const tenths = (depth: number) => Math.floor(depth * 10);
const share = (px: number, heightPx: number) => Math.min(1, Math.round((px / heightPx) * 100) / 100);

export function observeScrollDepth(page: Page): (why: Why) => void {
  const { emit, onFrame } = page;
  let seenPx = 0;
  let depth = 0;
  let saidDepth = 0;
  let fitsDecided = false;

  const say = () => {
    if (depth <= saidDepth) return;
    saidDepth = depth;
    emit({ kind: "scroll_depth", depth });
  };
  listenToScrolling(
    page,
    ({ y, viewPx, heightPx }) => {
      seenPx = Math.max(seenPx, y + viewPx);
      // Measured against the page as it is now: one that has grown since takes back what was not said yet, never what was.
      depth = share(seenPx, heightPx);
    },
    () => {
      if (tenths(depth) > tenths(saidDepth)) say();
    },
  );

  return (why) => {
    say();
    if (fitsDecided || why !== "crossing") return;
    fitsDecided = true;
    onFrame(() => {
      const { viewPx, heightPx } = placeNow(page);
      if (!saidDepth && viewPx >= heightPx) emit({ kind: "scroll_depth", depth: 1, fits: true });
    });
  };
}
