import type { Item, Signal } from "../../contract/signals.ts";

/** What a person's pages told of a product, for the messages that show it. */
export interface KnownItem {
  atMs: number;
  name?: string;
  category?: string;
  price?: number;
  url?: string;
}

export const maxItems = 40;

const itemsOf = (signal: Signal): readonly Item[] => ("items" in signal && signal.items) || [];

/** Keeps the newest word on each product. `url`: of the page on which the signal was made. */
export function noteItems(known: Map<string, KnownItem>, signal: Signal, atMs: number, url: string | undefined): void {
  const all = itemsOf(signal);
  const isItsPage = signal.kind === "view_item" && all.length === 1;
  for (const { id, name, category, price } of all) {
    const item = { ...known.get(id), atMs, ...(name && { name }), ...(category && { category }), ...(price && { price }) };
    known.delete(id); // and so the first of the map is the one told of longest ago
    known.set(id, isItsPage && url ? { ...item, url } : item);
  }
  for (const id of known.keys()) {
    if (known.size <= maxItems) break;
    known.delete(id);
  }
}

export const maxWishes = 20;

/** What was bought is wished for no more. */
export function noteWishes(profile: { wishes?: string[] }, signal: Signal): void {
  const { wishes = [] } = profile;
  const isWish = signal.kind === "add_to_wishlist";
  if (!isWish && !(wishes.length && signal.kind === "purchase")) return;
  const named = itemsOf(signal).map(({ id }) => id);
  const left = wishes.filter((id) => !named.includes(id));
  profile.wishes = (isWish ? [...named, ...left] : left).slice(0, maxWishes);
}
