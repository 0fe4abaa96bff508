import { observeClick } from "./click.ts";
import { observeComparison } from "./comparison.ts";
import { observeDataLayer } from "./data-layer.ts";
import { observeDeadClick } from "./dead-click.ts";
import { observeElementSeen } from "./element-seen.ts";
import { observeExitIntent } from "./exit-intent.ts";
import { observeFormAbandon } from "./form-abandon.ts";
import { observeFormProgress } from "./form-progress.ts";
import { observeFormStart } from "./form-start.ts";
import { observeFormSubmit } from "./form-submit.ts";
import { observeIdle } from "./idle.ts";
import { observeOfferDeclined } from "./offer-declined.ts";
import type { Observe } from "./page.ts";
import { observeQuickBack } from "./quick-back.ts";
import { observeRageClick } from "./rage-click.ts";
import { observeRapidScroll } from "./rapid-scroll.ts";
import { observeScrollDepth } from "./scroll-depth.ts";
import { observeSearch } from "./search.ts";
import { observeVideoProgress } from "./video-progress.ts";
import { observeVideoUnplayed } from "./video-unplayed.ts";

/** What happens in the first second too, and before consent. */
export const promptSignals: readonly Observe[] = [
  observeScrollDepth,
  observeClick,
  observeFormStart,
  observeFormProgress,
  observeFormSubmit,
  observeFormAbandon,
];

/** These find what happened before they came, or take longer than that to happen, or ask for an answer that needs consent */
export const lateSignals: readonly Observe[] = [
  observeExitIntent,
  observeRapidScroll,
  observeRageClick,
  observeDeadClick,
  observeQuickBack,
  observeComparison,
  observeIdle,
  observeSearch,
  observeDataLayer,
  observeOfferDeclined,
  observeElementSeen,
  observeVideoProgress,
  observeVideoUnplayed,
];
