import { Stop } from "./stop.ts";

/** What an option says, which must be a whole number. */
export function wholeNumber(option: string, said: string | undefined): number | undefined {
  if (said === undefined) return undefined;
  if (!/^\d{1,9}$/.test(said)) throw new Stop(`${option} takes a whole number, like ${option} 3`, 2);
  return Number(said);
}
