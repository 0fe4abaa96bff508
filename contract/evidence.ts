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
  unit?: string;
}

/** Milliseconds after which a page left with nothing following it counts as gone. */
export const goneAfterMs = 10_000;

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
};
export const momentKinds = Object.keys(kinds) as MomentKind[];

/** The score of `kind` on these facts, 0 while its gate is shut. */
export const scoreMoment = (kind: MomentKind, facts: Facts, own: Weights = {}): number => scoreOf(kinds[kind], facts, own[kind]);

const scrolled: Named = { name: "scrolled", value: (f) => f.depth > 0 };
const keyPage: Named = { name: "key_page", value: (f) => f.key && f.type };
const moneyPage: Named = { name: "money_page", value: (f) => f.money && f.type };
const inSeconds = (name: string, ms: (facts: Facts) => number | undefined): Named => ({
  name,
  value: (f) => (ms(f) ?? 0) / 1000,
  unit: "s",
});

/** In the order of the pieces in `moments.ts`, where the weights are. */
const named: Record<MomentKind, readonly Named[]> = {
  hesitation: [
    inSeconds("dwell", (f) => f.dwellMs),
    { name: "scroll", value: (f) => f.depth },
    { name: "no_click", value: (f) => !f.clicks },
    moneyPage,
    { name: "again", value: (f) => f.again },
  ],
  exit: [
    { name: "exit", value: (f) => f.exit?.quality ?? 0 },
    inSeconds("no_interaction", (f) => f.exit?.quietMs),
    keyPage,
    moneyPage,
    { name: "cart", value: (f) => f.cart ?? 0 },
  ],
  form_abandon: [
    inSeconds("time", (f) => f.form?.engagedMs),
    { name: "filled", value: ({ form }) => (form ? Math.min(1, form.filled / form.fields) : 0) },
    scrolled,
    { name: "failed_submits", value: (f) => f.form?.failed ?? 0 },
    { name: "lead_form", value: (f) => !!f.form?.lead },
  ],
  bounce: [
    inSeconds("look", (f) => f.dwellMs),
    scrolled,
    { name: "untouched", value: (f) => !f.depth && !f.clicks },
    keyPage,
    { name: "landing", value: (f) => f.landing ?? "" },
    { name: "returning", value: (f) => f.number > 1 },
  ],
};

/** The names of the pieces of evidence of a kind, with the weight that each has by default. */
export const defaultWeights = (kind: MomentKind): Record<string, number | undefined> =>
  Object.fromEntries(named[kind].map(({ name }, i) => [name, kinds[kind].weights[i]]));

const toThousandth = (x: number): number => Math.round(x * 1000) / 1000;
const strongestFirst = (a: Evidence, b: Evidence): number => b.adds - a.adds || (a.name < b.name ? -1 : 1);

/** The evidence that is present, strongest first. */
export function evidenceOf(kind: MomentKind, facts: Facts, own: Weights = {}): Evidence[] {
  return sharesOf(kinds[kind], facts, own[kind])
    .flatMap((share, i) => {
      const { name, value, unit } = named[kind][i] as Named;
      const weight = own[kind]?.[i] ?? (kinds[kind].weights[i] as number);
      return share > 0 ? [{ name, value: value(facts), ...(unit && { unit }), weight, adds: toThousandth(share) }] : [];
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
  const risen = riseMoments(moments as Moments, features, page, nowAtMs, scoring, kinds);
  const here = Object.values(moments).filter((moment) => moment.page === page);
  const facts = here.length ? factsOf(features, page, scoring.pageOf, nowAtMs) : undefined;
  for (const moment of facts ? here : [])
    moment.evidence = union(moment.evidence ?? [], evidenceOf(moment.kind, facts as Facts, scoring.weights));
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
