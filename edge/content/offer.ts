import type { Offer } from "../site/schema/messages.ts";

/** An offer as a message and a webhook name it. */
export function madeOffer(id: string, offer: Offer, currency: string, nowMs: number) {
  const { percent, amount, free_shipping, sample, points, referral, code, min_cart, valid_for } = offer;
  const gift = { percent, amount, free_shipping, sample, points, referral };
  return {
    id,
    ...(Object.fromEntries(Object.entries(gift).filter(([, value]) => value !== undefined)) as Partial<typeof gift>),
    ...(code?.fixed && { code: code.fixed }),
    starts_at: new Date(nowMs).toISOString(),
    ends_at: new Date(nowMs + valid_for).toISOString(),
    ...(min_cart && { min_cart: { amount: min_cart, ...(currency && { currency }) } }),
  };
}
