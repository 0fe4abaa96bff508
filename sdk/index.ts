import type { Options as Common, Cusp } from "./cusp.ts";
import { lateSignals, promptSignals } from "./signals/observers.ts";
import type { Observe } from "./signals/page.ts";
import { webVitals as observeWebVitals } from "./signals/web-vitals.ts";
import { startWith } from "./start.ts";
import { showWith, type Touchpoints } from "./touchpoints.ts";

export type { Moment } from "../contract/moment-life.ts";
export type { Signal, SignalKind } from "../contract/signals.ts";
export type { OnsiteContent, OnsiteMessage, Settings } from "../contract/wire.ts";
export type { ConsentState } from "./consent.ts";
export type { Cusp, Events } from "./cusp.ts";
export type { Flush } from "./delivery.ts";
export { observeClick as click } from "./signals/click.ts";
export { observeComparison as comparison } from "./signals/comparison.ts";
export { observeDataLayer as dataLayer } from "./signals/data-layer.ts";
export { observeDeadClick as deadClick } from "./signals/dead-click.ts";
export { observeElementSeen as elementSeen } from "./signals/element-seen.ts";
export { observeExitIntent as exitIntent } from "./signals/exit-intent.ts";
export { observeFormAbandon as formAbandon } from "./signals/form-abandon.ts";
export { observeFormProgress as formProgress } from "./signals/form-progress.ts";
export { observeFormStart as formStart } from "./signals/form-start.ts";
export { observeFormSubmit as formSubmit } from "./signals/form-submit.ts";
export { observeIdle as idle } from "./signals/idle.ts";
export { observeOfferDeclined as offerDeclined } from "./signals/offer-declined.ts";
export type { Observe } from "./signals/page.ts";
export { observeQuickBack as quickBack } from "./signals/quick-back.ts";
export { observeRageClick as rageClick } from "./signals/rage-click.ts";
export { observeRapidScroll as rapidScroll } from "./signals/rapid-scroll.ts";
export { observeScrollDepth as scrollDepth } from "./signals/scroll-depth.ts";
export { observeSearch as search } from "./signals/search.ts";
export { observeVideoProgress as videoProgress } from "./signals/video-progress.ts";
export { observeVideoUnplayed as videoUnplayed } from "./signals/video-unplayed.ts";
export type { Touchpoints } from "./touchpoints.ts";

export const webVitals: Observe = /*#__PURE__*/ observeWebVitals(() => import("./vitals.ts"));
export const allSignals: readonly Observe[] = /*#__PURE__*/ promptSignals.concat(lateSignals, webVitals);

/** Draws the messages that come for the page, as the script tag does. What draws is loaded with the first of them. */
export const showMessages = (cusp: Cusp, own?: Touchpoints): (() => void) =>
  showWith(cusp, () => import("./touchpoints/touchpoint.ts"), own);

export interface Options extends Common {
  /** What to watch for besides page views and dwell, for example `[exitIntent, scrollDepth]`. @default [] */
  signals?: readonly Observe[];
}

/** Starts watching this page. There is one Cusp per page: a second call returns the first. */
export const start = ({ signals, ...options } = {} as Options): Cusp =>
  startWith({ signals: signals ?? [], loadLate: () => import("./late.ts") }, options);
