import type { ConditionFacts, ItemFacts } from "../decide/conditions.ts";
import type { KnownItem } from "../profile/items.ts";
import type { ContentParts } from "./content.ts";

/** The values that texts can name. */
export type Scope = Readonly<Record<string, unknown>>;

/** Facts are worked out when they are asked for; a template wants them as they are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** For texts that name something, and most do not: the same facts as in conditions, and what only a message has: its offer, the names of products, the way back to the cart. */
export function scopeOf({ facts, items, file, timeZone }: ContentParts, offer: object | undefined): Scope {
  const known = plain(facts) as Record<keyof ConditionFacts | "cart", Record<string, unknown>>;
  const path = file.pages.cart?.match[0]?.replace(/\*.*$/, "");
  const url = path && `${file.origins[0]}${path}`;
  const { cart, product, wishlist } = known;
  const named = (item: unknown) => withNames(item as Item, items);
  return {
    ...known,
    cart: {
      ...cart,
      ...(url && { url, restore_url: url }),
      ...(Array.isArray(cart.items) && { items: cart.items.map(named) }),
      ...(typeof cart.top === "object" && { top: named(cart.top) }),
    },
    ...(product && { product: named(product) }),
    ...(Array.isArray(wishlist?.items) && { wishlist: { items: wishlist.items.map(named) } }),
    ...(offer && { offer }),
    time_zone: timeZone,
  };
}

/** An item of which no size is known says so: Liquid takes `size` of an object that has none for the number of its fields. */
function withNames(item: Item, items: ReadonlyMap<string, KnownItem>): object {
  const { atMs: _, ...known } = items.get(item.id) ?? { atMs: 0 };
  // What conditions know of an item may be empty; nothing empty hides what a page told.
  return { size: "", ...known, ...told(item) };
}

type Item = Pick<ItemFacts, "id"> & Partial<ConditionFacts["cart"]["top"]>;

/** A number that nobody told is none: a text would say 0. */
function told(item: Item): object {
  const isTold = ([name, value]: [string, unknown]) =>
    value !== "" && !(value === 0 && (name === "price" || (name === "size_left" && !item.size_known)));
  const { replacement, ...own } = item;
  return {
    ...Object.fromEntries(Object.entries(own).filter(isTold)),
    ...(replacement?.id && { replacement: told(replacement) }),
  };
}
