const units = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** What somebody meant who wrote `24 hours`, `3min` or `1h30m`; nothing where that cannot be told. */
export function spanMeant(written: string): string {
  const part = /(\d+(?:\.\d+)?)\s*(w|d|h|m|s)(?!onths?\b)[a-z]*\s*/giy;
  let seconds = 0;
  let read = 0;
  for (const { 0: all, 1: count, 2: unit = "s" } of written.matchAll(part)) {
    seconds += Number(count) * units[unit.toLowerCase() as keyof typeof units];
    read += all.length;
  }
  if (!seconds || read < written.length || !Number.isInteger(seconds)) return "";
  // Up to a day is told in hours, as the layers are.
  const unit = (["d", "h", "m"] as const).find((one) => seconds % units[one] === 0 && (one !== "d" || seconds > units.d)) ?? "s";
  return `; did you mean ${seconds / units[unit]}${unit}?`;
}
