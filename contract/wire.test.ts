import fc from "fast-check";
import { expect, test } from "vitest";
import { type Ack, limits, take, unacknowledged } from "./wire.ts";

test("an acknowledgement covers what was taken and nothing else, in any order and however often it comes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 120 }), (numbers) => {
      const ack: Ack = { mark: 0, ranges: [] };
      const taken = new Set<number>();
      for (const n of numbers) {
        const before = structuredClone(ack);
        const answer = take(ack, n);
        expect(answer === "seen").toBe(taken.has(n));
        if (answer === "taken") taken.add(n);
        else expect(ack).toEqual(before);
      }
      const all = Array.from({ length: 60 }, (_, i) => ({ n: i + 1 }));
      expect(unacknowledged(all, ack).map(({ n }) => n)).toEqual(all.map(({ n }) => n).filter((n) => !taken.has(n)));
      expect(ack.ranges.length).toBeLessThanOrEqual(limits.ranges);
    }),
    { numRuns: 2000 },
  );
});

test("a seventeenth gap is refused", () => {
  const ack: Ack = { mark: 0, ranges: [] };
  for (let i = 1; i <= limits.ranges; i++) expect(take(ack, 2 * i + 1)).toBe("taken");
  expect(take(ack, 1000)).toBe("full");
  expect(take(ack, 1)).toBe("taken");
});
