import { observeClick } from "./click.ts";
import { observeDwell } from "./dwell.ts";
import { observeExitIntent } from "./exit-intent.ts";
import { observeFormAbandon } from "./form-abandon.ts";
import { observeFormStart } from "./form-start.ts";
import { observeFormSubmit } from "./form-submit.ts";
import type { Observe } from "./page.ts";
import { observePageView } from "./page-view.ts";
import { observeScrollDepth } from "./scroll-depth.ts";

/** `page_view` first; `dwell` last, so that a leaving page has nothing after its `left`. */
export const observers: Observe[] = [
  observePageView,
  observeScrollDepth,
  observeExitIntent,
  observeClick,
  observeFormStart,
  observeFormSubmit,
  observeFormAbandon,
  observeDwell,
];
