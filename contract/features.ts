import { type CartChanges, changeCart } from "./cart.ts";
import { entry } from "./entry.ts";
import type { Device, QueryClass, Signal, SignalKind } from "./signals.ts";

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

type Flag = true | undefined;

/** Most visits have nothing of what is optional here, and then it takes no room. */
export interface PageFeatures {
  view?: View;
  dwellMs: number;
  leftAtMs: number;
  depth: number;
  fits: boolean;
  clicks: number;
  exit?: { quietMs: number; quality: number };
  forms: Record<string, FormFeatures>;
  rapid?: { speed: number; depth: number; atMs: number };
  idleMs?: number;
  rage?: number;
  dead?: number;
  /** The visitor was soon back on it. */
  back?: Flag;
  slow?: Flag;
  /** A video was watched, most of it. */
  watched?: { demo?: Flag; again?: Flag };
  unplayedMs?: number;
  /** What the site marked and the visitor saw, with for how long. */
  seen?: Record<string, { ms: number }>;
  search?: { count: number; limit?: Flag; none?: Flag } & { [of in QueryClass]?: Flag };
  compared?: { products: number; back?: Flag };
  /** A product shown on it. */
  item?: string;
  cartView?: Flag;
  checkout?: Flag;
  ordered?: Flag;
  payments?: number;
  declined?: Flag;
}

/** Numbers folded from the signals of one session: plain JSON, the same whatever the order, cut or repetition-free delivery. */
export interface Features {
  /** Which visit of this visitor it is: 1 is the first. */
  number: number;
  views: number;
  firstAtMs?: number;
  /** When the latest page was shown. */
  viewedAtMs?: number;
  lastAtMs: number;
  pages: Record<string, PageFeatures>;
  cart?: CartChanges;
  /** By order, or by page where an order has no number. */
  orders?: Record<string, { atMs: number }>;
}

/** A page id sorts by the time of its view (`sdk/client.ts`), so keeping the greatest ids keeps the newest pages. */
export const maxPages = 32;
export const maxForms = 8;
const maxSeen = 8;
const maxOrders = 16;
const videoShare = 0.8;
const slowMs = { inp: 500, lcp: 4000 };

/** What only has to have happened on a page, and what is counted there. */
const flags = {
  quick_back: "back",
  view_cart: "cartView",
  begin_checkout: "checkout",
  purchase: "ordered",
  remove_from_cart: "declined",
  coupon_refused: "declined",
  offer_declined: "declined",
} as const satisfies { [kind in SignalKind]?: keyof PageFeatures };
const counts = { rage_click: "rage", dead_click: "dead", payment_failed: "payments" } as const satisfies {
  [kind in SignalKind]?: keyof PageFeatures;
};

export const emptyFeatures = (number: number): Features => ({ number, views: 0, lastAtMs: 0, pages: {} });

/** Folds one signal, seen for the first time, into `into`. Commutative: sums, maxima, and the later of two by (at, stream, n). */
export function fold(into: Features, signal: Signal, stream: string): void {
  const { at, n } = signal;
  const empty: PageFeatures = { dwellMs: 0, leftAtMs: 0, depth: 0, fits: false, clicks: 0, forms: {} };
  const page = entry(into.pages, signal.page, maxPages, empty);
  /** Of one length for all `n`, so that it sorts. */
  const orderOf = () => [String(at).padStart(16, "0"), stream, 1e9 + n].join();
  into.firstAtMs = Math.min(into.firstAtMs ?? at, at);
  into.lastAtMs = Math.max(into.lastAtMs, at);
  const flag = flags[signal.kind as keyof typeof flags];
  if (flag) page[flag] = true;
  const count = counts[signal.kind as keyof typeof counts];
  if (count) page[count] = (page[count] ?? 0) + 1;

  switch (signal.kind) {
    case "page_view": {
      into.views++;
      into.viewedAtMs = Math.max(into.viewedAtMs ?? 0, at);
      const { url, device, landing, again = false } = signal;
      const order = orderOf();
      if (order > (page.view?.order ?? "")) page.view = { order, url, device, ...(landing && { landing }), again };
      break;
    }
    case "scroll_depth":
      if (signal.fits) page.fits = true;
      else page.depth = Math.max(page.depth, signal.depth);
      break;
    case "rapid_scroll": {
      const { speed, depth, atMs } = page.rapid ?? { speed: 0, depth: 0, atMs: 0 };
      page.rapid = { speed: Math.max(speed, signal.speed), depth: Math.max(depth, signal.depth), atMs: Math.max(atMs, at) };
      break;
    }
    case "dwell":
      page.dwellMs = Math.max(page.dwellMs, signal.engaged_ms);
      if (signal.left) page.leftAtMs = Math.max(page.leftAtMs, at);
      break;
    case "idle":
      page.idleMs = Math.max(page.idleMs ?? 0, signal.idle_ms);
      break;
    case "exit_intent": {
      const { quiet_ms: quietMs, quality } = signal;
      const had = page.exit ?? { quietMs: -1, quality };
      if ((quietMs - had.quietMs || quality - had.quality) > 0) page.exit = { quietMs, quality };
      break;
    }
    case "click":
      page.clicks++;
      break;
    case "form_start":
    case "form_progress":
    case "form_submit":
    case "form_abandon": {
      const none = { fields: 0, filled: 0, engagedMs: 0, lead: false, submits: 0, failed: 0 };
      const form = entry(page.forms, signal.form, maxForms, none);
      if (signal.kind === "form_submit") form[signal.failed ? "failed" : "submits"]++;
      else form.fields = Math.max(form.fields, signal.fields);
      if (signal.kind !== "form_abandon") break;
      form.filled = Math.max(form.filled, signal.filled);
      form.engagedMs = Math.max(form.engagedMs, signal.engaged_ms);
      form.lead ||= signal.lead === true;
      break;
    }
    case "video_progress":
      if (signal.share < videoShare) break;
      page.watched ??= {};
      if (signal.demo) page.watched.demo = true;
      if (signal.again) page.watched.again = true;
      break;
    case "video_unplayed":
      page.unplayedMs = Math.max(page.unplayedMs ?? 0, signal.in_view_ms);
      break;
    case "element_seen": {
      page.seen ??= {};
      const seen = entry(page.seen, signal.name, maxSeen, { ms: 0 });
      seen.ms = Math.max(seen.ms, signal.seen_ms);
      break;
    }
    case "search":
      page.search ??= { count: 0 };
      page.search.count++;
      page.search[signal.query_class] = true;
      if (signal.price_limit) page.search.limit = true;
      if (signal.results === 0) page.search.none = true;
      break;
    case "comparison":
      page.compared ??= { products: 0 };
      page.compared.products = Math.max(page.compared.products, signal.products);
      if (signal.back_and_forth) page.compared.back = true;
      break;
    case "view_item":
      for (const { id } of signal.items ?? []) if (id > (page.item ?? "")) page.item = id;
      break;
    case "add_to_cart":
    case "remove_from_cart":
    case "view_cart":
    case "begin_checkout":
    case "purchase": {
      if (signal.kind === "purchase") {
        into.orders ??= {};
        const told = entry(into.orders, signal.order ?? signal.page, maxOrders, { atMs: at });
        told.atMs = Math.min(told.atMs, at);
      }
      into.cart ??= {};
      changeCart(into.cart, orderOf(), signal);
      break;
    }
    case "web_vitals":
      if ((signal.inp_ms ?? 0) > slowMs.inp || (signal.lcp_ms ?? 0) > slowMs.lcp) page.slow = true;
      break;
    default: // tells nothing that a score looks at
  }
}
