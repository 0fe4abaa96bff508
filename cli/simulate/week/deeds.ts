import type { Item, Observed } from "../../../contract/signals.ts";
import type { Dice } from "./dice.ts";
import type { Timed } from "./page-visit.ts";
import type { Place } from "./shop-paths.ts";

export const deed = (afterMs: number, signal: Observed): Timed => ({ afterMs: Math.round(afterMs), signal });
/** As a cart or a product is told of. */
export const line = ({ id, category, price, margin }: Item): Item => ({
  id,
  ...(category && { category }),
  ...(price && { price }),
  quantity: 1,
  ...(margin && { margin }),
});

/** A page is open for as long as what is done on it takes. */
export const restOf = (deeds: readonly Timed[]): number => deeds.reduce((most, { afterMs }) => Math.max(most, afterMs + 500), 0);

export function video(dice: Dice): Timed[] {
  const demo = dice.chance(0.3) && ({ demo: true } as const);
  if (dice.chance(0.4)) return [deed(14_000, { kind: "video_unplayed", video: "tour", in_view_ms: 10_000 })];
  const share = dice.pick([0.25, 0.25, 0.5, 0.75, 0.95]);
  return [deed(12_000 + share * 40_000, { kind: "video_progress", video: "tour", share, ...demo })];
}

/** Few search, fewer for help. */
export function searching(dice: Dice, place: Place): Timed[] {
  if (place !== "list" || !dice.chance(0.009)) return [];
  const query_class = dice.weighted({ product: 78, other: 16, help: 4, compare: 2 });
  return [
    deed(500, {
      kind: "search",
      query_class,
      results: dice.chance(0.08) ? 0 : dice.whole(1, 60),
      ...(query_class === "product" && dice.chance(0.06) && { price_limit: true }),
    }),
  ];
}
