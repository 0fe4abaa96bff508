import fc from "fast-check";
import { expect, test } from "vitest";
import { waitAfter } from "./retry.ts";

const random = fc.double({ min: 0, max: 1, noNaN: true });

test("ten attempts are made over about three days, then no more", () => {
  const waits = Array.from({ length: 9 }, (_, i) => waitAfter(i + 1, 0.5) as number);
  expect(waits.map((ms) => ms / 1000)).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(waitAfter(10, 0.5)).toBeUndefined();
});

test("a wait is never sooner than asked for, never spread by more than a quarter", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), random, fc.nat(3_600_000), (attempt, r, asked) => {
      const wait = waitAfter(attempt, r, asked) as number;
      const middle = waitAfter(attempt, 0.5) as number;
      expect(wait).toBeGreaterThanOrEqual(Math.min(asked, 86_400_000));
      expect(wait).toBeGreaterThanOrEqual(Math.floor(middle * 0.75));
      expect(wait).toBeLessThanOrEqual(Math.max(asked, Math.ceil(middle * 1.25)));
    }),
  );
});
