import { type Facts, factsOf } from "./facts.ts";
import type { Features } from "./features.ts";
import { type Moment, type Moments, riseMoments, type Scoring } from "./moment-life.ts";
import { type Definition, inPage, type MomentKind, scoreOf, seconds, sharesOf, type Weights } from "./moments.ts";
import { ramp } from "./score.ts";

/** What made a score, in words and numbers. For the edge and whoever shows it: the browser's score needs no names. */
export interface Evidence {
  name: string;
  value: number | string | boolean;
  unit?: string;
  weight: number;
  /** weight × curve, 0–1: this piece's own share before the OR. */
  adds: number;
}

export interface Explained extends Moment {
  evidence: Evidence[];
}
export type ExplainedMoments = Record<string, Explained>;

interface Named {
  name: string;
  value: (facts: Facts) => Evidence["value"];
  unit?: string | ((facts: Facts) => string);
}

/** Milliseconds after which a page left with nothing following it counts as gone. */
export const goneAfterMs = 10_000;

const hasHighMargin = ({ cartItems }: Facts): boolean => cartItems.some(({ margin }) => margin === "high");

const kinds: Record<MomentKind, Definition> = {
  ...inPage,
  bounce: {
    weights: [0.35, 0.15, 0.15, 0.25, 0.3, 0.25],
    curves: (f) =>
      f.goneMs >= goneAfterMs &&
      f.views === 1 &&
      seconds(f) >= 1 &&
      seconds(f) <= 15 && [ramp(seconds(f), 1, 15), f.depth > 0, !f.depth && !f.clicks, f.key, !!f.landing, f.number > 1],
  },
  cart_abandon: {
    weights: [0.5, 0.5, 0.3, 0.25, 0.2],
    curves: (f) =>
      f.cart > 0 &&
      seconds(f, f.goneMs) >= 120 &&
      seconds(f, f.sessionMs) >= 75 &&
      !f.orders && [
        ramp(seconds(f, f.goneMs), 60, 120),
        ramp(seconds(f, f.sessionMs), 30, 90),
        ramp(f.worth, 0.5, 2),
        hasHighMargin(f),
        f.cartViews > 1,
      ],
  },
};
/**
 * The kinds that time alone opens once a page was left, with the ms after which their score may be another: no batch would say so.
 */
export const afterLeavingMs: Partial<Record<MomentKind, (pace: number) => number[]>> = {
  bounce: () => [goneAfterMs],
  cart_abandon: (pace) => [120 * pace],
  checkout_stall: (pace) => [30 * pace, 60 * pace, 90 * pace, 120 * pace],
};

export const momentKinds = Object.keys(kinds) as MomentKind[];

/** The score of `kind` on these facts, 0 while its gate is shut. */
export const scoreMoment = (kind: MomentKind, facts: Facts, own: Weights = {}): number => scoreOf(kinds[kind], facts, own[kind]);

const has = (name: string, value: Named["value"]): Named => ({ name, value });
const inSeconds = (name: string, ms: (facts: Facts) => number | undefined): Named => ({
  name,
  value: (f) => (ms(f) ?? 0) / 1000,
  unit: "s",
});
const scrolled = has("scrolled", (f) => f.depth > 0);
const scroll = has("scroll", (f) => f.depth);
const dwell = inSeconds("dwell", (f) => f.dwellMs);
const keyPage = has("key_page", (f) => f.key && f.type);
const moneyPage = has("money_page", (f) => f.money && f.type);
const again = has("again", (f) => f.again);
const exit = has("exit", (f) => f.exit?.quality ?? 0);
const checkout = has("checkout", (f) => f.checkout);
const backAndForth = (value: Named["value"]): Named => has("back_and_forth", value);
/** Worth so much, or so many pieces where prices are not known. */
const cart: Named = { name: "cart", value: (f) => f.cartValue || f.cart, unit: (f) => (f.cartValue ? f.currency : "") };
const cartValue: Named = { name: "cart_value", value: (f) => f.cartValue, unit: (f) => f.currency };

/** In the order of the pieces in `moments.ts`, where the weights are. */
const named: Record<MomentKind, readonly Named[]> = {
  hesitation: [dwell, scroll, has("no_click", (f) => !f.clicks), moneyPage, again],
  exit: [exit, inSeconds("no_interaction", (f) => f.exit?.quietMs), keyPage, moneyPage, cart],
  bounce: [
    inSeconds("look", (f) => f.dwellMs),
    scrolled,
    has("untouched", (f) => !f.depth && !f.clicks),
    keyPage,
    has("landing", (f) => f.landing ?? ""),
    has("returning", (f) => f.number > 1),
  ],
  rapid_scroll: [
    { name: "speed", value: (f) => f.rapid?.speed ?? 0, unit: "screens/s" },
    inSeconds("left", (f) => f.rapid?.leftMs),
    keyPage,
    cart,
  ],
  form_abandon: [
    inSeconds("time", (f) => f.form?.engagedMs),
    has("filled", ({ form }) => (form ? Math.min(1, form.filled / form.fields) : 0)),
    scrolled,
    has("failed_submits", (f) => f.form?.failed ?? 0),
    has("lead_form", (f) => !!f.form?.lead),
  ],
  cart_abandon: [
    inSeconds("away", (f) => f.goneMs),
    inSeconds("session", (f) => f.sessionMs),
    cartValue,
    has("high_margin", hasHighMargin),
    has("cart_views", (f) => f.cartViews),
  ],
  checkout_stall: [
    has("checkout_begun", (f) => f.checkout),
    inSeconds("stall", (f) => f.stallMs),
    has("payment_failed", (f) => f.payments > 0),
    has("retries", (f) => f.refusals - 1),
    cartValue,
  ],
  frustration: [
    has("rage_clicks", (f) => f.rage),
    has("dead_clicks", (f) => f.dead),
    has("failed", (f) => f.failed),
    backAndForth((f) => !!f.back),
    has("slow_page", (f) => !!f.slow),
    checkout,
  ],
  video_engaged: [
    has("watched", (f) => !!f.watched),
    has("demo_video", (f) => !!f.watched?.demo),
    has("replayed", (f) => !!f.watched?.again),
  ],
  video_ignored: [inSeconds("unplayed", (f) => f.unplayedMs), dwell, keyPage],
  comparison: [
    has("products", (f) => f.products),
    backAndForth((f) => f.backAndForth),
    has("compares", (f) => (f.type === "compare" ? "page" : "search")),
    cart,
  ],
  search_intent: [
    has("help_query", (f) => !!f.search?.help),
    has("product_query", (f) => !!f.search?.product),
    has("price_limit", (f) => !!f.search?.limit),
    has("searches", (f) => f.searches),
    has("no_results", (f) => !!f.search?.none),
    has("interest", (f) => (f.cart ? "cart" : "products")),
  ],
  reassurance: [
    inSeconds("policy", (f) => f.policyMs),
    has("came_from", (f) => (f.from === "cart" || f.from === "product" ? f.from : f.type)),
    exit,
    again,
  ],
  repeat_funnel: [has("key_pages", (f) => f.run), has("deeper", (f) => f.run), cart],
  post_purchase: [dwell, inSeconds("policy", (f) => f.policyMs), has("help_search", (f) => f.helped)],
  read_on: [has("key_content", (f) => f.marked), dwell, scroll],
  decline: [has("declined", (f) => !!f.declined), cart, checkout, cartValue],
};

/** The names of the pieces of evidence of a kind, with the weight that each has by default. */
export const defaultWeights = (kind: MomentKind): Record<string, number | undefined> =>
  Object.fromEntries(named[kind].map(({ name }, i) => [name, kinds[kind].weights[i]]));

const toThousandth = (x: number): number => Math.round(x * 1000) / 1000;
const strongestFirst = (a: Evidence, b: Evidence): number => b.adds - a.adds || (a.name < b.name ? -1 : 1);

/** The evidence that is present, strongest first. */
export function evidenceOf(kind: MomentKind, facts: Facts, own: Weights = {}): Evidence[] {
  return (sharesOf(kinds[kind], facts, own[kind]) || [])
    .flatMap((share, i) => {
      const { name, value, unit } = named[kind][i] as Named;
      const weight = own[kind]?.[i] ?? (kinds[kind].weights[i] as number);
      const inUnit = typeof unit === "function" ? unit(facts) : unit;
      return share > 0 ? [{ name, value: value(facts), ...(inUnit && { unit: inUnit }), weight, adds: toThousandth(share) }] : [];
    })
    .sort(strongestFirst);
}

/** Like `riseMoments`, and keeps with each moment all the evidence that was seen for it. */
export function riseExplained(
  moments: ExplainedMoments,
  features: Features,
  page: string,
  nowAtMs: number,
  scoring: Scoring,
): Explained[] {
  const facts = factsOf(features, page, scoring.pageOf, nowAtMs, scoring.averageOrder);
  if (!facts) return [];
  const risen = riseMoments(moments as Moments, facts, page, nowAtMs, scoring, kinds);
  for (const id in moments) {
    const moment = moments[id] as Explained;
    const wasNow = moment.band === "now" && !risen.some(({ kind }) => kind === moment.kind);
    if (moment.page !== page || wasNow) continue;
    const seen = evidenceOf(moment.kind, facts, scoring.weights);
    if (seen.length) moment.evidence = union(moment.evidence ?? [], seen);
  }
  return risen.map((moment) => ({ ...moment, evidence: moments[`${page}/${moment.kind}`]?.evidence ?? [] }));
}

/** Each piece once, in its stronger form, strongest first. */
function union(a: Evidence[], b: Evidence[]): Evidence[] {
  const best = new Map(a.map((piece) => [piece.name, piece]));
  for (const piece of b) {
    const had = best.get(piece.name);
    if (!had || piece.adds >= had.adds) best.set(piece.name, piece);
  }
  return [...best.values()].sort(strongestFirst);
}
