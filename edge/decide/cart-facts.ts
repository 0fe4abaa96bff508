import type { Facts } from "../../contract/facts.ts";
import type { Item } from "../../contract/signals.ts";
import type { KnownItem } from "../profile/items.ts";
import type { Profile } from "../profile/state.ts";
import type { ConditionFacts, ItemFacts } from "./conditions/declared.ts";

export function cartFacts({ cart, cartValue, currency, cartItems }: Facts, profile: Profile): ConditionFacts["cart"] {
  const told = new Map(profile.items);
  const items = cartItems.map((item) => itemFacts(item, told.get(item.id)));
  const dearest = items.reduce<ItemFacts>((a, b) => (b.price > a.price ? b : a), items[0] ?? itemFacts());
  return {
    count: Math.round(cart),
    value: cartValue,
    currency,
    margins: [...new Set(items.flatMap(({ margin }) => margin || []))],
    categories: [...new Set(items.flatMap(({ category }) => category || []))],
    items,
    // What is left in a size only the site's stock can tell.
    top: { ...dearest, size_known: false, size_left: 0, size: "" },
  };
}

/** @param told what pages said of it before: a cart keeps no names */
const itemFacts = (item?: Item, told?: KnownItem): ItemFacts => ({
  id: item?.id ?? "",
  name: item?.name ?? told?.name ?? "",
  category: item?.category ?? told?.category ?? "",
  price: item?.price ?? 0,
  quantity: item ? (item.quantity ?? 1) : 0,
  margin: item?.margin ?? "",
});
