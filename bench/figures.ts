/** The value below which the share `p` (0–1) of the sorted values lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const round = (x: number, digits = 2): number => Number(x.toFixed(digits));

/** Rows of equal keys as an aligned table. */
export function table(rows: Record<string, string | number>[]): void {
  const keys = Object.keys(rows[0] ?? {});
  const width = (key: string) => Math.max(key.length, ...rows.map((row) => String(row[key]).length));
  const line = (cells: (key: string) => string | number) =>
    keys.map((key, i) => (i ? String(cells(key)).padStart(width(key)) : String(cells(key)).padEnd(width(key)))).join("  ");
  console.log(line((key) => key));
  for (const row of rows) console.log(line((key) => row[key] ?? ""));
  console.log();
}
