import type { Facts } from "./facts.ts";
import { type Definition, inPage, type MomentKind, scoreOf, type Weights } from "./moments.ts";
import type { PageOf } from "./pages.ts";

/** From low to high. */
const bands = ["none", "later", "now"] as const;
export type Band = (typeof bands)[number];
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
}

/** What both sides must know of a site to reach the same moments. */
export interface Scoring {
  pageOf: PageOf;
  bands: Bands;
  weights?: Weights | undefined;
  /** What an order of this site is worth, in the currency of its carts. */
  averageOrder?: number | undefined;
}

export type Moments = Record<string, Moment>;

/** A new page view re-arms a kind, at most so often in a session. */
export const maxPerKind = 3;
const maxFaintPerKind = 16;

export const bandOf = (score: number, { later, now }: Bands): Band => (score >= now ? "now" : score >= later ? "later" : "none");

export const reaches = (band: Band, atLeast: Band): boolean => bands.indexOf(band) >= bands.indexOf(atLeast);

/**
 * Scores every kind on one page and moves its life on. Returns the moments that opened or rose to a higher band just now.
 * @param nowAtMs the `at` of the signal just folded, or the instant an alarm stands for
 */
export function riseMoments(
  moments: Moments,
  facts: Facts | undefined,
  page: string,
  nowAtMs: number,
  { bands: limits, weights }: Pick<Scoring, "bands" | "weights">,
  kinds: Partial<Record<MomentKind, Definition>> = inPage,
): Moment[] {
  const risen: Moment[] = [];
  for (const name in facts && kinds) {
    const kind = name as MomentKind;
    const score = scoreOf(kinds[kind] as Definition, facts as Facts, weights?.[kind]);
    if (!score) continue;
    const id = `${page}/${kind}`;
    const had = moments[id];
    const band = bandOf(score, limits);
    const isFaint = band === "none";
    if (had && reaches(had.band, band)) {
      had.score = Math.max(had.score, score);
      continue;
    }
    const others = Object.values(moments).filter(
      (other) => other.kind === kind && other !== had && (isFaint || other.band !== "none"),
    );
    if (others.length >= (isFaint ? maxFaintPerKind : maxPerKind)) continue;
    const moment = { ...had, kind, page, score, band, atMs: nowAtMs } as const;
    moments[id] = moment;
    risen.push({ ...moment }); // as it is now; the kept one goes on
  }
  return risen;
}
