import { redactWord } from "../../contract/redact.ts";
import { watchInView } from "./in-view.ts";
import type { Observe } from "./page.ts";

const attribute = "data-cusp-seen";

export const observeElementSeen: Observe = (page) =>
  watchInView(page, {
    selector: `[${attribute}]`,
    nameOf: (element) => redactWord(element.getAttribute(attribute) as string, "element"),
    stepsMs: [3000, 10_000, 15_000],
    restMs: 1000,
    reached: (name, seen_ms) => page.emit({ kind: "element_seen", name, seen_ms }),
  });
