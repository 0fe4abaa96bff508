import type { Stop } from "../guard.ts";
import type { Page } from "./page.ts";

const armedAfterMs = 1000;
const topPx = 20;
const staysOutMs = 200;
const sampleMs = 50;
const restedMs = 200;

const round = (x: number) => Math.round(x * 100) / 100;

/**
 * The pointer leaves over the top edge and stays out. Quality 0–1: `0.4 + 0.6 · min(1, speed in px/ms) · upwardness`, where
 * upwardness is the share of the way that went straight up over the last 50–100 ms.
 */
export function observeExitIntent({ device, startMs, input, emit, onSettle, listen, later }: Page): void {
  if (device !== "desktop") return;
  let from = [0, 0, 0] as const;
  let latest: readonly [x: number, y: number, ms: number] = from;
  let bestQuietMs = -1;
  let pending: (() => void) | undefined;
  let cancel: Stop | undefined;

  const forget = () => {
    cancel?.();
    pending = undefined;
  };
  const say = () => {
    pending?.();
    forget();
  };
  // Most moves cost one look at the clock.
  const move = ({ clientX, clientY }: MouseEvent) => {
    const nowMs = performance.now();
    const sinceMs = nowMs - latest[2];
    if (sinceMs < sampleMs) return;
    const now = [clientX, clientY, nowMs] as const;
    from = (sinceMs > restedMs ? now : latest) as typeof from;
    latest = now;
  };
  const leave = ({ clientX, clientY, buttons }: MouseEvent) => {
    const nowMs = performance.now();
    const quiet_ms = Math.round(nowMs - Math.max(startMs, input.lastMs()));
    // The score keeps the quietest exit of a page: a busier one after it would say nothing new.
    if (clientY > topPx || buttons || quiet_ms <= bestQuietMs) return;
    const upPx = from[1] - clientY;
    const wayPx = Math.hypot(clientX - from[0], upPx) || 1;
    const speed = from[2] ? wayPx / Math.max(1, nowMs - from[2]) : 0;
    const quality = round(0.4 + 0.6 * Math.min(1, speed) * Math.max(0, upPx / wayPx));
    forget();
    pending = () => {
      bestQuietMs = quiet_ms;
      emit({ kind: "exit_intent", quality, speed: round(speed), quiet_ms });
    };
    cancel = later(staysOutMs, say);
  };

  later(armedAfterMs, () => {
    const root = document.documentElement;
    listen(root, "mousemove", move);
    listen(root, "mouseleave", leave, false);
    listen(root, "mouseenter", forget, false);
  });
  onSettle((why) => why !== "crossing" && say());
}
