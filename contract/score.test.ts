import fc from "fast-check";
import { expect, test } from "vitest";
import { momentKinds, scoreMoment } from "./evidence.ts";
import type { Facts } from "./facts.ts";
import type { MomentKind } from "./moments.ts";

const ms = fc.integer({ min: 0, max: 1_000_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const facts: fc.Arbitrary<Facts> = fc.record(
  {
    device: fc.constantFrom("phone", "tablet", "desktop"),
    type: fc.constantFrom("pricing", "other"),
    key: fc.boolean(),
    money: fc.boolean(),
    again: fc.boolean(),
    views: fc.integer({ min: 1, max: 3 }),
    number: fc.integer({ min: 1, max: 3 }),
    landing: fc.constantFrom("paid", "email"),
    cart: fc.nat(5),
    dwellMs: ms,
    goneMs: ms,
    depth: share,
    fits: fc.boolean(),
    clicks: fc.nat(3),
    exit: fc.record({ quality: share, quietMs: ms }),
    form: fc.record({ fields: fc.nat(9), filled: fc.nat(9), engagedMs: ms, lead: fc.boolean(), failed: fc.nat(4) }),
  },
  {
    requiredKeys: ["device", "type", "key", "money", "again", "views", "number", "dwellMs", "goneMs", "depth", "fits", "clicks"],
  },
);
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
  (f) => ({ ...f, cart: (f.cart ?? 0) + 1 }),
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
