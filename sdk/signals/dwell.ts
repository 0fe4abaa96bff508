import { gateSeconds, paceMs } from "../../contract/moments.ts";
import { dwellStepsMs } from "../../contract/wire.ts";
import type { Page, Why } from "./page.ts";

/** After the last step nothing is said until the page is left, but a timer must still notice a sleeping machine. */
const watchMs = 60_000;

export function observeDwell({ device, engagedMs, wake, emit, settle, listen }: Page): (why: Why) => void {
  const gatesMs = gateSeconds.map((seconds) => seconds * paceMs(device));
  const stepsMs = [...dwellStepsMs, ...gatesMs].sort((a, b) => a - b);
  let left = false;

  const say = () => emit({ kind: "dwell", engaged_ms: Math.round(engagedMs()), ...(left && { left }) });
  const next = () => {
    const stepMs = stepsMs.find((ms) => ms > engagedMs());
    wake(stepMs ?? engagedMs() + watchMs, () => {
      if (stepMs) {
        settle("crossing"); // the score of this crossing must see how far the visitor had scrolled, here and at the edge
        say();
      }
      next();
    });
  };
  next();

  listen(document, "visibilitychange", () => {
    if (!left || document.hidden) return;
    left = false;
    say(); // the visitor has returned: something comes after the `left`
  });
  return (why) => {
    if (why === "crossing" || left) return;
    left = true;
    say();
  };
}
