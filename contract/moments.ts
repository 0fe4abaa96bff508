import type { Facts } from "./facts.ts";
import { combine, half, ramp } from "./score.ts";
import type { Device } from "./signals.ts";

/** Milliseconds after which a page left with nothing following it counts as gone. */
export const goneAfterMs = 10_000;

/** Phones are used in shorter visits (7.5 against 9.4 min): every time threshold shrinks to 0.8 of its length. */
export const paceMs = (device: Device): number => (device === "phone" ? 800 : 1000);

/** Engaged seconds, at the device's pace, after which lingering is hesitation: where money is decided, on another key page. */
export const hesitationSeconds = { money: 20, key: 30 };

const seconds = (f: Facts, ms = f.dwellMs): number => ms / paceMs(f.device);
const patience = (f: Facts): number => hesitationSeconds[f.money ? "money" : "key"];

/** The weight of a piece of evidence and how much of it there is, 0–1 or yes or no. */
type Piece = [weight: number, curve: (facts: Facts) => number | boolean];

interface Definition {
  /** When the moment may be spoken of at all. */
  requires: (facts: Facts) => boolean;
  evidence: readonly Piece[];
}

const scrolled = (f: Facts): boolean => f.depth > 0;
const keyPage: Piece = [0.25, (f) => f.key];

/**
 * Every kind: its gate, and at most six pieces of evidence, named in `evidence.ts` in the same order. The weights are set by
 * hand, not learnt; docs/score.md says on what ground each stands and where it is weak.
 */
const definitions = {
  hesitation: {
    requires: (f) => f.key && seconds(f) >= patience(f) && !f.clicks && (scrolled(f) || f.fits),
    evidence: [
      [0.4, (f) => half(seconds(f), patience(f) / 2)],
      [0.25, (f) => ramp(f.depth, 0.1, 0.5)],
      [0.25, (f) => !f.clicks],
      [0.45, (f) => f.money],
      [0.2, (f) => f.again],
    ],
  },
  exit: {
    requires: (f) => !!f.exit,
    evidence: [
      [0.35, (f) => f.exit?.quality ?? 0],
      [0.5, (f) => ramp(seconds(f, f.exit?.quietMs), 5, 15)],
      keyPage,
      [0.25, (f) => f.money],
      [0.35, (f) => f.cart > 0],
    ],
  },
  form_abandon: {
    requires: ({ form }) => !!form && form.fields > 1 && form.filled > 0,
    evidence: [
      [0.65, (f) => ramp(seconds(f, f.form?.engagedMs), 10, 45)],
      [0.4, ({ form }) => (form ? ramp(form.filled / form.fields, 0, 0.75) : 0)],
      [0.15, scrolled],
      [0.4, ({ form }) => half(form?.failed ?? 0, 1.5)],
      [0.25, ({ form }) => !!form?.lead],
    ],
  },
  bounce: {
    requires: (f) => f.goneMs >= goneAfterMs && f.views === 1 && seconds(f) >= 1 && seconds(f) <= 15,
    evidence: [
      [0.35, (f) => ramp(seconds(f), 1, 15)],
      [0.15, scrolled],
      [0.15, (f) => !scrolled(f) && !f.clicks],
      keyPage,
      [0.3, (f) => !!f.landing],
      [0.25, (f) => f.returning],
    ],
  },
} satisfies Record<string, Definition>;

export type MomentKind = keyof typeof definitions;
export const momentKinds = Object.keys(definitions) as MomentKind[];

/** The site's own weights by kind, in the order of the evidence; what is missing keeps its default. */
export type Weights = Partial<Record<MomentKind, readonly (number | null)[]>>;

export const weightsOf = (kind: MomentKind, own: Weights = {}): number[] =>
  definitions[kind].evidence.map(([weight], i) => own[kind]?.[i] ?? weight);

/** Weight × curve of each piece of evidence; none while the gate is shut. */
export function sharesOf(kind: MomentKind, facts: Facts, own?: Weights): number[] {
  const { requires, evidence }: Definition = definitions[kind];
  return requires(facts) ? weightsOf(kind, own).map((weight, i) => weight * +(evidence[i] as Piece)[1](facts)) : [];
}

/** The score of `kind` on these facts, 0 while its gate is shut. */
export const scoreMoment = (kind: MomentKind, facts: Facts, own?: Weights): number => combine(sharesOf(kind, facts, own));
