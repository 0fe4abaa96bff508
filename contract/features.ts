import type { Device, Signal } from "./signals.ts";

export interface FormFeatures {
  fields: number;
  filled: number;
  engagedMs: number;
  lead: boolean;
  submits: number;
  failed: number;
}

/** `at`, `stream` and `n` say where the view stands among all of a session's: the latest wins, in any order of arrival. */
interface View {
  at: number;
  stream: string;
  n: number;
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

/** Whether `a` comes after `b`, compared by the first of `keys` in which they differ; nothing comes before anything. */
export function beats<T extends object>(a: T, b: T | undefined, keys: (keyof T)[]): boolean {
  const key = b && keys.find((each) => a[each] !== b[each]);
  return !b || (!!key && a[key] > b[key]);
}

/**
 * The entry of `all` under `key`, `made` when absent, keeping only the `max` greatest keys. A key among the greatest of all that
 * ever come is among the greatest at every earlier point too, so what is kept does not depend on the order of arrival.
 */
function entry<T>(all: Record<string, T>, key: string, max: number, made: T): T {
  if (Object.hasOwn(all, key)) return all[key] as T;
  all[key] = made;
  const [least = "", ...others] = Object.keys(all).sort();
  if (others.length >= max) delete all[least];
  return made; // if `key` itself was the least, what is folded into it is forgotten
}

const raise = <K extends string>(into: Record<K, number>, key: K, value: number): void => {
  into[key] = Math.max(into[key], value);
};

/** Folds one signal, seen for the first time, into `into`. Commutative: sums, maxima, and the later of two by (at, stream, n). */
export function fold(into: Features, signal: Signal, stream: string): void {
  const { kind, at, n } = signal;
  const empty: PageFeatures = { dwellMs: 0, leftAtMs: 0, depth: 0, fits: false, clicks: 0, forms: {} };
  const page = entry(into.pages, signal.page, maxPages, empty);
  raise(into, "lastAtMs", at);
  if (kind === "page_view") {
    into.views++;
    const { url, device, landing, again = false } = signal;
    const view: View = { at, stream, n, url, device, ...(landing && { landing }), again };
    if (beats(view, page.view, ["at", "stream", "n"])) page.view = view;
  } else if (kind === "scroll_depth") {
    if (signal.fits) page.fits = true;
    else raise(page, "depth", signal.depth);
  } else if (kind === "dwell") {
    raise(page, "dwellMs", signal.engaged_ms);
    if (signal.left) raise(page, "leftAtMs", at);
  } else if (kind === "exit_intent") {
    const exit = { quietMs: signal.quiet_ms, quality: signal.quality };
    if (beats(exit, page.exit, ["quietMs", "quality"])) page.exit = exit;
  } else if (kind === "click") {
    page.clicks++;
  } else {
    const none = { fields: 0, filled: 0, engagedMs: 0, lead: false, submits: 0, failed: 0 };
    const form = entry(page.forms, signal.form, maxForms, none);
    if (kind === "form_submit") {
      form[signal.failed ? "failed" : "submits"]++;
    } else {
      raise(form, "fields", signal.fields);
      if (kind === "form_start") return;
      raise(form, "filled", signal.filled);
      raise(form, "engagedMs", signal.engaged_ms);
      form.lead ||= signal.lead === true;
    }
  }
}
