import type { Item } from "../../../contract/signals.ts";
import { deed, line } from "./deeds.ts";
import type { Dice } from "./dice.ts";
import type { Timed } from "./page-visit.ts";
import type { Place } from "./shop-paths.ts";

interface Shopper {
  open: (place: Place, last: boolean, clicking: number, deeds?: readonly Timed[], item?: Item, leastMs?: number) => void;
  cart: Item[];
  buys: boolean;
  hasOrderPage: boolean;
}

const form = "checkout";
const fields = 8;

/** From the cart to the purchase, or to where it ends: 70 % of carts are left, 63 % of them before the checkout. */
export function checkout(dice: Dice, { open, cart, buys, hasOrderPage }: Shopper): void {
  const goesOn = buys || dice.chance(0.2);
  if (!goesOn && dice.chance(0.35)) {
    open("list", true, 0.3); // never even looks at the cart
    return;
  }
  if (dice.chance(0.45)) open("list", false, 0.3);
  const items = cart.map(line);
  const inCart = [deed(400, { kind: "view_cart", items, currency: "EUR" })];
  if (dice.chance(0.06)) inCart.push(deed(9000, { kind: "remove_from_cart", items: [line(cart[0] as Item)], currency: "EUR" }));
  if (dice.chance(0.03)) inCart.push(deed(12_000, { kind: "coupon_refused" }));
  open("cart", !goesOn, 0.7, inCart);
  if (!goesOn) return;

  const deeds = [
    deed(300, { kind: "begin_checkout", items, currency: "EUR" }),
    deed(2500, { kind: "click", target: "input" }),
    deed(2510, { kind: "form_start", form, fields }),
  ];
  const filled = buys ? fields : dice.whole(0, fields);
  let atMs = 4000;
  for (let i = 1; i <= filled; i++) {
    atMs += dice.between(2000, 9000);
    deeds.push(deed(atMs, { kind: "form_progress", form, fields, filled: i }));
  }
  const isRefused = dice.chance(buys ? 0.05 : 0.15) && filled > 5;
  if (isRefused) {
    deeds.push(deed(atMs + 3000, { kind: "payment_failed", code: dice.pick(["card_declined", "expired_card"]) }));
    atMs += dice.between(15_000, 120_000);
  }
  if (!buys) {
    if (filled)
      deeds.push(deed(atMs + 5000, { kind: "form_abandon", form, fields, filled, engaged_ms: Math.round(atMs - 2500) }));
    open("checkout", true, 0, deeds, undefined, atMs + 4000);
    return;
  }
  deeds.push(deed(atMs + 3000, { kind: "form_submit", form }));
  const order = dice
    .word(40)
    .replace(/[^0-9a-f]/g, "")
    .padEnd(16, "0")
    .slice(0, 16);
  const purchase = { kind: "purchase", items, currency: "EUR", order } as const;
  if (hasOrderPage) {
    open("checkout", false, 0, deeds);
    open("order", true, 0.3, [deed(300, purchase)]);
  } else open("checkout", true, 0, [...deeds, deed(atMs + 4200, purchase)]);
}
