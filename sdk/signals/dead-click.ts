import { openLife } from "../guard.ts";
import { listenToClicks } from "./click.ts";
import { clickable, isRepeatable } from "./clickable.ts";
import type { Page, Why } from "./page.ts";

/** As PostHog waits: most slow answers have come by then. Waiting costs nothing more, for the first change ends it. */
const deadAfterMs = 2500;

/** Signs that something came of a click. */
const inDocument =
  "scroll focusin input change submit invalid toggle play pause copy visibilitychange pointerlockchange fullscreenchange";
const inWindow = "blur hashchange popstate pagehide beforeprint";

/**
 * A click on what looks clickable after which nothing happened. One at a time is watched, and what cannot be told apart from an
 * answer is taken for one: another click's change, a ticker.
 */
export function observeDeadClick(page: Page): ((why: Why) => void) | undefined {
  const { options, emit, later, onFrame } = page;
  if (!options.deadClicks) return undefined;
  let alive: (() => void) | undefined;

  listenToClicks(page, (target, element, event) => {
    if (alive || !event.detail || isRepeatable(element)) return;
    const watching = openLife();
    const end = () => {
      changes.disconnect();
      watching.end();
      clearTimeout(timer);
      if (alive === end) alive = undefined;
    };
    const changes = new MutationObserver(end);
    const timer = later(deadAfterMs, () => {
      end();
      if (getSelection()?.type !== "Range") emit({ kind: "dead_click", target });
    });
    alive = end;
    changes.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
    watching.listen(document, inDocument, end);
    watching.listen(window, inWindow, end);
    onFrame(() => {
      // Nobody stopped the browser from following a link: it is at work, downloads, or opens another program.
      const isFollowed = !event.defaultPrevented && element.closest("a[href]:not([href^='#']),area");
      const looksClickable = element.closest(clickable) || getComputedStyle(element).cursor === "pointer";
      if (isFollowed || !looksClickable) end();
    });
  });
  return (why) => {
    if (why !== "crossing") alive?.();
  };
}
