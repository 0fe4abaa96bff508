import type { ExitIntent } from "../../contract/signals.ts";
import type { Observe } from "./page.ts";

const armedAfterMs = 1000;
const topPx = 20;
const staysOutMs = 200;
const sampleMs = 50;
/** A flick out of rest may be over before the next sample: it is measured from its first move. */
const restedMs = 200;

const round = (x: number) => Math.round(x * 100) / 100;

/**
 * The pointer leaves over the top edge and stays out. Quality 0–1: `0.4 + 0.6 · min(1, speed in px/ms) · upwardness`, where
 * upwardness is the share of the way that went straight up over the last 50–100 ms.
 */
export const observeExitIntent: Observe = (page) => {
  const { device, emit, listen, later } = page;
  if (device !== "desktop") return;
  let from = { x: 0, y: 0, ms: 0 };
  let latest = from;
  let bestQuietMs = -1;
  let timer: number | undefined;
  let pending: Omit<ExitIntent, "n" | "at" | "page"> | undefined;

  const forget = () => {
    pending = undefined;
  };
  const say = () => {
    if (!pending) return;
    bestQuietMs = pending.quiet_ms;
    emit(pending);
    forget();
  };
  // Most moves cost one look at the clock.
  const move = ({ clientX: x, clientY: y }: MouseEvent) => {
    const ms = performance.now();
    const sinceMs = ms - latest.ms;
    if (sinceMs < sampleMs) return;
    const now = { x, y, ms };
    from = sinceMs > restedMs ? now : latest;
    latest = now;
  };
  const leave = ({ clientX: x, clientY: y, buttons }: MouseEvent) => {
    const ms = performance.now();
    const quiet_ms = Math.round(ms - page.inputMs);
    // The score keeps the quietest exit of a page: a busier one after it would say nothing new.
    if (y > topPx || buttons || quiet_ms <= bestQuietMs) return;
    const upPx = from.y - y;
    const wayPx = Math.hypot(x - from.x, upPx) || 1;
    const speed = from.ms ? wayPx / Math.max(1, ms - from.ms) : 0;
    const quality = round(0.4 + 0.6 * Math.min(1, speed) * Math.max(0, upPx / wayPx));
    pending = { kind: "exit_intent", quality, speed: round(speed), quiet_ms };
    clearTimeout(timer);
    timer = later(staysOutMs, say);
  };

  later(armedAfterMs, () => {
    const root = document.documentElement;
    listen(root, "mousemove", move);
    listen(root, "mouseleave", leave);
    listen(root, "mouseenter", forget);
  });
  return (why) => {
    if (why !== "crossing") say();
  };
};
