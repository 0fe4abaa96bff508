import type { Facts } from "../../contract/facts.ts";
import type { ConditionFacts } from "./conditions/declared.ts";
import type { Fed } from "./fed.ts";

export function cartFacts({ cart, cartValue, currency }: Facts, { items, top }: Fed): ConditionFacts["cart"] {
  return {
    count: Math.round(cart),
    value: cartValue,
    currency,
    margins: [...new Set(items.flatMap(({ margin }) => margin || []))],
    categories: [...new Set(items.flatMap(({ category }) => category || []))],
    items,
    top,
  };
}
