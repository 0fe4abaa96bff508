import { defaultPages, type PageRule, pageRule } from "../../../contract/pages.ts";
import type { Item } from "../../../contract/signals.ts";
import type { Dice } from "./dice.ts";

export type Place =
  | "home"
  | "list"
  | "product"
  | "pricing"
  | "cart"
  | "checkout"
  | "order"
  | "returns"
  | "compare"
  | "account"
  | "other";

/** What the sample week sells. */
export const goods: readonly (Item & { price: number })[] = Array.from({ length: 24 }, (_, i) => ({
  id: `item-${i + 1}`,
  category: ["coffee", "tea", "machines", "sale"][i % 4] as string,
  price: [9, 14, 16, 22, 39, 64, 89, 240][i % 8] as number,
  margin: (["low", "medium", "high"] as const)[i % 3] as "low",
}));

const ownPaths: Partial<Record<Place, string>> = { home: "/", list: "/browse/new", account: "/account", other: "/journal/today" };

/** The pages of the sample shop under the site's own paths: each type by its first pattern that leads there. */
export function shopPaths(origin: string, rules: readonly PageRule[]) {
  const own = rules.filter(({ type }) => !defaultPages.some((known) => known.type === type));
  const pathTo = (type: string): string | undefined =>
    [...rules, ...defaultPages]
      .filter((rule) => rule.type === type)
      .flatMap(({ match }) => match)
      .map((pattern) => pattern.replace(/\/\*$/, "/today").replaceAll("*", ""))
      .find((path) => pageRule(path, rules)?.type === type);
  const paths = new Map<string, string>();
  for (const { type } of [...rules, ...defaultPages]) if (!paths.has(type)) paths.set(type, pathTo(type) ?? `/journal/${type}`);

  return {
    has: (type: Place) => rules.some((rule) => rule.type === type),
    /** Pages of types that only this site knows are what others read there. */
    urlOf(place: Place, dice: Dice, item?: Item): string {
      if (place === "other" && own.length && dice.chance(0.6)) return origin + paths.get(dice.pick(own).type);
      const path = ownPaths[place] ?? paths.get(place);
      return origin + (item ? path?.replace(/today$/, item.id) : path);
    },
  };
}

export type Paths = ReturnType<typeof shopPaths>;
