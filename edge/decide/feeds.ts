import type { FeedKind, Product, Quote, Review, Rows, Stock } from "../site/feeds/kinds.ts";
import type { ItemFacts, Said, Trait } from "./conditions/declared.ts";
import { type Fed, type Feeds, itemFacts, type Subject, topOf } from "./fed.ts";

/** The rows of a site's feeds, and when each was true. */
export type FeedRows = { readonly [Kind in FeedKind]?: { readonly atMs: number; readonly rows: Rows[Kind] } };

const maxSaid = 20;
const fields = ["name", "brand", "category", "price", "margin", "url", "image_url"] as const;

const said = ({ text, author, rating }: Review & Quote): Said => ({
  text,
  ...(author !== undefined && { author }),
  ...(rating !== undefined && { rating }),
});

function grouped<T>(rows: readonly T[] = [], by: (row: T) => string | undefined): Map<string, T[]> {
  const all = new Map<string, T[]>();
  for (const row of rows) {
    const name = by(row) ?? "";
    const group = all.get(name);
    if (group) group.push(row);
    else all.set(name, [row]);
  }
  return all;
}

/** Looks up the rows of feeds. Built once for each isolate and push; every question after that is synchronous. */
export function feedsOf({ products, stock, reviews, quotes }: FeedRows): Feeds {
  const byId = new Map(products?.rows.map((row) => [row.id, row]));
  const byCategory = grouped(products?.rows, ({ category }) => category);
  const stocked = grouped<Stock>(stock?.rows, ({ id }) => id);
  const reviewed = grouped<Review>(reviews?.rows, ({ product }) => product);
  /** Those that name no product are of the site. */
  const saidOf = (product = ""): Said[] => (reviewed.get(product) ?? []).slice(0, maxSaid).map(said);
  const ofSite = { reviews: saidOf(), quotes: (quotes?.rows ?? []).slice(0, maxSaid).map(said) };

  /** Where a product has several sizes, its id alone does not say which one is in the cart. */
  const stockOf = (id: string, size = ""): Stock | undefined => {
    const rows = stocked.get(id) ?? [];
    if (size) return rows.find((row) => row.size?.toLowerCase() === size.toLowerCase());
    return rows.length === 1 ? rows[0] : undefined;
  };
  const leftOf = ({ id, stock: told = 0 }: Product): number => stocked.get(id)?.reduce((sum, { left }) => sum + left, 0) ?? told;

  /** What the feed adds: what no page told. */
  const added = (item: ItemFacts): Partial<ItemFacts> => {
    const row = byId.get(item.id);
    return Object.fromEntries(fields.flatMap((name) => (row?.[name] === undefined || item[name] ? [] : [[name, row[name]]])));
  };
  const filled = (item: ItemFacts): ItemFacts => ({ ...item, ...added(item) });
  const itemOf = (id: string): ItemFacts => filled({ ...itemFacts(), id });

  /** In stock, of the same category: of the preferred brand if there is one, and of these the nearest in price. */
  function replacementOf({ id, category, price }: ItemFacts, brand: Trait = "", size = ""): ItemFacts {
    let best = "";
    let bestRank = Infinity;
    for (const one of (category && byCategory.get(category)) || []) {
      const fits = !size || !one.sizes || one.sizes.includes(size);
      if (one.id === id || !fits || leftOf(one) <= 0) continue;
      const isPreferred = brand !== "" && one.brand?.toLowerCase() === String(brand).toLowerCase();
      const rank = Math.abs((one.price ?? 1e9) - price) + (isPreferred ? 0 : 1e10);
      if (rank < bestRank) [best, bestRank] = [one.id, rank];
    }
    return itemOf(best);
  }

  function complete(unfed: Fed, { items: cart, told, wishes, brand }: Subject): Fed {
    const items = unfed.items.map(filled);
    const dearest = topOf(items);
    const index = items.indexOf(dearest);
    const chosen = cart[index]?.variant;
    const inSize = stockOf(dearest.id, chosen);
    const size = chosen ?? inSize?.size ?? "";
    const page = filled(unfed.product);
    const top = {
      ...dearest,
      size_known: inSize?.size !== undefined,
      size_left: inSize?.left ?? 0,
      size,
      reviews: dearest.id ? saidOf(dearest.id) : [],
      get replacement() {
        return replacementOf(dearest, brand(), size);
      },
    };
    const product = {
      ...page,
      get replacement() {
        return replacementOf(page, brand());
      },
    };
    const wished = wishes.map((id) => filled(itemFacts({ id }, told.get(id)))).filter(({ name }) => name);

    const addedAt = (item: ItemFacts | undefined, field: string) =>
      item && Object.hasOwn(added(item), field) ? products?.atMs : undefined;
    const replacedAt = ({ id }: ItemFacts): number | undefined =>
      id ? Math.min(...[products, stocked.has(id) ? stock : undefined].map((feed) => feed?.atMs ?? Infinity)) : undefined;

    return {
      items,
      top,
      product,
      wishlist: { items: wished },
      site: ofSite,
      asOf(path) {
        const [root, of = "", field = ""] = path.replace(/\[\d+\]/g, "").split(".");
        if (root === "site") return of === "quotes" ? ofSite.quotes[0] && quotes?.atMs : ofSite.reviews[0] && reviews?.atMs;
        if (root === "wishlist") return wished.some(({ id }) => byId.has(id)) ? products?.atMs : undefined;
        if (root === "product") return of === "replacement" ? replacedAt(product.replacement) : addedAt(unfed.product, of);
        if (root !== "cart") return undefined;
        if (of !== "top") return of === "items" && items.some(({ id }) => byId.has(id)) ? products?.atMs : undefined;
        if (field.startsWith("size")) return field === "size" && chosen ? undefined : inSize && stock?.atMs;
        if (field === "reviews") return top.reviews[0] && reviews?.atMs;
        if (field === "replacement") return replacedAt(top.replacement);
        return addedAt(unfed.items[index], field);
      },
    };
  }

  return {
    complete,
    line({ id, variant }) {
      const { name, brand, category, url, image_url } = itemOf(id);
      const inSize = stockOf(id, variant);
      return {
        ...Object.fromEntries(Object.entries({ name, brand, category, url, image_url }).filter(([, value]) => value)),
        ...(inSize?.size !== undefined && { variant: inSize.size }),
        ...(inSize && stock && { stock_left: inSize.left, stock_at: new Date(stock.atMs).toISOString() }),
      };
    },
  };
}
