import fc from "fast-check";
import { expect, test } from "vitest";
import { endpointRate } from "./rate.ts";

const second = 1000;
const day = 86_400_000;

const at = (nowMs: number) => {
  const clock = { atMs: nowMs, now: () => clock.atMs, systemTime: (atMs: number) => atMs };
  return clock;
};

test("whoever asks for how much and whenever, no stretch gives more than its rate", () => {
  const asks = fc.array(fc.record({ waitMs: fc.nat(900), want: fc.integer({ min: 1, max: 9 }) }), { maxLength: 80 });
  fc.assert(
    fc.property(asks, fc.integer({ min: 1, max: 12 }), (all, max) => {
      const clock = at(1_800_000_000_000);
      const lease = endpointRate(clock);
      const given = new Map<number, number>();
      for (const { waitMs, want } of all) {
        clock.atMs += waitMs;
        const { granted, untilMs, moreAtMs } = lease(want, { max, per: second });
        const stretch = Math.floor(clock.atMs / second);
        given.set(stretch, (given.get(stretch) ?? 0) + granted);
        expect(untilMs).toBe((stretch + 1) * second);
        expect(moreAtMs).toBeGreaterThanOrEqual(untilMs);
      }
      expect(Math.max(0, ...given.values())).toBeLessThanOrEqual(max);
    }),
  );
});

test("who finds nothing left is told to come when there is room for them: not all of them in the next stretch", () => {
  const lease = endpointRate(at(0));
  lease(10, { max: 10, per: second });
  const told = Array.from({ length: 30 }, () => lease(1, { max: 10, per: second }).moreAtMs / second);
  for (const stretch of [1, 2, 3]) expect(told.filter((one) => one === stretch)).toHaveLength(10);
});

test("another rate holds at once, and a clock that was put back stops nothing", () => {
  const clock = at(10 * day + 1);
  const lease = endpointRate(clock);
  expect(lease(1, { max: 1, per: day }).granted).toBe(1);
  expect(lease(1, { max: 1, per: day }).granted).toBe(0);
  expect(lease(5, { max: 100, per: second }).granted).toBe(5);
  clock.atMs -= 3_600_000;
  expect(lease(5, { max: 100, per: second }).granted).toBe(5);
});
