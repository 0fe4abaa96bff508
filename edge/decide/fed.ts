import type { Item } from "../../contract/signals.ts";
import type { KnownItem } from "../profile/items.ts";
import type { ConditionFacts, ItemFacts, Trait } from "./conditions/declared.ts";

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
  /** The brand that the person prefers, where the file declares such a trait. */
  brand: () => Trait | undefined;
}

/** The facts that feeds have a part in. */
export interface Fed extends Pick<ConditionFacts, "product" | "wishlist" | "site" | "asOf"> {
  items: readonly ItemFacts[];
  top: ConditionFacts["cart"]["top"];
}

/** Whether a fact can come from feeds only. */
export const isFed = (path: string): boolean =>
  /^(cart\.top\.(size_|reviews|replacement)|product\.replacement|site\.|wishlist\.)/.test(path);

/** The feeds of a site, as decisions ask them. */
export interface Feeds {
  /** The same facts with what feeds tell, where no page had told it. */
  complete: (unfed: Fed, subject: Subject) => Fed;
  /** What a webhook tells of an item of the cart, besides what pages told. */
  line: (item: Item) => object;
}

/** @param told what pages said of it before: a cart keeps no names */
export const itemFacts = (item?: Item, told?: KnownItem): ItemFacts => ({
  id: item?.id ?? "",
  name: item?.name ?? told?.name ?? "",
  brand: "",
  category: item?.category ?? told?.category ?? "",
  price: item?.price ?? 0,
  quantity: item ? (item.quantity ?? 1) : 0,
  margin: item?.margin ?? "",
  url: told?.url ?? "",
  image_url: "",
});

/** The dearest. */
export const topOf = (items: readonly ItemFacts[]): ItemFacts =>
  items.reduce<ItemFacts>((a, b) => (b.price > a.price ? b : a), items[0] ?? itemFacts());

/** What pages told alone. */
export function unfed({ items: cart, told, shown }: Subject): Fed {
  const items = cart.map((item) => itemFacts(item, told.get(item.id)));
  const replacement = itemFacts();
  const page = told.get(shown);
  const dearest = topOf(items);
  const size = cart[items.indexOf(dearest)]?.variant ?? "";
  return {
    items,
    top: { ...dearest, size_known: false, size_left: 0, size, reviews: [], replacement },
    product: { ...itemFacts({ id: shown, quantity: 0, price: page?.price ?? 0 }, page), replacement },
    wishlist: { items: [] },
    site: { reviews: [], quotes: [] },
    asOf: () => undefined,
  };
}
