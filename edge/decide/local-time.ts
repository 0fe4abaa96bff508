import { clockOf, knownZone } from "./time-zone.ts";

/** Where in the day and the week it is. */
export interface LocalTime {
  hour: number;
  weekday: string;
}

/** By the clock of the first of these zones that exists. */
export function localTime(atMs: number, ...written: (string | undefined)[]): LocalTime {
  const text = clockOf(knownZone(...written)).format(atMs);
  return { hour: Number(/\d+/.exec(text)?.[0] ?? 0), weekday: text.slice(0, 3).toLowerCase() };
}

export const daypartOf = (hour: number): string =>
  hour >= 6 && hour < 12 ? "morning" : hour >= 12 && hour < 18 ? "afternoon" : hour >= 18 && hour < 23 ? "evening" : "night";
