import { afterEach, beforeEach, vi } from "vitest";
import type { Observed } from "../../contract/signals.ts";
import { openEngagement } from "../engagement.ts";
import { openLife } from "../guard.ts";
import type { Observe, Page, Why } from "./page.ts";

/** One page view after another, each watched by a single observer, with a clock that the test moves. */
export function openTestPage() {
  const said: Observed[] = [];
  let isHidden = false;
  let page: Page | undefined;
  let settler: ReturnType<Observe>;

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "Date", "performance", "requestAnimationFrame", "cancelAnimationFrame"],
      now: Date.UTC(2026, 10, 22, 12),
    });
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
    isHidden = false;
  });
  afterEach(() => {
    end();
    said.length = 0;
    history.replaceState({}, "", "/");
    document.body.innerHTML = "";
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const settle = (why: Why) => settler?.(why);
  const end = () => {
    if (!page) return;
    settle("gone");
    page.end();
    page = undefined;
  };
  const show = (state: boolean) => {
    isHidden = !state;
    document.dispatchEvent(new Event("visibilitychange"));
  };

  return {
    said,
    settle,
    end,
    hide: () => show(false),
    show: () => show(true),
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    touch() {
      if (page) page.inputMs = performance.now();
    },
    /** Ends the view before it. `beganMsAgo`: the observer comes when the page has been there for a while. */
    watch(observe: Observe, { beganMsAgo = 0, ...given }: Partial<Page> & { beganMsAgo?: number } = {}): Page {
      end();
      const life = openLife();
      const startMs = performance.now() - beganMsAgo;
      page = {
        ...life,
        ...openEngagement(life),
        device: "desktop",
        again: false,
        trail: [],
        options: {},
        startMs,
        inputMs: startMs,
        emit: (observed) => void said.push(observed),
        settle,
        ...given,
      };
      page.wake(600_000, () => {});
      settler = observe(page);
      return page;
    },
  };
}
