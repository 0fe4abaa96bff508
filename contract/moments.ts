import type { Facts } from "./facts.ts";
import { type Evidence, half, type Piece, ramp, weigh } from "./score.ts";

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

const filledShare = (f: Facts): number => (f.form?.fields ? Math.min(1, f.form.filled / f.form.fields) : 0);

const keyPage: Piece<Facts> = { name: "key_page", weight: 0.25, value: (f) => f.page.key && f.page.type };
const moneyPage = (weight: number): Piece<Facts> => ({ name: "money_page", weight, value: (f) => f.page.money && f.page.type });
const scrolled: Piece<Facts> = { name: "scrolled", weight: 0.15, value: (f) => f.scrolled };

/** A piece that grows with seconds; on phones it grows faster. */
const seconds = (name: string, weight: number, ms: (f: Facts) => number, from: number, to: number): Piece<Facts> => ({
  name,
  weight,
  value: (f) => ms(f) / 1000,
  curve: (s, f) => ramp(s, from * pace(f), to * pace(f)),
  unit: "s",
});

/**
 * Every kind: when it may be spoken of at all, and at most six pieces of evidence. The weights are set by hand, not learnt;
 * docs/score.md says on what ground each stands and where it is weak.
 */
const definitions = {
  hesitation: {
    requires: (f) => f.page.key && f.dwellMs >= T(f) && !f.clicks && (f.scrolled || f.fits),
    evidence: [
      { name: "dwell", weight: 0.4, value: (f) => f.dwellMs / 1000, curve: (s, f) => half(s, T(f) / 2000), unit: "s" },
      { name: "scroll", weight: 0.25, value: (f) => f.depth, curve: (depth) => ramp(depth, 0.1, 0.5) },
      { name: "no_click", weight: 0.25, value: (f) => !f.clicks },
      moneyPage(0.45),
      { name: "again", weight: 0.2, value: (f) => f.page.again },
    ],
  },
  exit: {
    requires: (f) => !!f.exit,
    evidence: [
      { name: "exit", weight: 0.35, value: (f) => f.exit?.quality ?? 0, curve: (quality) => quality },
      seconds("no_interaction", 0.5, (f) => f.exit?.quietMs ?? 0, 5, 15),
      keyPage,
      moneyPage(0.25),
      { name: "cart", weight: 0.35, value: (f) => f.cart.count },
    ],
  },
  form_abandon: {
    requires: (f) => !!f.form && f.form.fields >= 2 && f.form.filled >= 1,
    evidence: [
      seconds("time", 0.65, (f) => f.form?.engagedMs ?? 0, 10, 45),
      { name: "filled", weight: 0.4, value: filledShare, curve: (share) => ramp(share, 0, 0.75) },
      scrolled,
      { name: "failed_submits", weight: 0.4, value: (f) => f.form?.failed ?? 0, curve: (count) => half(count, 1.5) },
      { name: "lead_form", weight: 0.25, value: (f) => !!f.form?.lead },
    ],
  },
  bounce: {
    requires: (f) =>
      f.goneMs >= goneAfterMs && f.session.views === 1 && f.dwellMs >= 1000 * pace(f) && f.dwellMs <= 15_000 * pace(f),
    evidence: [
      seconds("look", 0.35, (f) => f.dwellMs, 1, 15),
      scrolled,
      { name: "untouched", weight: 0.15, value: (f) => !f.scrolled && !f.clicks },
      keyPage,
      { name: "landing", weight: 0.3, value: (f) => f.session.landing ?? "" },
      { name: "returning", weight: 0.25, value: (f) => f.session.returning },
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
