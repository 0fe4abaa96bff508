/**
 * A gate, then a noisy OR over weighted pieces of evidence: `requires ? 10 · (1 − Π(1 − wᵢ·fᵢ)) : 0`.
 * Only + − × ÷, min, max and comparisons, so that a browser, Node and workerd reach the same tenth.
 */
export interface Evidence {
  name: string;
  value: number | string | boolean;
  unit?: string;
  weight: number;
  /** weight × curve, 0–1: this piece's own share before the OR. */
  adds: number;
}

type Value = Evidence["value"];

/**
 * One piece of evidence about facts of type F: what was seen, and a curve from it to 0–1. Without a curve it is yes or no:
 * any value but 0, false and "" counts whole.
 */
export interface Piece<F> {
  name: string;
  weight: number;
  value: (facts: F) => Value;
  curve?: (value: number, facts: F) => number;
  unit?: string;
}

/** Linear from 0 at `from` to 1 at `to`. */
export const ramp = (x: number, from: number, to: number): number => Math.min(1, Math.max(0, (x - from) / (to - from)));

/** Saturating: one half at `half`. */
export const half = (x: number, at: number): number => (x > 0 ? x / (x + at) : 0);

export const toTenth = (x: number): number => Math.round(x * 10) / 10;

const toThousandth = (x: number): number => Math.round(x * 1000) / 1000;

/** The evidence that is present, strongest first, and the score it makes. */
export function weigh<F>(
  pieces: readonly Piece<F>[],
  facts: F,
  weights: Readonly<Record<string, number>> = {},
): { score: number; evidence: Evidence[] } {
  let rest = 1;
  const evidence: Evidence[] = [];
  for (const { name, weight: usual, value: see, curve, unit } of pieces) {
    const weight = weights[name] ?? usual;
    const value = see(facts);
    const adds = weight * (curve ? curve(value as number, facts) : value ? 1 : 0);
    if (!(adds > 0)) continue;
    rest *= 1 - adds;
    evidence.push({ name, value, ...(unit && { unit }), weight, adds: toThousandth(adds) });
  }
  evidence.sort((a, b) => b.adds - a.adds || (a.name < b.name ? -1 : 1));
  return { score: toTenth(10 * (1 - rest)), evidence };
}
