/** What one signal may say. `n` counts 1, 2, 3… within a stream; `at` is client epoch ms; `page` names one page view. */
interface Base {
  n: number;
  at: number;
  page: string;
}

export type Device = "phone" | "tablet" | "desktop";

/** A page was shown. `landing`: how the visit began, told before click ids are stripped. `again`: seen in the last 7 days. */
export interface PageView extends Base {
  kind: "page_view";
  url: string;
  device: Device;
  landing?: "paid" | "email";
  again?: true;
}

/** The visitor moved the page to `depth` (0–1 of the document's height), or, with `fits`, the page fits one screen. */
export interface ScrollDepth extends Base {
  kind: "scroll_depth";
  depth: number;
  fits?: true;
}

/** Engaged (visible and focused) time on this page so far. `left`: the visitor has gone from it. */
export interface Dwell extends Base {
  kind: "dwell";
  engaged_ms: number;
  left?: true;
}

/** The pointer left over the top edge. `quality` 0–1, `speed` in px/ms, `quiet_ms` since the last click, scroll or key. */
export interface ExitIntent extends Base {
  kind: "exit_intent";
  quality: number;
  speed: number;
  quiet_ms: number;
}

/** A click, by the name of what was clicked; never its text. */
export interface Click extends Base {
  kind: "click";
  target: string;
}

/** First focus in a form. `fields`: how many could be filled. */
export interface FormStart extends Base {
  kind: "form_start";
  form: string;
  fields: number;
}

/** A form was sent, or, with `failed`, the browser or the site refused it. */
export interface FormSubmit extends Base {
  kind: "form_submit";
  form: string;
  failed?: true;
}

/** The page was left with a form begun and not sent. `lead`: it asks how to reach the visitor. */
export interface FormAbandon extends Base {
  kind: "form_abandon";
  form: string;
  fields: number;
  filled: number;
  engaged_ms: number;
  last_field?: string;
  lead?: true;
}

export type Signal = PageView | ScrollDepth | Dwell | ExitIntent | Click | FormStart | FormSubmit | FormAbandon;
export type SignalKind = Signal["kind"];

/** A signal before it has its place in a stream: what a detector emits. */
export type Observed = Signal extends infer S ? (S extends Signal ? Omit<S, "n" | "at" | "page"> : never) : never;
