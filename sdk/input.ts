import type { Life } from "./guard.ts";

/** When the visitor last did something, other than moving the pointer. */
export interface Input {
  lastMs: () => number;
  any: () => boolean;
}

export function observeInput({ listen }: Life): Input {
  let lastMs = performance.now();
  let any = false;
  listen(window, "pointerdown click keydown wheel touchmove", () => {
    lastMs = performance.now();
    any = true;
  });
  // Not captured: only the document's own scrolling reaches the window, not that of a carousel.
  listen(
    window,
    "scroll",
    () => {
      lastMs = performance.now();
    },
    false,
  );
  return { lastMs: () => lastMs, any: () => any };
}
