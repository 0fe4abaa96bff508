const units = [
  [86_400_000, "d", 2],
  [3_600_000, "h", 1],
  [60_000, "min", 1],
] as const;

/** How long, for people: never longer than it was, and no clock that jumped makes it negative. */
export function ago(ms: number): string {
  const [size, unit] = units.find(([one, , least]) => ms >= one * least) ?? [1000, "s"];
  return `${Math.max(1, Math.floor(ms / size))} ${unit}`;
}
