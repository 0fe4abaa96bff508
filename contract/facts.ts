import { cartOf } from "./cart.ts";
import type { Features, FormFeatures, PageFeatures } from "./features.ts";
import { isMoney, isPolicy, noPage, type PageOf } from "./pages.ts";
import type { Device, Item } from "./signals.ts";
import { isCheckout, type Trail, trailOf } from "./trail.ts";

/** What the gates and the evidence of a moment look at: one page view within its session. */
export interface Facts extends Trail {
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
  dwellMs: number;
  /** Ms since the page was left with nothing after it; 0 while the visitor is there. */
  goneMs: number;
  depth: number;
  fits: boolean;
  clicks: number;
  exit?: { quality: number; quietMs: number } | undefined;
  form?: Omit<FormFeatures, "submits"> | undefined;

  /** The session, from its first signal to its last. */
  sessionMs: number;
  /** Pieces in it. */
  cart: number;
  cartValue: number;
  currency: string;
  cartItems: readonly Item[];
  /** The cart's value in average orders; 0 while either is unknown. */
  worth: number;
  /** Pages on which the cart was looked at. */
  cartViews: number;
  orders: number;

  /** This page shows products or compares them. */
  choosing: boolean;
  /** This page belongs to a checkout. */
  checkout: boolean;
  /** Nothing happened on it for so long, the visitor there or gone. */
  stallMs: number;
  /** Payments refused on this page. */
  payments: number;
  /** Submits and payments that failed on this page. */
  failed: number;
  rage: number;
  dead: number;
  back?: boolean | undefined;
  slow?: boolean | undefined;
  rapid?: { speed: number; depth: number; leftMs: number } | undefined;
  watched?: { demo?: boolean | undefined; again?: boolean | undefined } | undefined;
  unplayedMs: number;
  /** Longest look at returns, shipping, warranty or other policies. */
  policyMs: number;
  /** Something that the site marked was seen. */
  marked: boolean;
  search?: PageFeatures["search"];
  ordered?: boolean | undefined;
  declined?: boolean | undefined;
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

/** What is told while a page is left comes within this time, and is no sign of coming back. */
const leavingMs = 100;

/**
 * @param nowAtMs the `at` of the latest signal, or the instant an alarm of the edge stands for: contract/ never reads a clock
 * @param averageOrder of the site, in the currency of its carts
 */
export function factsOf(
  features: Features,
  id: string,
  pageOf: PageOf,
  nowAtMs: number,
  averageOrder?: number,
): Facts | undefined {
  const page = features.pages[id];
  if (!page?.view) return undefined;
  const { lastAtMs, firstAtMs = lastAtMs, viewedAtMs = 0 } = features;
  const { leftAtMs, idleMs = 0, rapid, forms, payments = 0, rage = 0, dead = 0, unplayedMs = 0, seen = {} } = page;
  const { type, key } = pageOf(page.view.url) ?? noPage;
  const { count: cart, value: cartValue, currency, items: cartItems } = cartOf(features.cart);
  const isFollowed = lastAtMs - leftAtMs > leavingMs || viewedAtMs >= leftAtMs;
  const goneMs = isFollowed ? 0 : nowAtMs - leftAtMs;
  const policyMs = Object.keys(seen).map((name) => (isPolicy(name) ? (seen[name]?.ms ?? 0) : 0));
  const { device, landing, again } = page.view;
  const { dwellMs, depth, fits, clicks, exit, back, slow, watched, search, ordered, declined } = page;
  const { products, backAndForth, run, from, sent, cartViews, searches, helped, paying, refusals } = trailOf(
    features,
    id,
    pageOf,
  );
  const { views, number } = features;
  // Written out: an object of several spreads is a dictionary to the engine, and this one is made for every signal.
  return {
    device,
    landing,
    again,
    dwellMs,
    depth,
    fits,
    clicks,
    exit,
    back,
    slow,
    watched,
    search,
    ordered,
    declined,
    products,
    backAndForth,
    run,
    from,
    sent,
    cartViews,
    searches,
    helped,
    paying,
    refusals,
    views,
    number,
    type,
    key,
    money: isMoney(type),
    goneMs,
    form: abandonedForm(page),
    sessionMs: lastAtMs - firstAtMs,
    cart,
    cartValue,
    currency,
    cartItems,
    worth: averageOrder ? cartValue / averageOrder : 0,
    orders: Object.keys(features.orders ?? {}).length,
    choosing: type === "product" || !!page.item || !!page.compared,
    checkout: isCheckout(page, type),
    stallMs: Math.max(idleMs, goneMs),
    payments,
    failed: Object.values(forms).reduce((sum, { failed }) => sum + failed, payments),
    rage,
    dead,
    unplayedMs,
    rapid: rapid && { ...rapid, leftMs: leftAtMs < rapid.atMs ? Infinity : leftAtMs - rapid.atMs },
    policyMs: Math.max(isPolicy(type) ? page.dwellMs : 0, ...policyMs),
    marked: !!policyMs.length,
  };
}
