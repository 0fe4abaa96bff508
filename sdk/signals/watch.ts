import type { Device, Observed } from "../../contract/signals.ts";
import { openEngagement } from "../engagement.ts";
import { attempt, openLife } from "../guard.ts";
import { observeInput } from "../input.ts";
import { observers } from "./observers.ts";
import type { Page, Why } from "./page.ts";

/** Every observer, on one page view. One that fails leaves the others at work. */
export function watchPage(device: Device, again: boolean, emit: (observed: Observed) => void): Page {
  const life = openLife();
  const settlers: ((why: Why) => void)[] = [];
  const page: Page = {
    ...life,
    ...openEngagement(life),
    device,
    again,
    startMs: performance.now(),
    input: observeInput(life),
    emit,
    settle: (why) => {
      for (const task of settlers) attempt(() => task(why));
    },
    onSettle: (task) => settlers.push(task),
  };
  for (const observe of observers) attempt(() => observe(page));
  return page;
}
