import type { Features, PageFeatures } from "./features.ts";
import { isMoney, type PageRule, pageRule } from "./pages.ts";
import type { Device } from "./signals.ts";

/** What the gates and the evidence of a moment look at: one page view within its session. */
export interface Facts {
  device: Device;
  page: { type: string; key: boolean; money: boolean; again: boolean };
  session: { views: number; returning: boolean; landing?: "paid" | "email" };
  cart: { count: number };
  dwellMs: number;
  /** Ms since the page was left with nothing after it; 0 while the visitor is there. */
  goneMs: number;
  depth: number;
  scrolled: boolean;
  fits: boolean;
  clicks: number;
  exit?: { quality: number; quietMs: number };
  form?: { fields: number; filled: number; engagedMs: number; lead: boolean; failed: number };
}

/** The abandoned form, not sent since, in which the visitor had come furthest. */
function abandonedForm(page: PageFeatures): Facts["form"] {
  let most: Facts["form"];
  for (const name of Object.keys(page.forms).sort()) {
    const form = page.forms[name];
    if (!form?.abandoned || form.submits > 0) continue;
    if (!most || form.filled > most.filled) most = form;
  }
  return most;
}

/** `nowAtMs` is the `at` of the latest signal, or the instant an alarm of the edge stands for: contract/ never reads a clock. */
export function factsOf(features: Features, pageId: string, pages: readonly PageRule[], nowAtMs: number): Facts | undefined {
  const page = features.pages[pageId];
  if (!page?.view) return undefined;
  const rule = pageRule(page.view.url, pages);
  const type = rule?.type ?? "other";
  const { exit } = page;
  const form = abandonedForm(page);
  const { landing } = page.view;
  return {
    device: page.view.device,
    page: { type, key: rule?.key === true, money: isMoney(type), again: page.view.again },
    session: { views: features.views, returning: features.number > 1, ...(landing ? { landing } : {}) },
    cart: { count: 0 },
    dwellMs: page.dwellMs,
    goneMs: page.leftAtMs ? Math.max(0, nowAtMs - page.leftAtMs) : 0,
    depth: page.depth,
    scrolled: page.depth > 0,
    fits: page.fits,
    clicks: page.clicks,
    ...(exit ? { exit } : {}),
    ...(form ? { form } : {}),
  };
}
