import type { Facts } from "./facts.ts";
import { type Evidence, half, type Piece, ramp, weigh, yes } from "./score.ts";

/** Milliseconds after which a page left with nothing following it counts as gone. */
export const goneAfterMs = 10_000;

/** Phones are used in shorter visits (7.5 against 9.4 min): every time threshold shrinks by this factor. */
const pace = (f: Facts): number => (f.device === "phone" ? 0.8 : 1);

/** Engaged ms after which lingering on a page is hesitation: 20 s where money is decided, 30 s on any other key page. */
export const hesitationMs = (money: boolean): number => (money ? 20_000 : 30_000);

const T = (f: Facts): number => hesitationMs(f.page.money) * pace(f);

interface Definition {
  requires: (facts: Facts) => boolean;
  evidence: readonly Piece<Facts>[];
}

const keyPage: Piece<Facts> = { name: "key_page", weight: 0.25, curve: (f) => yes(f.page.key), value: (f) => f.page.type };
const moneyPage = (weight: number): Piece<Facts> => ({
  name: "money_page",
  weight,
  curve: (f) => yes(f.page.money),
  value: (f) => f.page.type,
});
const scrolled: Piece<Facts> = { name: "scrolled", weight: 0.15, curve: (f) => yes(f.scrolled), value: (f) => f.scrolled };

const filledShare = (f: Facts): number => (f.form?.fields ? Math.min(1, f.form.filled / f.form.fields) : 0);
const untouched = (f: Facts): boolean => !f.scrolled && f.clicks === 0;

/**
 * Every kind: when it may be spoken of at all, and at most six pieces of evidence. The weights are set by hand, not learnt;
 * docs/score.md says on what ground each stands and where it is weak.
 */
const definitions = {
  hesitation: {
    requires: (f) => f.page.key && f.dwellMs >= T(f) && f.clicks === 0 && (f.scrolled || f.fits),
    evidence: [
      { name: "dwell", weight: 0.4, curve: (f) => half(f.dwellMs, T(f) / 2), value: (f) => f.dwellMs / 1000, unit: "s" },
      { name: "scroll", weight: 0.25, curve: (f) => ramp(f.depth, 0.1, 0.5), value: (f) => f.depth },
      { name: "no_click", weight: 0.25, curve: (f) => yes(f.clicks === 0), value: (f) => f.clicks === 0 },
      moneyPage(0.45),
      { name: "again", weight: 0.2, curve: (f) => yes(f.page.again), value: (f) => f.page.again },
    ],
  },
  exit: {
    requires: (f) => f.exit !== undefined,
    evidence: [
      { name: "exit", weight: 0.35, curve: (f) => f.exit?.quality ?? 0, value: (f) => f.exit?.quality ?? 0 },
      {
        name: "no_interaction",
        weight: 0.5,
        curve: (f) => ramp(f.exit?.quietMs ?? 0, 5000 * pace(f), 15_000 * pace(f)),
        value: (f) => (f.exit?.quietMs ?? 0) / 1000,
        unit: "s",
      },
      keyPage,
      moneyPage(0.25),
      { name: "cart", weight: 0.35, curve: (f) => yes(f.cart.count > 0), value: (f) => f.cart.count },
    ],
  },
  form_abandon: {
    requires: (f) => f.form !== undefined && f.form.fields >= 2 && f.form.filled >= 1,
    evidence: [
      {
        name: "time",
        weight: 0.65,
        curve: (f) => ramp(f.form?.engagedMs ?? 0, 10_000 * pace(f), 45_000 * pace(f)),
        value: (f) => (f.form?.engagedMs ?? 0) / 1000,
        unit: "s",
      },
      { name: "filled", weight: 0.4, curve: (f) => ramp(filledShare(f), 0, 0.75), value: filledShare },
      scrolled,
      { name: "failed_submits", weight: 0.4, curve: (f) => half(f.form?.failed ?? 0, 1.5), value: (f) => f.form?.failed ?? 0 },
      { name: "lead_form", weight: 0.25, curve: (f) => yes(f.form?.lead === true), value: (f) => f.form?.lead === true },
    ],
  },
  bounce: {
    requires: (f) =>
      f.goneMs >= goneAfterMs && f.session.views === 1 && f.dwellMs >= 1000 * pace(f) && f.dwellMs <= 15_000 * pace(f),
    evidence: [
      {
        name: "look",
        weight: 0.35,
        curve: (f) => ramp(f.dwellMs, 1000 * pace(f), 15_000 * pace(f)),
        value: (f) => f.dwellMs / 1000,
        unit: "s",
      },
      scrolled,
      { name: "untouched", weight: 0.15, curve: (f) => yes(untouched(f)), value: untouched },
      keyPage,
      {
        name: "landing",
        weight: 0.3,
        curve: (f) => yes(f.session.landing !== undefined),
        value: (f) => f.session.landing ?? "none",
      },
      { name: "returning", weight: 0.25, curve: (f) => yes(f.session.returning), value: (f) => f.session.returning },
    ],
  },
} satisfies Record<string, Definition>;

export type MomentKind = keyof typeof definitions;
export const momentKinds = Object.keys(definitions) as MomentKind[];

/** The site's own weights by kind and piece of evidence; what is not named keeps its default. */
export type Weights = Partial<Record<MomentKind, Record<string, number>>>;

/** The score of `kind` on these facts, 0 while its gate is shut, with the evidence that made it. */
export function scoreMoment(kind: MomentKind, facts: Facts, weights: Weights = {}): { score: number; evidence: Evidence[] } {
  const definition: Definition = definitions[kind];
  if (!definition.requires(facts)) return { score: 0, evidence: [] };
  return weigh(definition.evidence, facts, weights[kind]);
}
