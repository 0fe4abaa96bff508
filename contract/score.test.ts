import fc from "fast-check";
import { expect, test } from "vitest";
import { momentKinds, scoreMoment } from "./evidence.ts";
import type { Facts } from "./facts.ts";
import type { MomentKind } from "./moments.ts";
import { freshFacts } from "./score.vectors.ts";
import type { Item } from "./signals.ts";

const ms = fc.integer({ min: 0, max: 1_000_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const few = fc.nat(4);
const yes = fc.boolean();
const type = fc.constantFrom("pricing", "product", "cart", "checkout", "returns", "order", "compare", "other");
const facts: fc.Arbitrary<Facts> = fc
  .record(
    {
      device: fc.constantFrom("phone", "tablet", "desktop"),
      type,
      key: yes,
      money: yes,
      again: yes,
      landing: fc.constantFrom("paid", "email"),
      views: few,
      number: fc.integer({ min: 1, max: 3 }),
      dwellMs: ms,
      goneMs: ms,
      depth: share,
      fits: yes,
      clicks: few,
      exit: fc.record({ quality: share, quietMs: ms }),
      form: fc.record({ fields: fc.nat(9), filled: fc.nat(9), engagedMs: ms, lead: yes, failed: few }),
      sessionMs: ms,
      cart: few,
      cartItems: fc.subarray<Item>([{ id: "a", margin: "high" }, { id: "b" }]),
      worth: fc.double({ min: 0, max: 4, noNaN: true }),
      cartViews: few,
      products: few,
      backAndForth: yes,
      run: fc.nat(6),
      from: type,
      sent: yes,
      searches: fc.integer({ min: 1, max: 4 }),
      helped: yes,
      refusals: few,
      orders: fc.nat(1),
      choosing: yes,
      checkout: yes,
      stallMs: ms,
      payments: few,
      failed: few,
      rage: few,
      dead: few,
      back: yes,
      slow: yes,
      rapid: fc.record({ speed: fc.double({ min: 0, max: 8, noNaN: true }), depth: share, leftMs: ms }),
      watched: fc.record({ demo: yes, again: yes }),
      unplayedMs: ms,
      policyMs: ms,
      marked: yes,
      search: fc.record(
        { count: few, help: fc.constant(true), product: fc.constant(true), limit: fc.constant(true) },
        { requiredKeys: ["count"] },
      ),
      ordered: yes,
      declined: yes,
    },
    { requiredKeys: [] },
  )
  .map((known) => ({ ...freshFacts(), ...known }) as Facts);
const kind: fc.Arbitrary<MomentKind> = fc.constantFrom(...momentKinds);

test("a score lies between 0 and 10 and is a whole number of tenths", () => {
  fc.assert(
    fc.property(kind, facts, (k, f) => {
      const score = scoreMoment(k, f);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(10);
      expect(Math.round(score * 10) / 10).toBe(score);
    }),
    { numRuns: 5000 },
  );
});

/** Ways in which there can only be more to say for a moment, each with the kinds whose gate it leaves as it is. */
const more: ((f: Facts) => Facts)[] = [
  (f) => ({ ...f, dwellMs: f.dwellMs + 1000 }),
  (f) => ({ ...f, depth: Math.min(1, f.depth + 0.1) }),
  (f) => ({ ...f, key: true }),
  (f) => ({ ...f, again: true }),
  (f) => ({ ...f, cart: f.cart + 1, worth: f.worth + 0.1, cartViews: f.cartViews + 1, cartItems: [{ id: "a", margin: "high" }] }),
  (f) => ({ ...f, sessionMs: f.sessionMs + 1000, goneMs: f.goneMs + 1000, stallMs: f.stallMs + 1000 }),
  (f) => ({ ...f, products: f.products + 1, backAndForth: true, choosing: true, run: f.run + 1 }),
  (f) => ({ ...f, searches: f.searches + 1, helped: true }),
  (f) => ({ ...f, payments: f.payments + 1, refusals: f.refusals + 1, failed: f.failed + 1, checkout: true }),
  (f) => ({ ...f, rage: f.rage + 1, dead: f.dead + 1, back: true, slow: true }),
  (f) => ({ ...f, unplayedMs: f.unplayedMs + 1000, policyMs: f.policyMs + 1000, from: "product" }),
  (f) => (f.watched ? { ...f, watched: { demo: true, again: true } } : f),
  (f) => (f.rapid ? { ...f, rapid: { speed: f.rapid.speed + 0.5, depth: 1, leftMs: 0 } } : f),
  (f) => (f.search ? { ...f, search: { ...f.search, help: true, product: true, limit: true, none: true } } : f),
  (f) => ({ ...f, number: 2, landing: "paid" }),
  (f) => (f.exit ? { ...f, exit: { quality: Math.min(1, f.exit.quality + 0.1), quietMs: f.exit.quietMs + 1000 } } : f),
  (f) =>
    f.form
      ? {
          ...f,
          form: {
            ...f.form,
            filled: f.form.filled + 1,
            engagedMs: f.form.engagedMs + 1000,
            lead: true,
            failed: f.form.failed + 1,
          },
        }
      : f,
];

test("more evidence never lowers a score while its gate holds", () => {
  fc.assert(
    fc.property(kind, facts, fc.constantFrom(...more), (k, f, grow) => {
      const before = scoreMoment(k, f);
      const grown = grow(f);
      const after = scoreMoment(k, grown);
      // A bounce is a first look that touched nothing: a scroll trades one piece for an equal one, a long dwell shuts its gate.
      if (before === 0 || after === 0) return;
      expect(after).toBeGreaterThanOrEqual(before);
    }),
    { numRuns: 10_000 },
  );
});
