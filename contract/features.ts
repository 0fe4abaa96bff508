import type { Device, Signal } from "./signals.ts";

export interface FormFeatures {
  fields: number;
  filled: number;
  engagedMs: number;
  lead: boolean;
  submits: number;
  failed: number;
}

interface View {
  /** `at`, stream and `n`: of two views of one page the greater wins, in any order of arrival. */
  order: string;
  url: string;
  device: Device;
  landing?: "paid" | "email" | undefined;
  again: boolean;
}

export interface PageFeatures {
  view?: View;
  dwellMs: number;
  leftAtMs: number;
  depth: number;
  fits: boolean;
  clicks: number;
  exit?: { quietMs: number; quality: number };
  forms: Record<string, FormFeatures>;
}

/** Numbers folded from the signals of one session: plain JSON, the same whatever the order, cut or repetition-free delivery. */
export interface Features {
  /** Which visit of this visitor it is: 1 is the first. */
  number: number;
  views: number;
  lastAtMs: number;
  pages: Record<string, PageFeatures>;
}

/** A page id sorts by the time of its view (`sdk/client.ts`), so keeping the greatest ids keeps the newest pages. */
export const maxPages = 32;
export const maxForms = 8;

export const emptyFeatures = (number: number): Features => ({ number, views: 0, lastAtMs: 0, pages: {} });

/**
 * The entry of `all` under `key`, `made` when absent, keeping only the `max` greatest keys. A key among the greatest of all that
 * ever come is among the greatest at every earlier point too, so what is kept does not depend on the order of arrival.
 */
function entry<T>(all: Record<string, T>, key: string, max: number, made: T): T {
  if (Object.hasOwn(all, key)) return all[key] as T;
  if (key === "__proto__") return made; // an assignment to it would give `all` another prototype and keep nothing
  all[key] = made;
  const [least = "", ...others] = Object.keys(all).sort();
  if (others.length >= max) delete all[least];
  return made; // if `key` itself was the least, what is folded into it is forgotten
}

/** Folds one signal, seen for the first time, into `into`. Commutative: sums, maxima, and the later of two by (at, stream, n). */
export function fold(into: Features, signal: Signal, stream: string): void {
  const { kind, at, n } = signal;
  const empty: PageFeatures = { dwellMs: 0, leftAtMs: 0, depth: 0, fits: false, clicks: 0, forms: {} };
  const page = entry(into.pages, signal.page, maxPages, empty);
  into.lastAtMs = Math.max(into.lastAtMs, at);
  if (kind === "page_view") {
    into.views++;
    const { url, device, landing, again = false } = signal;
    const order = [at, stream, n].join();
    if (order > (page.view?.order ?? "")) page.view = { order, url, device, ...(landing && { landing }), again };
  } else if (kind === "scroll_depth") {
    if (signal.fits) page.fits = true;
    else page.depth = Math.max(page.depth, signal.depth);
  } else if (kind === "dwell") {
    page.dwellMs = Math.max(page.dwellMs, signal.engaged_ms);
    if (signal.left) page.leftAtMs = Math.max(page.leftAtMs, at);
  } else if (kind === "exit_intent") {
    const { quiet_ms: quietMs, quality } = signal;
    const had = page.exit ?? { quietMs: -1, quality };
    if ((quietMs - had.quietMs || quality - had.quality) > 0) page.exit = { quietMs, quality };
  } else if (kind === "click") {
    page.clicks++;
  } else {
    const none = { fields: 0, filled: 0, engagedMs: 0, lead: false, submits: 0, failed: 0 };
    const form = entry(page.forms, signal.form, maxForms, none);
    if (kind === "form_submit") {
      form[signal.failed ? "failed" : "submits"]++;
    } else {
      form.fields = Math.max(form.fields, signal.fields);
      if (kind === "form_start") return;
      form.filled = Math.max(form.filled, signal.filled);
      form.engagedMs = Math.max(form.engagedMs, signal.engaged_ms);
      form.lead ||= signal.lead === true;
    }
  }
}
