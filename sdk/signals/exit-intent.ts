import type { ExitIntent } from "../../contract/signals.ts";
import { watchPointer } from "./exit-by-pointer.ts";
import { watchTouch } from "./exit-by-touch.ts";
import type { Observe } from "./page.ts";

/** `quality` 0–1, `speed` in px/ms. */
export type SayExit = (quality: number, speed: number, quietMs: number, by?: ExitIntent["by"]) => void;

const round = (x: number) => Math.round(x * 100) / 100;

/** The visitor turns to leave. docs/exit-intent.md says what that was measured on. */
export const observeExitIntent: Observe = (page) => {
  let bestQuietMs = -1;
  const watch = page.device === "desktop" ? watchPointer : watchTouch;
  return watch(page, (quality, speed, quietMs, by) => {
    // The score keeps the quietest exit of a page: a busier one after it would say nothing new.
    if (quietMs <= bestQuietMs) return;
    bestQuietMs = quietMs;
    const gesture = { quality: round(quality), speed: round(speed), quiet_ms: Math.round(quietMs) };
    page.emit({ kind: "exit_intent", ...gesture, ...(by && { by }) });
  });
};
