import { cartOf } from "../../contract/cart.ts";
import type { OfferCost } from "../profile/offers.ts";
import type { Profile } from "../profile/state.ts";
import type { Offer } from "../site/schema/messages.ts";

/** `Gift cards` of a page is `gift-cards` of a site file. */
const named = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

const toCent = (value: number): number => Math.round(100 * value) / 100;

/** The cart of one session without what an offer is not for. `isAll`: everything in it is something of that. */
export function worthOf({ sessions, items = [] }: Profile, session: string, { exclude }: Pick<Offer, "exclude">) {
  const cart = cartOf(sessions[session]?.features.cart);
  const told = new Map(items);
  const out = exclude.map(named);
  const counted = cart.items.filter(
    ({ id, category = told.get(id)?.category ?? "" }) => !out.includes(named(id)) && !out.includes(named(category)),
  );
  const value =
    counted.length === cart.items.length
      ? cart.value
      : toCent(counted.reduce((sum, { price = 0, quantity = 1 }) => sum + price * quantity, 0));
  return { value, currency: cart.currency, isAll: cart.items.length > 0 && !counted.length };
}

/** What an offer can cost, by the cart as it is now. */
export function costOf(profile: Profile, session: string, offer: Offer, siteCurrency = ""): OfferCost {
  const { percent, amount, points } = offer;
  if (points !== undefined) return { points };
  const worth = worthOf(profile, session, offer);
  const value = percent === undefined ? amount : (worth.value * percent) / 100;
  const currency = (amount === undefined && worth.currency) || siteCurrency;
  return value ? { amount: toCent(value), ...(currency && { currency }) } : null;
}
