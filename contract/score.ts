/**
 * A gate, then a noisy OR over weighted pieces of evidence: `requires ? 10 · (1 − Π(1 − wᵢ·fᵢ)) : 0`.
 * Only + − × ÷, min, max and comparisons, so that a browser, Node and workerd reach the same tenth.
 */

/** Linear from 0 at `from` to 1 at `to`. */
export const ramp = (x: number, from: number, to: number): number => Math.min(1, Math.max(0, (x - from) / (to - from)));

/** Saturating: one half at `at`. */
export const half = (x: number, at: number): number => x / (x + at);

/** The noisy OR, to the tenth: `shares` are weight × curve of each piece, 0–1. */
export function combine(shares: readonly number[]): number {
  const score = 10 * (1 - shares.reduce((rest, share) => rest * (1 - share), 1));
  return Math.round(score * 10) / 10;
}
