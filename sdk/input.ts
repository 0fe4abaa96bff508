import type { Life } from "./guard.ts";

export interface Input {
  /** When the visitor last did something, other than moving the pointer. */
  lastMs: number;
  /** Whether that was ever more than scrolling. */
  any: boolean;
}

export function observeInput({ listen }: Life): Input {
  const input = { lastMs: performance.now(), any: false };
  const seen = ({ type }: Event) => {
    input.lastMs = performance.now();
    input.any ||= type !== "scroll";
  };
  listen(document, "pointerdown click keydown wheel touchmove", seen);
  listen(window, "scroll", seen);
  return input;
}
