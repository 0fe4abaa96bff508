import type { Signal } from "../../contract/signals.ts";
import type { Live } from "./reading.ts";

/**
 * Follows, on the page's own clock, what the next signal will say: engaged time, quiet time, the form so far. For the meters
 * only; the score that counts comes from signals.
 */
export function presence() {
  let engagedMs = 0;
  let sinceAtMs = performance.now();
  let touchedAtMs = performance.now();
  let form: { fields: number; beganAtMs: number } | undefined;

  const here = () => document.visibilityState === "visible" && document.hasFocus();
  let wasHere = here();

  function settle(): void {
    const nowMs = performance.now();
    if (wasHere) engagedMs += nowMs - sinceAtMs;
    sinceAtMs = nowMs;
    wasHere = here();
  }

  for (const event of ["focus", "blur", "visibilitychange"]) addEventListener(event, settle, true);
  const touched = (event: Event) => {
    if (event.target instanceof Element && event.target.closest("[data-cusp-ignore]")) return;
    touchedAtMs = performance.now();
  };
  for (const event of ["click", "scroll", "keydown"]) addEventListener(event, touched, { capture: true, passive: true });

  return {
    hear(signal: Signal): void {
      if (signal.kind === "page_view") {
        engagedMs = 0;
        sinceAtMs = touchedAtMs = performance.now();
      }
      if (signal.kind === "dwell") {
        settle();
        engagedMs = signal.engaged_ms;
      }
      if (signal.kind === "form_start") form = { fields: signal.fields, beganAtMs: performance.now() };
      if (signal.kind === "form_submit" && !signal.failed) form = undefined;
    },
    now(): Live {
      settle();
      const live = { dwellMs: engagedMs, quietMs: performance.now() - touchedAtMs };
      if (!form) return live;
      // Counted by a selector: the panel, like the library, never reads what was typed.
      const filled = document.querySelectorAll("main :is(input, textarea):not(:placeholder-shown)").length;
      const lead = document.querySelector("main :is([type=email], [type=tel])") !== null;
      return { ...live, form: { fields: form.fields, filled, engagedMs: performance.now() - form.beganAtMs, lead } };
    },
  };
}
