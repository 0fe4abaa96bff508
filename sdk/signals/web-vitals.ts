import { quietly } from "../guard.ts";
import type { LoadVitals, Vitals } from "../vitals.ts";
import type { Observe } from "./page.ts";

/** Loads them with the first page it is given; says what is known when a page is hidden or left, if that is news. */
export function webVitals(load: () => ReturnType<LoadVitals>): Observe {
  let known: Vitals = {};
  let said = JSON.stringify(known);
  let isLoading = false;
  return ({ emit }) => {
    if (!isLoading)
      quietly(
        load().then(({ observeVitals }) =>
          observeVitals((vitals) => {
            known = { ...known, ...vitals };
          }),
        ),
      );
    isLoading = true;
    return (why) => {
      const now = JSON.stringify(known);
      if (why === "crossing" || said === now) return;
      said = now;
      emit({ kind: "web_vitals", ...known });
    };
  };
}
