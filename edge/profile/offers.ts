import type { Profile } from "./state.ts";

/** What an offer can cost the shop, in the file's currency or in points; null where nobody can know. */
export type OfferCost = { amount: number; currency?: string } | { points: number } | null;

/** An offer as it was made to one person: whatever repeats it within its time says the same. */
export interface Making {
  atMs: number;
  untilMs: number;
  code?: string;
  /** Of what it gives, a number: a newer site file may give something else. */
  terms: number;
  /** The messages that carried it, by number, without those that reached nobody. */
  said: number[];
  /** An order was placed with its code. */
  usedAtMs?: number;
}

/** As many offers as a site file may have. */
const maxMakings = 100;

export function noteMaking(profile: Profile, offer: string, making: Making): Making {
  const all = Object.entries({ ...profile.offers, [offer]: making });
  profile.offers = Object.fromEntries(all.sort(([, a], [, b]) => a.atMs - b.atMs).slice(-maxMakings));
  return making;
}

/** What a message carried that reached nobody was not had by it. */
export function noteUnsaid({ offers = {} }: Profile, seq: number | undefined): void {
  for (const making of Object.values(offers)) making.said = making.said.filter((one) => one !== seq);
}

/** An order was placed with a code; shops take them in capitals or not. */
export function noteCoupon({ offers = {} }: Profile, coupon: string, atMs: number): void {
  for (const making of Object.values(offers)) if (making.code?.toLowerCase() === coupon.toLowerCase()) making.usedAtMs ??= atMs;
}
