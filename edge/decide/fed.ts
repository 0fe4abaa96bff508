import type { Item } from "../../contract/signals.ts";
import type { KnownItem } from "../profile/items.ts";
import type { ConditionFacts, ItemFacts } from "./conditions/declared.ts";

/** Of whom and of what the feeds are asked. */
export interface Subject {
  /** In the cart. */
  items: readonly Item[];
  /** What pages told of products, by product. */
  told: ReadonlyMap<string, KnownItem>;
  /** The product that the page shows; empty where it shows none. */
  shown: string;
  /** Products on the wish list, the newest first. */
  wishes: readonly string[];
  /** The brand that the person prefers. */
  brand: string;
}

/** The facts that feeds have a part in. */
export interface Fed extends Pick<ConditionFacts, "product" | "wishlist" | "site" | "asOf"> {
  items: readonly ItemFacts[];
  top: ConditionFacts["cart"]["top"];
}

/** Whether a fact can come from feeds only. */
export const isFed = (path: string): boolean =>
  /^(cart\.top\.(size|reviews|replacement)|product\.replacement|site\.|wishlist\.)/.test(path);

/** The feeds of a site, as decisions ask them. */
export interface Feeds {
  about: (subject: Subject) => Fed;
  /** What a webhook tells of an item of the cart, besides what pages told. */
  line: (id: string) => object;
}

/** @param told what pages said of it before: a cart keeps no names @param fed what a feed says, where no page did */
export const itemFacts = (item?: Item, told?: KnownItem, fed: Partial<ItemFacts> = {}): ItemFacts => ({
  id: item?.id ?? "",
  name: item?.name ?? told?.name ?? fed.name ?? "",
  brand: fed.brand ?? "",
  category: item?.category ?? told?.category ?? fed.category ?? "",
  price: item?.price ?? fed.price ?? 0,
  quantity: item ? (item.quantity ?? 1) : 0,
  margin: item?.margin ?? fed.margin ?? "",
  url: fed.url ?? told?.url ?? "",
  image_url: fed.image_url ?? "",
});

/** The dearest. */
export const topOf = (items: readonly ItemFacts[]): ItemFacts =>
  items.reduce<ItemFacts>((a, b) => (b.price > a.price ? b : a), items[0] ?? itemFacts());

/** A product that is in no cart, with the price that a page told. */
export function shownItem(id: string, { price }: Partial<KnownItem> = {}): Item | undefined {
  return id ? { id, quantity: 0, ...(price !== undefined && { price }) } : undefined;
}

/** The same facts where a site has no feeds. */
export function unfed({ items: cart, told, shown }: Subject): Fed {
  const items = cart.map((item) => itemFacts(item, told.get(item.id)));
  const replacement = itemFacts();
  return {
    items,
    top: { ...topOf(items), size_known: false, size_left: 0, size: "", reviews: [], replacement },
    product: { ...itemFacts(shownItem(shown, told.get(shown)), told.get(shown)), replacement },
    wishlist: { items: [] },
    site: { reviews: [], quotes: [] },
    asOf: () => undefined,
  };
}
