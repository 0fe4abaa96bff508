/**
 * What the sample week is like, and where that was measured. Shares are 0–1.
 *
 * Visits of shoppers: UCI Online Shoppers Purchasing Intention (Sakar et al., CC BY 4.0), sessions of one shop by as many visitors. They
 * look at 20 pages (median) and 15.5 % of them buy, so they are no cross-section of a week: of all visits to 2,800 shops 1.4 % end
 * in a purchase and in 4.6 % something comes into a cart (Littledata 2023), and 70 % of carts are left (Baymard, 50 studies).
 * Both hold at once, more or less, if 7 % of visits are those of shoppers, half of whom fill a cart.
 */
export const shopping = {
  shareOfVisits: 0.072,
  buys: { first: 0.247, again: 0.14 },
  /** Of those who do not buy. */
  fillsCart: 0.39,
  /** Natural logarithm of the number of pages: mean, deviation. */
  pages: { buys: [3.48, 1.01], looks: [2.94, 1.08] },
  /** Natural logarithm of the seconds that a page of products stays open, a session's mean. */
  pageSeconds: [3.41, 0.73],
  account: 0.53,
  information: 0.21,
} as const;

/** The others look at one page, or at a few. No public figure is as firm here; bounces of shops are told between 35 and 55 %. */
export const looking = { bounces: 0.48, mostPages: 7, anotherPage: 0.62, pageSeconds: [2.9, 0.9] } as const;

export const week = {
  /** A Monday, 00:00 UTC. */
  startsAtMs: Date.UTC(2026, 2, 2),
  /** Monday to Sunday: 23.2 % of the shoppers' sessions were on a weekend. */
  days: [0.154, 0.154, 0.153, 0.154, 0.153, 0.116, 0.116],
  /** By hour: little at night, most in the evening. Judgement. */
  hours: [8, 5, 3, 2, 2, 4, 9, 16, 24, 30, 34, 36, 38, 36, 35, 36, 38, 42, 48, 56, 62, 60, 44, 22],
} as const;

/** Of the shoppers 86 % had been there before; among people who only look they are fewer. */
export const knownBefore = { shops: 0.86, looks: 0.25 } as const;

export const devices = { phone: 0.55, tablet: 0.05, desktop: 0.4 } as const;

/** Of 2,102 exit gestures of office cursors 16 % came after 15 s of quiet (docs/exit-intent.md). */
export const exitQuietSeconds = [1.6, 1.1] as const;
