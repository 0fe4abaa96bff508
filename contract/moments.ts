import type { Facts } from "./facts.ts";
import { combine, half, ramp } from "./score.ts";
import type { Device } from "./signals.ts";

/** Phones are used in shorter visits (7.5 against 9.4 min): every time threshold shrinks to 0.8 of its length. */
export const paceMs = (device: Device): number => (device === "phone" ? 800 : 1000);

/** Engaged seconds, at the device's pace, after which lingering is hesitation: where money is decided, on another key page. */
export const hesitationSeconds = { money: 20, key: 30 };

/** At the pace of the device. */
export const seconds = (f: Facts, ms = f.dwellMs): number => ms / paceMs(f.device);

/** A kind of moment. The pieces of evidence stand in one order: here, in a site's own weights, and with their names in `evidence.ts`. */
export interface Definition {
  weights: readonly number[];
  /** How much there is of each piece, 0–1 or yes or no; false while the gate is shut and the moment may not be spoken of. */
  curves: (facts: Facts) => false | (number | boolean)[];
}

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
    curves: (f) => !!f.exit && [f.exit.quality, ramp(seconds(f, f.exit.quietMs), 5, 15), f.key, f.money, !!f.cart],
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
} satisfies Record<string, Definition>;

/** `bounce` (in `evidence.ts`) is seen by the edge only: once the page has gone, nothing in it can. */
export type MomentKind = keyof typeof inPage | "bounce";

/** The site's own weights by kind; what is missing keeps its default. */
export type Weights = Partial<Record<MomentKind, readonly (number | null)[]>>;

/** Weight × curve of each piece of evidence; none while the gate is shut. */
export const sharesOf = ({ weights, curves }: Definition, facts: Facts, own?: Weights[MomentKind]): number[] =>
  (curves(facts) || []).map((curve, i) => (own?.[i] ?? (weights[i] as number)) * +curve);

export const scoreOf = (definition: Definition, facts: Facts, own?: Weights[MomentKind]): number =>
  combine(sharesOf(definition, facts, own));
