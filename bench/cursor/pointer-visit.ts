import type { ExitIntent, Signal } from "../../contract/signals.ts";
import { openLife } from "../../sdk/guard.ts";
import { openScoring } from "../../sdk/scoring.ts";
import { observeExitIntent } from "../../sdk/signals/exit-intent.ts";
import type { Page, Why } from "../../sdk/signals/page.ts";

/** `x` and `y` on the screen, in px. */
export interface Recorded {
  ms: number;
  type: string;
  x: number;
  y: number;
}

/** On a screen of 1920×1080: the browser's own bars are above the page. */
export const viewport = { width: 1920, height: 980, topPx: 100 };

/** One page of each worth: what an exit is worth depends on where it happens. */
const pages = { ordinary: "/guide", key: "/p/lamp", money: "/pricing" };
type PageClass = keyof typeof pages;

export interface Firing {
  atMs: number;
  /** Where it was a moment by default weights and bands. */
  on: PageClass[];
}

/** What the score makes of one exit signal on an otherwise untouched page. */
function momentOn(url: string, exit: Omit<ExitIntent, "n" | "at" | "page">): boolean {
  const view: Signal = { n: 1, at: 0, page: "p", kind: "page_view", url: `https://shop.test${url}`, device: "desktop" };
  const { risen } = openScoring()([view, { n: 2, at: exit.quiet_ms, page: "p", ...exit }]);
  return risen.some(({ kind, band }) => kind === "exit" && band !== "none");
}

/**
 * Moves a pointer as recorded over a page on which the SDK's own observer runs, under a clock that follows the recording. After each
 * signal the page counts as a new one that has been as quiet as the old: no firing hides behind another.
 */
export function replay(recorded: readonly Recorded[]): Firing[] {
  const root = new EventTarget();
  const timers = new Map<number, { atMs: number; task: () => void }>();
  const firings: Firing[] = [];
  let nowMs = recorded[0]?.ms ?? 0;
  let inputMs = nowMs;
  let timerIds = 0;
  let isInside = false;
  let settle: ((why: Why) => void) | undefined;

  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, document: globalThis.document };
  Object.assign(performance, { now: () => nowMs });
  Object.assign(globalThis, {
    document: { documentElement: root },
    setTimeout(task: () => void, waitMs: number) {
      timers.set(++timerIds, { atMs: nowMs + waitMs, task });
      return timerIds;
    },
    clearTimeout: (id: number) => timers.delete(id),
  });

  const dispatch = (type: string, { x, y, type: how }: Recorded) =>
    root.dispatchEvent(
      Object.assign(new Event(type), { clientX: x, clientY: y - viewport.topPx, buttons: how.endsWith("drag") ? 1 : 0 }),
    );
  const passTo = (ms: number) => {
    for (;;) {
      const [due] = [...timers].filter(([, { atMs }]) => atMs <= ms).sort(([, a], [, b]) => a.atMs - b.atMs);
      if (!due) break;
      timers.delete(due[0]);
      nowMs = due[1].atMs;
      due[1].task();
    }
    nowMs = ms;
  };
  const begin = (): Page => {
    const life = openLife();
    const begun: Page = {
      ...life,
      onFrame: (task) => task(),
      device: "desktop",
      again: false,
      trail: [],
      options: {},
      startMs: inputMs,
      inputMs,
      engagedMs: () => 0,
      wake: () => undefined,
      settle: (why) => settle?.(why),
      emit(signal) {
        if (signal.kind !== "exit_intent") return;
        const classes = Object.keys(pages) as PageClass[];
        firings.push({ atMs: nowMs, on: classes.filter((name) => momentOn(pages[name], signal)) });
        settle?.("gone");
        begun.end();
        timers.clear();
        page = begin();
        dispatch("mouseleave", { ms: nowMs, type: "side edge", x: -1, y: viewport.height }); // it is out, as it was
      },
    };
    settle = observeExitIntent(begun) ?? undefined;
    return begun;
  };

  let page = begin();
  try {
    for (const event of recorded) {
      passTo(event.ms);
      if (event.type.startsWith("wheel")) {
        if (isInside) page.inputMs = inputMs = nowMs; // its position is not recorded
        continue;
      }
      const wasInside = isInside;
      isInside = event.y >= viewport.topPx;
      if (isInside && !wasInside) dispatch("mouseenter", event);
      if (isInside) dispatch("mousemove", event);
      else if (wasInside) dispatch("mouseleave", event);
      if (isInside && /^mouse(down|up)/.test(event.type)) page.inputMs = inputMs = nowMs;
    }
    passTo(nowMs + 1000);
    settle?.("gone");
    page.end();
  } finally {
    Reflect.deleteProperty(performance, "now"); // the prototype's shows again
    Object.assign(globalThis, real);
  }
  return firings;
}
