import type { Device, Signal } from "./signals.ts";

/** Where a signal stands among all of a session's: the later of two wins, on either side and in any order of arrival. */
type Order = [at: number, stream: string, n: number];

interface FormFeatures {
  fields: number;
  filled: number;
  engagedMs: number;
  lead: boolean;
  submits: number;
  failed: number;
  abandoned: boolean;
}

export interface PageFeatures {
  view?: { order: Order; url: string; device: Device; landing?: "paid" | "email"; again: boolean };
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

export const emptyFeatures = (sessionNumber: number): Features => ({ number: sessionNumber, views: 0, lastAtMs: 0, pages: {} });

const emptyPage = (): PageFeatures => ({ dwellMs: 0, leftAtMs: 0, depth: 0, fits: false, clicks: 0, forms: {} });

const emptyForm = (): FormFeatures => ({
  fields: 0,
  filled: 0,
  engagedMs: 0,
  lead: false,
  submits: 0,
  failed: 0,
  abandoned: false,
});

const isAfter = (a: Order, b: Order): boolean => (a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2]);

/**
 * The entry of `all` under `key`, made when absent, keeping only the `max` greatest keys. A key among the greatest of all that
 * ever come is among the greatest at every earlier point too, so what is kept does not depend on the order of arrival.
 */
function entry<T>(all: Record<string, T>, key: string, max: number, make: () => T): T | undefined {
  const had = Object.hasOwn(all, key) ? all[key] : undefined;
  if (had !== undefined) return had;
  const keys = Object.keys(all);
  if (keys.length >= max) {
    const least = keys.reduce((a, b) => (b < a ? b : a));
    if (key < least) return undefined;
    delete all[least];
  }
  const made = make();
  all[key] = made;
  return made;
}

/** Folds one signal, seen for the first time, into `into`. Commutative: sums, maxima, and the later of two by (at, stream, n). */
export function fold(into: Features, signal: Signal, stream: string): void {
  into.lastAtMs = Math.max(into.lastAtMs, signal.at);
  if (signal.kind === "page_view") into.views += 1;
  const page = entry(into.pages, signal.page, maxPages, emptyPage);
  if (page) foldPage(page, signal, stream);
}

function foldPage(page: PageFeatures, signal: Signal, stream: string): void {
  switch (signal.kind) {
    case "page_view": {
      const order: Order = [signal.at, stream, signal.n];
      if (page.view && !isAfter(order, page.view.order)) return;
      const landing = signal.landing === undefined ? {} : { landing: signal.landing };
      page.view = { order, url: signal.url, device: signal.device, ...landing, again: signal.again === true };
      return;
    }
    case "scroll_depth":
      if (signal.fits) page.fits = true;
      else page.depth = Math.max(page.depth, signal.depth);
      return;
    case "dwell":
      page.dwellMs = Math.max(page.dwellMs, signal.engaged_ms);
      if (signal.left) page.leftAtMs = Math.max(page.leftAtMs, signal.at);
      return;
    case "exit_intent": {
      const { quiet_ms: quietMs, quality } = signal;
      const { exit } = page;
      if (!exit || quietMs > exit.quietMs || (quietMs === exit.quietMs && quality > exit.quality))
        page.exit = { quietMs, quality };
      return;
    }
    case "click":
      page.clicks += 1;
      return;
    case "form_start":
    case "form_submit":
    case "form_abandon": {
      const form = entry(page.forms, signal.form, maxForms, emptyForm);
      if (form) foldForm(form, signal);
    }
  }
}

function foldForm(form: FormFeatures, signal: Extract<Signal, { form: string }>): void {
  if (signal.kind === "form_submit") {
    if (signal.failed) form.failed += 1;
    else form.submits += 1;
    return;
  }
  form.fields = Math.max(form.fields, signal.fields);
  if (signal.kind === "form_start") return;
  form.abandoned = true;
  form.filled = Math.max(form.filled, signal.filled);
  form.engagedMs = Math.max(form.engagedMs, signal.engaged_ms);
  form.lead ||= signal.lead === true;
}
