import { openEngagement } from "../engagement.ts";
import { attempt, openLife } from "../guard.ts";
import { observeDwell } from "./dwell.ts";
import type { Observe, Page } from "./page.ts";
import { observePageView } from "./page-view.ts";

type Given = Pick<Page, "device" | "again" | "trail" | "rules" | "options" | "emit">;

export interface Watched extends Page {
  /** More observers come to a page that has begun; they speak before those that were there. */
  join: (observers?: readonly Observe[]) => void;
}

/** Wheels and keys come by the dozen. */
const inputPauseMs = 500;

/**
 * Observers on one page view, which begins with a `page_view` and ends with a `dwell` that says `left`. One that fails leaves the
 * others at work.
 */
export function watchPage(observers: readonly Observe[], given: Given): Watched {
  const life = openLife();
  const startMs = performance.now();
  let settlers: ReturnType<Observe>[] = [];
  const page: Watched = {
    ...life,
    ...openEngagement(life),
    ...given,
    startMs,
    inputMs: startMs,
    settle(why) {
      for (const settle of settlers) attempt(() => settle?.(why));
    },
    join(more = []) {
      settlers = [...more.map((observe) => attempt(() => observe(page))), ...settlers];
    },
  };
  life.listen(document, "pointerdown click keydown wheel touchmove", () => {
    page.inputMs = performance.now();
    return inputPauseMs;
  });
  page.join([observePageView, ...observers, observeDwell]);
  return page;
}
