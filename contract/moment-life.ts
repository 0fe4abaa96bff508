import { factsOf } from "./facts.ts";
import type { Features } from "./features.ts";
import { type MomentKind, momentKinds, scoreMoment, type Weights } from "./moments.ts";
import type { PageRule } from "./pages.ts";
import type { Evidence } from "./score.ts";

export type Band = "none" | "later" | "now";
export interface Bands {
  later: number;
  now: number;
}
export const defaultBands: Bands = { later: 4, now: 7 };

/** A micro-moment's life: latched, so its score and band only rise. */
export interface Moment {
  kind: MomentKind;
  page: string;
  score: number;
  band: Band;
  /** Client epoch ms of the signal that brought it to its present band. */
  atMs: number;
  evidence: Evidence[];
}

/** What both sides must know of a site to reach the same moments. */
export interface Scoring {
  pages: readonly PageRule[];
  bands: Bands;
  weights?: Weights;
}

export type Moments = Record<string, Moment>;

/** A new page view re-arms a kind, at most so often in a session. */
export const maxPerKind = 3;
const maxFaintPerKind = 16;

const rank: Record<Band, number> = { none: 0, later: 1, now: 2 };
export const reaches = (band: Band, atLeast: Band): boolean => rank[band] >= rank[atLeast];

const bandOf = (score: number, bands: Bands): Band => (score >= bands.now ? "now" : score >= bands.later ? "later" : "none");

/**
 * Scores every kind on one page and moves its life on. Returns the moments that opened or rose to a higher band just now.
 * @param nowAtMs the `at` of the signal just folded, or the instant an alarm stands for
 */
export function riseMoments(moments: Moments, features: Features, page: string, nowAtMs: number, scoring: Scoring): Moment[] {
  const facts = factsOf(features, page, scoring.pages, nowAtMs);
  if (!facts) return [];
  const risen: Moment[] = [];
  for (const kind of momentKinds) {
    const { score, evidence } = scoreMoment(kind, facts, scoring.weights);
    if (score === 0) continue;
    const id = `${page}/${kind}`;
    const had = moments[id];
    const band = bandOf(score, scoring.bands);
    if (had && !isHigher(band, had.band)) {
      if (score > had.score) had.score = score;
      had.evidence = union(had.evidence, evidence);
      continue;
    }
    if (!mayOpen(moments, kind, band, id)) continue;
    const moment: Moment = { kind, page, score, band, atMs: nowAtMs, evidence: union(had?.evidence ?? [], evidence) };
    moments[id] = moment;
    risen.push({ ...moment });
  }
  return risen;
}

const isHigher = (a: Band, b: Band): boolean => rank[a] > rank[b];

function mayOpen(moments: Moments, kind: MomentKind, band: Band, id: string): boolean {
  const others = Object.entries(moments).filter(([other, moment]) => moment.kind === kind && other !== id);
  if (band === "none") return others.length < maxFaintPerKind;
  return others.filter(([, moment]) => moment.band !== "none").length < maxPerKind;
}

/** Each piece once, in its stronger form, strongest first. */
function union(a: Evidence[], b: Evidence[]): Evidence[] {
  const best = new Map(a.map((piece) => [piece.name, piece]));
  for (const piece of b) {
    const had = best.get(piece.name);
    if (!had || piece.adds >= had.adds) best.set(piece.name, piece);
  }
  return [...best.values()].sort((x, y) => y.adds - x.adds || (x.name < y.name ? -1 : 1));
}
