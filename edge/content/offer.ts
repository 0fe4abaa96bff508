import type { Offer } from "../site/schema/messages.ts";
import type { ContentParts } from "./content.ts";

/** Where nobody is made an offer, and somebody wants to see what it would look like. */
const sampleCode = "YOUR-CODE";

/** An offer as a message and a webhook name it: as it was made to somebody, or a sample of it. */
export function madeOffer(
  id: string,
  offer: Offer,
  { file: { currency }, making, nowMs }: Pick<ContentParts, "file" | "making" | "nowMs">,
) {
  const { percent, amount, free_shipping, sample, points, referral, code, min_cart, valid_for } = offer;
  const gift = { percent, amount, free_shipping, sample, points, referral };
  const { atMs, untilMs, code: own } = making ?? { atMs: nowMs, untilMs: nowMs + valid_for };
  const said = own ?? code?.fixed ?? (code && sampleCode);
  return {
    id,
    ...(Object.fromEntries(Object.entries(gift).filter(([, value]) => value !== undefined)) as Partial<typeof gift>),
    ...(said && { code: said }),
    starts_at: new Date(atMs).toISOString(),
    ends_at: new Date(untilMs).toISOString(),
    ...(min_cart && { min_cart: { amount: min_cart, ...(currency && { currency }) } }),
  };
}
