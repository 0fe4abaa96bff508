import { listenToClicks } from "./click.ts";
import { clickable, isRepeatable } from "./clickable.ts";
import type { Page, Why } from "./page.ts";

const leastClicks = 3;
const withinPx = 30;
const withinMs = 1000;
/** A click on a label comes back at once from its field. */
const echoMs = 20;

/** A triple click marks a paragraph. */
const marksText = (element: Element) => {
  const selection = getSelection();
  return selection?.type === "Range" && !element.matches(clickable) && element.contains(selection.anchorNode);
};

/**
 * Said once a burst of clicks has ended. A button that changed something beside itself at every click turns pages or counts: that is
 * watched from the second click of a burst on, and only till its end.
 */
export function observeRageClick(page: Page): (why: Why) => void {
  const { emit, later } = page;
  let spot = { x: 0, y: 0, name: "" };
  let lastMs = 0;
  let clicks = 0;
  let answered = 0;
  let isAnswered = false;
  let isMarking = false;
  let answers: MutationObserver | undefined;
  let timer: number | undefined;

  const judge = () => {
    if (isAnswered) answered++;
    isAnswered = false;
  };
  const end = () => {
    clearTimeout(timer);
    answers?.disconnect();
    answers = undefined;
    judge();
    const isRage = clicks >= leastClicks && answered < clicks - 1 && !isMarking;
    const burst = { target: spot.name, clicks };
    clicks = answered = 0;
    isMarking = false;
    if (isRage) emit({ kind: "rage_click", ...burst });
  };
  const watch = (element: Element) => {
    answers = new MutationObserver((changes) => {
      isAnswered ||= changes.some(({ target }) => !element.contains(target));
    });
    const beside = element.parentElement?.parentElement ?? element;
    answers.observe(beside, { attributes: true, characterData: true, childList: true, subtree: true });
  };

  listenToClicks(page, (name, element, { clientX: x, clientY: y, detail }) => {
    if (!detail || isRepeatable(element)) return; // a key, a script, or as it should be
    const ms = performance.now();
    if (clicks && ms - lastMs < echoMs) return;
    const isSpot = name === spot.name && Math.abs(x - spot.x) + Math.abs(y - spot.y) < withinPx;
    if (!isSpot || ms - lastMs >= withinMs) end();
    if (!clicks) spot = { x, y, name };
    else if (!answers) watch(element);
    judge();
    clicks++;
    lastMs = ms;
    if (clicks < 2) return; // most are: the next one will look back
    isMarking ||= marksText(element);
    clearTimeout(timer);
    timer = later(withinMs, end);
  });
  return (why) => {
    if (why !== "crossing") end();
  };
}
