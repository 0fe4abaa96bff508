const maxChars = 64;

/** The name that was probably meant, unless all are too far from it. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  if (written.length > maxChars) return undefined;
  const longer = written.length > 2 && names.find((name) => name.startsWith(written));
  if (longer) return longer;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const name of names) {
    const away = distance(written.toLowerCase(), name.toLowerCase());
    if (away < least) [best, least] = [name, away];
  }
  return best;
}

/** Levenshtein distance, where two letters in the wrong order are one mistake. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + other);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? least) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}

export const meant = (name: string | undefined): string => (name === undefined ? "" : `; did you mean \`${name}\`?`);

/** A suggestion, or, where nothing is near, all there is. */
export const meantOf = (written: string, names: readonly string[]): string =>
  meant(nearest(written, names)) || (names.length && names.length <= 16 ? `; there is ${names.join(", ")}` : "");
