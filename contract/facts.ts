import type { Features, FormFeatures, PageFeatures } from "./features.ts";
import { isMoney, type PageOf } from "./pages.ts";
import type { Device } from "./signals.ts";

/** What the gates and the evidence of a moment look at: one page view within its session. */
export interface Facts {
  device: Device;
  /** The page's type by the site's rules. */
  type: string;
  key: boolean;
  money: boolean;
  again: boolean;
  landing?: "paid" | "email" | undefined;
  views: number;
  /** Which visit it is: 1 is the first. */
  number: number;
  /** Things in it; no signal tells of a cart yet. */
  cart?: number;
  dwellMs: number;
  /** Ms since the page was left with nothing after it; 0 while the visitor is there. */
  goneMs: number;
  depth: number;
  fits: boolean;
  clicks: number;
  exit?: { quality: number; quietMs: number } | undefined;
  form?: Omit<FormFeatures, "submits"> | undefined;
}

/** The abandoned form, not sent since, in which the visitor had come furthest: only leaving a form says how much was filled. */
function abandonedForm({ forms }: PageFeatures): FormFeatures | undefined {
  let most: FormFeatures | undefined;
  for (const name of Object.keys(forms).sort()) {
    const form = forms[name] as FormFeatures;
    if (!form.submits && form.filled > (most?.filled ?? 0)) most = form;
  }
  return most;
}

/** `nowAtMs` is the `at` of the latest signal, or the instant an alarm of the edge stands for: contract/ never reads a clock. */
export function factsOf(features: Features, id: string, pageOf: PageOf, nowAtMs: number): Facts | undefined {
  const page = features.pages[id];
  if (!page?.view) return undefined;
  const { type = "other", key = false } = pageOf(page.view.url) ?? {};
  return {
    ...features,
    ...page,
    ...page.view,
    type,
    key,
    money: isMoney(type),
    goneMs: features.lastAtMs > page.leftAtMs ? 0 : nowAtMs - page.leftAtMs,
    form: abandonedForm(page),
  };
}
