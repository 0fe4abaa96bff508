/** Chance that is the same in every run: all of it comes from a seed and a number. */
export interface Dice {
  /** 0–1. */
  roll: () => number;
  chance: (share: number) => boolean;
  between: (from: number, to: number) => number;
  whole: (from: number, to: number) => number;
  /** By mean and deviation of the logarithm. */
  logNormal: (mean: number, deviation: number) => number;
  pick: <T>(all: readonly T[]) => T;
  /** The key of one of `weights`. */
  weighted: <K extends string>(weights: Partial<Record<K, number>>) => K;
  word: (length: number) => string;
}

/** sfc32: small, quick, and no run of it is like another of a neighbouring number. */
export function openDice(seed: number, number: number): Dice {
  let [a, b, c, counter] = [seed | 0, number | 0, 0x9e3779b9 | 0, 1];
  const roll = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) roll();

  const between = (from: number, to: number) => from + roll() * (to - from);
  const whole = (from: number, to: number) => Math.floor(between(from, to + 1));
  return {
    roll,
    chance: (share) => roll() < share,
    between,
    whole,
    logNormal: (mean, deviation) =>
      Math.exp(mean + deviation * Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll())),
    pick: (all) => all[whole(0, all.length - 1)] as (typeof all)[number],
    weighted(weights) {
      const all = Object.entries(weights) as [keyof typeof weights, number][];
      let left = roll() * all.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of all) {
        left -= weight;
        if (left < 0) return key;
      }
      return all[0]?.[0] as keyof typeof weights;
    },
    word: (length) => Array.from({ length }, () => whole(0, 35).toString(36)).join(""),
  };
}
