import { meant, nearest } from "../../decide/conditions/nearest.ts";

export const listed = (words: readonly string[], and = "and"): string =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} ${and} ${words.at(-1)}` : words.join();

/** The one that was meant, or all there are if they are few. */
export function insteadOf(written: string, all: readonly string[]): string {
  const some = all.length === 1 ? `there is only ${all[0]}` : `there are ${listed(all)}`;
  return meant(nearest(written, all)) || (all.length && all.length <= 8 ? `; ${some}` : "");
}

/** `what` is missing under this name. */
export function absent(what: string, written: string, all: readonly string[]): string {
  return `there is no ${what} \`${written}\`${insteadOf(written, all)}`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** As a duration is written in the file: 90m is 1h 30m. */
export function span(ms: number): string {
  let left = ms;
  const parts = units.flatMap(([unit, size]) => {
    // Up to a day is told in hours, as the layers are.
    const count = unit === "d" && ms < 2 * size ? 0 : Math.floor(left / size);
    left -= count * size;
    return count ? `${count}${unit}` : [];
  });
  return parts.join(" ") || "0s";
}
