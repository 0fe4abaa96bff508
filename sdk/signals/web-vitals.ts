import { quietly } from "../guard.ts";
import type { LoadVitals, Vitals } from "../vitals.ts";
import type { Observe } from "./page.ts";

/**
 * Loads them once a visitor stays, which is early enough to find what happened before; says what is known when a page is hidden or
 * left, if that is news. A leaving often comes as both, and the browser measures on between them: what that adds can wait.
 */
export function webVitals(load: () => ReturnType<LoadVitals>): Observe {
  let known: Vitals = {};
  let said = JSON.stringify(known);
  let isLoading = false;
  let isSaid = false;
  const begin = () => {
    if (isLoading) return;
    isLoading = true;
    quietly(
      load().then(({ observeVitals }) =>
        observeVitals((vitals) => {
          known = { ...known, ...vitals };
        }),
      ),
    );
  };
  return ({ emit, listen }) => {
    isSaid = false;
    listen(document, "visibilitychange", () => {
      isSaid &&= document.hidden;
    });
    return (why) => {
      if (why === "crossing") return begin();
      const now = JSON.stringify(known);
      if (isSaid || said === now) return;
      isSaid = true;
      said = now;
      emit({ kind: "web_vitals", ...known });
    };
  };
}
