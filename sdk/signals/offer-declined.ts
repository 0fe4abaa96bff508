import { isIgnored } from "./ignore.ts";
import type { Page } from "./page.ts";

export function observeOfferDeclined({ listen, emit }: Page): void {
  listen(document, "click", ({ target }) => {
    const element = (target as Element).closest("[data-cusp-decline]");
    if (element && !isIgnored(element)) emit({ kind: "offer_declined" });
  });
}
