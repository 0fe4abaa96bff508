import type { Features, PageFeatures } from "./features.ts";
import { noPage, type PageOf } from "./pages.ts";

/** What the pages of a session tell together, in the order of their views. */
export interface Trail {
  /** Different products looked at. */
  products: number;
  /** One of them again after another. */
  backAndForth: boolean;
  /** Key pages in a row, up to this page. */
  run: number;
  /** Type of the page before. */
  from: string;
  /** A form was sent, here or on the page before. */
  sent: boolean;
  /** Pages on which the cart was looked at. */
  cartViews: number;
  searches: number;
  /** A search asked for help. */
  helped: boolean;
  /** A checkout was begun. */
  paying: boolean;
  /** Payments that were refused. */
  refusals: number;
}

const hasSent = (page?: PageFeatures): boolean => Object.values(page?.forms ?? {}).some(({ submits }) => submits);

export const isCheckout = (page: PageFeatures, type?: string): boolean =>
  type === "checkout" || !!page.checkout || !!page.payments;

export function trailOf({ pages }: Features, id: string, pageOf: PageOf): Trail {
  const shown = new Set<string>();
  let [products, run, cartViews, searches, refusals] = [0, 0, 0, 0, 0];
  let [from, product, path] = ["", "", ""];
  let [backAndForth, helped, paying] = [false, false, false];
  let before: PageFeatures | undefined;
  for (const key of Object.keys(pages).sort()) {
    const page = pages[key] as PageFeatures;
    const { view, search, compared, payments = 0 } = page;
    const { type, key: isKey, path: here } = (view && pageOf(view.url)) ?? noPage;
    const item = page.item ?? (type === "product" ? here : "");
    if (item) {
      backAndForth ||= item !== product && shown.has(item);
      shown.add(item);
      product = item;
    }
    backAndForth ||= !!compared?.back;
    products = Math.max(products, shown.size, compared?.products ?? 0);
    if (type === "cart" || page.cartView) cartViews++;
    searches += search?.count ?? 0;
    helped ||= !!search?.help;
    paying ||= isCheckout(page, type);
    refusals += payments;
    if (!view || key > id) continue;
    if (key < id) {
      from = type;
      before = page;
    }
    // A reload is no further step.
    if (!isKey) run = 0;
    else if (here !== path) run++;
    path = here;
  }
  const sent = hasSent(before) || hasSent(pages[id]);
  return { products, backAndForth, run, from, sent, cartViews, searches, helped, paying, refusals };
}
