import { Stop } from "./stop.ts";

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What an option says, which must be a duration. */
export function durationMs(option: string, said: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([smhd])$/.exec(said) ?? [];
  if (!count || !unit) throw new Stop(`${option} takes a duration, like ${option} 30s`, 2);
  return Number(count) * (unitMs[unit] as number);
}
