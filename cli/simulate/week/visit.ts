import type { Device, Item } from "../../../contract/signals.ts";
import { looking, shopping } from "./calibration.ts";
import { checkout } from "./checkout.ts";
import { deed, line, restOf, searching, video } from "./deeds.ts";
import type { Dice } from "./dice.ts";
import { pageVisit, type Timed } from "./page-visit.ts";
import { goods, type Paths, type Place } from "./shop-paths.ts";

/** Who comes, as far as it changes what they do. */
export interface Visitor {
  device: Device;
  /** Shops, rather than looks. */
  shops: boolean;
  /** Which visit this is; 1 is the first. */
  number: number;
}

export interface PageOfVisit {
  signals: Timed[];
  /** Until the next page is shown. */
  gapMs: number;
}

type Deeds = readonly Timed[];

/** One visit, page by page. */
export function visit(dice: Dice, paths: Paths, visitor: Visitor): PageOfVisit[] {
  const { device, shops, number } = visitor;
  const pages: PageOfVisit[] = [];
  const [mean, deviation] = shops ? shopping.pageSeconds : looking.pageSeconds;
  let paceSeconds = dice.logNormal(mean, deviation * 0.7);
  const trail: string[] = [];
  let landing: "paid" | "email" | undefined;
  if (dice.chance(0.13)) landing = dice.chance(0.8) ? "paid" : "email";

  /** @param clicking the share of visitors who click early on a page like this */
  function open(place: Place, last: boolean, clicking: number, deeds: Deeds = [], item?: Item, leastMs = 0): void {
    const openMs = Math.round(Math.max(leastMs, restOf(deeds), 1000 * Math.min(1800, paceSeconds * dice.logNormal(-0.15, 0.55))));
    const url = paths.urlOf(place, dice, item);
    // Who stays does something, most of the time.
    const clicks = dice.chance(openMs < 20_000 ? clicking : 1 - (1 - clicking) * 0.3);
    const look = { url, device, ...(landing && { landing }), openMs, clicks, last, deeds };
    const again = number > 1 && dice.chance(place === "product" ? 0.25 : 0.5);
    pages.push({ signals: pageVisit(dice, { ...look, again }), gapMs: Math.round(dice.between(300, 1500)) });
    landing = undefined;
  }

  function product(last: boolean, more: Deeds = []): Item {
    const known = trail.length > 1 && dice.chance(0.12);
    const item = goods.find(({ id }) => known && id === trail[0]) ?? dice.pick(goods);
    const deeds = [...more, deed(400, { kind: "view_item", items: [line(item)], currency: "EUR" })];
    const before = new Set(trail);
    if (item.id !== trail.at(-1)) trail.push(item.id);
    const isBack = known && item.id !== trail.at(-2) && before.size > 1;
    if (before.size && (!before.has(item.id) || isBack))
      deeds.push(deed(900, { kind: "comparison", products: new Set(trail).size, ...(isBack && { back_and_forth: true }) }));
    if (dice.chance(0.04)) deeds.push(...video(dice));
    if (dice.chance(0.03)) deeds.push(deed(6000, { kind: "element_seen", name: "returns-policy", seen_ms: 3000 }));
    open("product", last, 0.45, deeds, item);
    return item;
  }

  const browse = (last: boolean) => {
    const place = dice.weighted({
      list: 45,
      product: 26,
      other: 12,
      home: 9,
      pricing: 3.5,
      returns: 0.8,
      compare: 0.4,
      account: 3,
    });
    if (place === "product") product(last);
    else open(place, last, place === "pricing" ? 0.55 : 0.3, searching(dice, place));
  };

  if (!shops) {
    let count = 1;
    if (!dice.chance(looking.bounces))
      do count++;
      while (count < looking.mostPages && dice.chance(looking.anotherPage));
    const first = dice.weighted<Place>({ product: 30, home: 30, list: 22, other: 16, pricing: 2 });
    // Who goes at once has not looked for long.
    if (count === 1) paceSeconds *= 0.6;
    if (first === "product") product(count === 1);
    else open(first, count === 1, 0.2);
    for (let i = 2; i <= count; i++) browse(i === count);
    return pages;
  }

  const buys = dice.chance(number > 1 ? shopping.buys.again : shopping.buys.first);
  const fills = buys || dice.chance(shopping.fillsCart);
  const [pagesMean, pagesDeviation] = shopping.pages[buys ? "buys" : "looks"];
  const count = Math.min(100, Math.max(fills ? 4 : 2, Math.round(dice.logNormal(pagesMean, pagesDeviation))));
  const isAccount = dice.chance(shopping.account * 0.5);
  open(dice.weighted<Place>({ home: 45, list: 25, product: 0, account: isAccount ? 20 : 0, other: 10 }), false, 0.3);
  const fillsAt = fills ? Math.max(2, Math.floor(count * dice.between(0.5, 0.85))) : Infinity;
  const cart: Item[] = [];
  for (let i = 2; i <= count && (i <= fillsAt || dice.chance(0.6)); i++) {
    const isLast = i === count && !fills;
    // Lists lead to products, products back to lists: shoppers go on from one to the next less often.
    if (i >= fillsAt && (cart.length === 0 || dice.chance(0.1))) {
      const at = dice.between(4000, 25_000);
      const item = product(false, [deed(at, { kind: "click", target: "button" })]);
      const added = deed(at + 10, { kind: "add_to_cart", items: [line(item)], currency: "EUR" });
      pages.at(-1)?.signals.splice(placeOf(pages.at(-1) as PageOfVisit, at + 10), 0, added);
      cart.push(item);
    } else if (dice.chance(0.32)) product(isLast);
    else if (dice.chance(shopping.information * 0.08)) open("returns", isLast, 0.2);
    else
      open(
        dice.weighted<Place>({ list: 88, pricing: 1.5, account: 4, other: 6, compare: 0.5 }),
        isLast,
        0.35,
        searching(dice, "list"),
      );
  }
  if (cart.length) checkout(dice, { open, cart, buys, hasOrderPage: paths.has("order") });
  return pages;
}

const placeOf = ({ signals }: PageOfVisit, afterMs: number): number => {
  const later = signals.findIndex((one) => one.afterMs > afterMs);
  return later < 0 ? signals.length - 1 : later;
};
