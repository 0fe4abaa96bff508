import type { FeedKind, Product, Quote, Review, Rows, Stock } from "../site/feeds/kinds.ts";
import type { ItemFacts, Said } from "./conditions/declared.ts";
import { type Fed, type Feeds, itemFacts, type Subject, shownItem, topOf } from "./fed.ts";

/** The rows of a site's feeds, and when each was true. */
export type FeedRows = { readonly [Kind in FeedKind]?: { readonly atMs: number; readonly rows: Rows[Kind] } };

const maxSaid = 20;

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

  /** Where a product has several sizes, its id does not say which one is in the cart. */
  const stockOf = (id: string): Stock | undefined => {
    const rows = stocked.get(id);
    return rows?.length === 1 ? rows[0] : undefined;
  };
  const leftOf = ({ id, stock: told = 0 }: Product): number => stocked.get(id)?.reduce((sum, { left }) => sum + left, 0) ?? told;

  /** In stock, of the same category: of the preferred brand if there is one, and of these the nearest in price. */
  function replacementOf({ id, category, price }: ItemFacts, brand: string, size = ""): Product | undefined {
    let best: Product | undefined;
    let bestRank = Infinity;
    for (const one of (category && byCategory.get(category)) || []) {
      const fits = !size || !one.sizes || one.sizes.includes(size);
      if (one.id === id || !fits || leftOf(one) <= 0) continue;
      const isPreferred = brand !== "" && one.brand?.toLowerCase() === brand.toLowerCase();
      const rank = Math.abs((one.price ?? 1e9) - price) + (isPreferred ? 0 : 1e10);
      if (rank < bestRank) [best, bestRank] = [one, rank];
    }
    return best;
  }

  const asItem = (row: Product | undefined): ItemFacts => itemFacts(row && shownItem(row.id), undefined, row);
  const oldest = (...all: (number | undefined)[]): number => Math.min(...all.filter((atMs) => atMs !== undefined));

  function about({ items: cart, told, shown, wishes, brand }: Subject): Fed {
    const items = cart.map((item) => itemFacts(item, told.get(item.id), byId.get(item.id)));
    const dearest = topOf(items);
    const inSize = stockOf(dearest.id);
    const page = itemFacts(shownItem(shown, told.get(shown)), told.get(shown), byId.get(shown));
    const top = {
      ...dearest,
      size_known: inSize?.size !== undefined,
      size_left: inSize?.left ?? 0,
      size: inSize?.size ?? "",
      reviews: dearest.id ? saidOf(dearest.id) : [],
      get replacement() {
        return asItem(replacementOf(dearest, brand, inSize?.size));
      },
    };
    const product = {
      ...page,
      get replacement() {
        return asItem(replacementOf(page, brand));
      },
    };
    const wished = wishes.map((id) => itemFacts({ id }, told.get(id), byId.get(id))).filter(({ name }) => name);

    /** Of a field that a page had told already, a feed says nothing. */
    const filled = (id: string, field: string): number | undefined => {
      const row = byId.get(id);
      const page = { ...told.get(id), ...cart.find((item) => item.id === id) };
      const isTold = ["name", "category", "price", "margin"].includes(field) && Object.hasOwn(page, field);
      return row && Object.hasOwn(row, field) && !isTold ? products?.atMs : undefined;
    };
    const replaced = (by: ItemFacts): number | undefined =>
      by.id ? oldest(products?.atMs, stocked.has(by.id) ? stock?.atMs : undefined) : undefined;

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
        if (root === "product") return of === "replacement" ? replaced(product.replacement) : filled(shown, of);
        if (root !== "cart") return undefined;
        if (of !== "top") return of === "items" && cart.some(({ id }) => byId.has(id)) ? products?.atMs : undefined;
        if (field.startsWith("size")) return inSize && stock?.atMs;
        if (field === "reviews") return top.reviews[0] && reviews?.atMs;
        return field === "replacement" ? replaced(top.replacement) : filled(dearest.id, field);
      },
    };
  }

  return {
    about,
    line(id) {
      const { name, brand, category, url, image_url } = byId.get(id) ?? {};
      const inSize = stockOf(id);
      return {
        ...Object.fromEntries(Object.entries({ name, brand, category, url, image_url }).filter(([, value]) => value)),
        ...(inSize?.size !== undefined && { variant: inSize.size }),
        ...(inSize && stock && { stock_left: inSize.left, stock_at: new Date(stock.atMs).toISOString() }),
      };
    },
  };
}
