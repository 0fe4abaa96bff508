import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../site/answers.ts";
import { type Budget, siteSpending, type Wanted } from "./spending.ts";

const hour = 3_600_000;
const day = 24 * hour;
const everyPurpose = ["marketing", "service", "transactional"] as const;

/** The site's spending with a clock that is set, and what it noted. */
function site() {
  const kept = new Map<string, unknown>();
  const kv = { get: (key: string) => kept.get(key), put: (key: string, value: unknown) => kept.set(key, structuredClone(value)) };
  const storage = { kv, transactionSync: (change: () => unknown) => change() } as unknown as DurableObjectStorage;
  const noted: Change[] = [];
  const clock = { nowMs: 1_800_000_000_000 };
  const audit = { add: (_at: number, line: Change) => noted.push(line), page: () => [] };
  const spending = siteSpending(storage, { now: () => clock.nowMs, systemTime: (atMs) => atMs }, audit);
  return { spend: (...asked: Parameters<typeof spending.spend>) => spending.spend(...asked), noted, clock };
}

const one = (count: number, more: Partial<Wanted> = {}): Wanted => ({ channel: "email", purpose: "marketing", count, ...more });
const budget = (more: Partial<Budget> = {}): Budget => ({
  max: 100,
  perMs: day,
  channels: ["email"],
  purposes: everyPurpose,
  ...more,
});

test("however it is asked, no stretch of a budget's length holds more than the budget, also where it is used late", () => {
  const asks = fc.array(
    fc.record({
      waitMs: fc.integer({ min: 0, max: 9 * hour }),
      count: fc.integer({ min: 1, max: 60 }),
      channel: fc.constantFrom("email", "sms"),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(asks, fc.constantFrom(hour, day, 7 * day), (all, perMs) => {
      const { spend, clock } = site();
      const limit = budget({ perMs, channels: ["email", "sms"] });
      const used: { atMs: number; count: number }[] = [];
      for (const { waitMs, ...asked } of all) {
        clock.nowMs += waitMs;
        const { count, untilMs } = spend(one(0, asked), limit);
        for (const atMs of [clock.nowMs, untilMs - 1])
          used.push({ atMs, count: atMs === clock.nowMs ? Math.ceil(count / 2) : Math.floor(count / 2) });
      }
      for (const { atMs } of used) {
        const within = used.filter((other) => other.atMs <= atMs && atMs - other.atMs < perMs);
        expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(limit.max);
      }
    }),
  );
});

test("what is spent may be spent again a day and an hour later at the latest", () => {
  const { spend, clock } = site();
  expect(spend(one(100), budget()).count).toBe(100);
  clock.nowMs += day - 1;
  expect(spend(one(1), budget()).count).toBe(0);
  clock.nowMs += hour + 1;
  expect(spend(one(1), budget()).count).toBe(1);
});

test("a budget counts the channels and purposes that it names", () => {
  const { spend } = site();
  const marketing = budget({ max: 1, purposes: ["marketing"] });
  expect(spend(one(1, { purpose: "service" }), budget()).count).toBe(1);
  expect(spend(one(1, { channel: "sms" }), budget({ channels: ["sms"] })).count).toBe(1);
  expect(spend(one(2), marketing).count).toBe(1);
  expect(spend(one(1), marketing).count).toBe(0);
});

test("that a budget is spent is noted once in its length", () => {
  const { spend, noted, clock } = site();
  for (let i = 0; i < 5; i++) spend(one(60), budget());
  expect(noted).toEqual([
    expect.objectContaining({ who: "edge", what: "budget_spent", detail: expect.stringContaining("100 messages") }),
  ]);
  clock.nowMs += day - 1;
  spend(one(60), budget());
  expect(noted).toHaveLength(1);
  clock.nowMs += 2 * hour;
  for (let i = 0; i < 5; i++) spend(one(60), budget());
  expect(noted).toHaveLength(2);
});
