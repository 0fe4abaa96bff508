import type { Device, Observed } from "../../contract/signals.ts";
import { openEngagement } from "../engagement.ts";
import { attempt, openLife } from "../guard.ts";
import { observers } from "./observers.ts";
import type { Page } from "./page.ts";

/** Every observer, on one page view. One that fails leaves the others at work. */
export function watchPage(device: Device, again: boolean, emit: (observed: Observed) => void): Page {
  const life = openLife();
  const startMs = performance.now();
  const page: Page = {
    ...life,
    ...openEngagement(life),
    device,
    again,
    startMs,
    inputMs: startMs,
    emit,
    settle(why) {
      for (const settle of settlers) attempt(() => settle?.(why));
    },
  };
  life.listen(document, "pointerdown click keydown wheel touchmove", () => {
    page.inputMs = performance.now();
  });
  const settlers = observers.map((observe) => attempt(() => observe(page)));
  return page;
}
