import type { Facts } from "./facts.ts";
import { combine, half, ramp } from "./score.ts";
import type { Device } from "./signals.ts";

/** Phones are used in shorter visits (7.5 against 9.4 min): every time threshold shrinks to 0.8 of its length. */
export const paceMs = (device: Device): number => (device === "phone" ? 800 : 1000);

/** Engaged seconds, at the device's pace, after which lingering is hesitation: where money is decided, on another key page. */
export const hesitationSeconds = { money: 20, key: 30 };

/** Engaged seconds, at the device's pace, at which the gate of some kind opens: worth a signal. */
export const gateSeconds = [3, 10, 20, 30];

/** At the pace of the device. */
export const seconds = (f: Facts, ms = f.dwellMs): number => ms / paceMs(f.device);

/** A kind of moment. The pieces of evidence stand in one order: here, in a site's own weights, and with their names in `evidence.ts`. */
export interface Definition {
  weights: readonly number[];
  /** How much there is of each piece, 0–1 or yes or no; false while the gate is shut and the moment may not be spoken of. */
  curves: (facts: Facts) => false | (number | boolean)[];
}

const afterFirst = (times: number): number => Math.max(0, times - 1);
const byWorth = (f: Facts): number => ramp(f.worth, 0.5, 2);

/**
 * The kinds that a page can see, each with at most six pieces of evidence. The weights are set by hand, not learnt; docs/score.md
 * says on what ground each stands and where it is weak.
 */
export const inPage = {
  hesitation: {
    weights: [0.4, 0.25, 0.25, 0.45, 0.2],
    curves(f) {
      const patience = hesitationSeconds[f.money ? "money" : "key"];
      return (
        f.key &&
        seconds(f) >= patience &&
        !f.clicks &&
        (f.depth > 0 || f.fits) && [half(seconds(f), patience / 2), ramp(f.depth, 0.1, 0.5), true, f.money, f.again]
      );
    },
  },
  exit: {
    weights: [0.35, 0.5, 0.25, 0.25, 0.35],
    curves: (f) => !!f.exit && [f.exit.quality, ramp(seconds(f, f.exit.quietMs), 5, 15), f.key, f.money, f.cart > 0],
  },
  rapid_scroll: {
    weights: [0.35, 0.6, 0.25, 0.3],
    curves(f) {
      const { rapid } = f;
      // A phone's screen is short, and flicked.
      const speed = (rapid?.speed ?? 0) / (f.device === "phone" ? 1.5 : 1);
      return (
        !!rapid &&
        speed >= 1.5 &&
        rapid.depth >= 0.5 && [ramp(speed, 1.5, 4), rapid.leftMs <= 10 * paceMs(f.device), f.key, f.cart > 0]
      );
    },
  },
  form_abandon: {
    weights: [0.65, 0.4, 0.15, 0.4, 0.25],
    curves: (f) => {
      const { form } = f;
      return (
        !!form &&
        form.fields > 1 &&
        form.filled > 0 && [
          ramp(seconds(f, form.engagedMs), 10, 45),
          ramp(form.filled / form.fields, 0, 0.75),
          f.depth > 0,
          half(form.failed, 1.5),
          form.lead,
        ]
      );
    },
  },
  checkout_stall: {
    weights: [0.35, 0.6, 0.7, 0.4, 0.2],
    curves: (f) =>
      f.checkout &&
      !f.orders &&
      (seconds(f, f.stallMs) >= 30 || f.payments > 0) && [
        true,
        ramp(seconds(f, f.stallMs), 30, 120),
        f.payments > 0,
        half(afterFirst(f.refusals), 1.5),
        byWorth(f),
      ],
  },
  frustration: {
    weights: [0.6, 0.35, 0.85, 0.2, 0.15, 0.35],
    curves: (f) =>
      (f.rage > 0 || f.dead > 1 || f.failed > 1) && [
        half(f.rage, 1),
        half(f.dead, 2),
        half(f.failed, 1),
        !!f.back,
        !!f.slow,
        f.checkout,
      ],
  },
  video_engaged: {
    weights: [0.6, 0.4, 0.2],
    curves: ({ watched }) => !!watched && [true, !!watched.demo, !!watched.again],
  },
  video_ignored: {
    weights: [0.35, 0.25, 0.15],
    curves: (f) => seconds(f, f.unplayedMs) >= 10 && [ramp(seconds(f, f.unplayedMs), 5, 10), ramp(seconds(f), 10, 30), f.key],
  },
  comparison: {
    weights: [0.4, 0.4, 0.6, 0.35],
    curves(f) {
      const compares = f.type === "compare" || !!f.search?.compare;
      return (compares || (f.choosing && f.products > 1)) && [ramp(f.products, 1, 4), f.backAndForth, compares, f.cart > 0];
    },
  },
  search_intent: {
    weights: [0.8, 0.5, 0.25, 0.35, 0.35, 0.3],
    curves(f) {
      const { search } = f;
      return (
        !!(search?.help || search?.product || search?.compare) && [
          !!search.help,
          !!search.product,
          !!search.limit,
          half(afterFirst(f.searches), 1),
          !!search.none,
          f.cart > 0 || f.products > 1,
        ]
      );
    },
  },
  reassurance: {
    weights: [0.4, 0.35, 0.5, 0.25],
    curves: (f) =>
      seconds(f, f.policyMs) >= 3 && [
        ramp(seconds(f, f.policyMs), 3, 15),
        [f.from, f.type].some((type) => type === "product" || type === "cart"),
        f.exit?.quality ?? 0,
        f.again,
      ],
  },
  repeat_funnel: {
    weights: [0.6, 0.2, 0.35],
    curves: ({ run, cart }) => run > 2 && [ramp(run, 1, 3), ramp(run, 3, 5), cart > 0],
  },
  post_purchase: {
    weights: [0.45, 0.4, 0.55],
    curves: (f) =>
      f.orders > 0 &&
      (!!f.ordered || f.type === "order" || f.policyMs > 0) &&
      seconds(f) >= 10 && [ramp(seconds(f), 10, 30), f.policyMs > 0, f.helped],
  },
  read_on: {
    weights: [0.5, 0.3, 0.15],
    curves: (f) => f.sent && f.marked && f.depth > 0 && [true, ramp(seconds(f), 10, 60), ramp(f.depth, 0.5, 0.9)],
  },
  decline: {
    weights: [0.7, 0.25, 0.4, 0.3],
    curves: (f) => !!f.declined && [true, f.cart > 0, f.checkout, byWorth(f)],
  },
} satisfies Record<string, Definition>;

/** The last two (in `evidence.ts`) are seen by the edge only: once the page has gone, nothing in it can. */
export type MomentKind = keyof typeof inPage | "bounce" | "cart_abandon";

/** The site's own weights by kind; what is missing keeps its default. */
export type Weights = Partial<Record<MomentKind, readonly (number | null)[]>>;

/** Weight × curve of each piece of evidence; false while the gate is shut. */
export function sharesOf({ weights, curves }: Definition, facts: Facts, own?: Weights[MomentKind]): false | number[] {
  const all = curves(facts);
  return all ? all.map((curve, i) => (own?.[i] ?? (weights[i] as number)) * +curve) : false;
}

/** Most gates are shut most of the time. */
export function scoreOf(definition: Definition, facts: Facts, own?: Weights[MomentKind]): number {
  const shares = sharesOf(definition, facts, own);
  return shares ? combine(shares) : 0;
}
