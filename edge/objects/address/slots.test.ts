import fc from "fast-check";
import { expect, test } from "vitest";
import { type Slot, slotsAt, take } from "./slots.ts";

const hour = 3_600_000;
const purposes = ["marketing", "service", "transactional"] as const;

const step = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * hour })),
  id: fc.integer({ min: 0, max: 12 }),
  purpose: fc.constantFrom(...purposes),
  isFreed: fc.boolean(),
});
const cap = fc.record({
  max: fc.integer({ min: 0, max: 4 }),
  perMs: fc.constantFrom(hour, 24 * hour, 168 * hour),
  purposes: fc.subarray([...purposes], { minLength: 1 }),
});

test("whatever is asked, repeated and given back, no stretch of a cap's length holds more than the cap", () => {
  fc.assert(
    fc.property(fc.array(cap, { maxLength: 3 }), fc.array(step, { maxLength: 60 }), (caps, steps) => {
      let slots: Slot[] = [];
      let nowMs = 1_800_000_000_000;
      // A message may arrive at each of its attempts; each is one message.
      const attempts: { id: string; purpose: string; atMs: number }[] = [];
      for (const { waitMs, id: number, purpose, isFreed } of steps) {
        nowMs += waitMs;
        const id = `${purpose}-${number}`;
        const covering = caps.filter((one) => one.purposes.includes(purpose));
        const taken = take(slotsAt(slots, nowMs), { messageId: id, purpose, caps: covering, mayBegin: true }, nowMs);
        if (taken.ok) {
          slots = taken.slots;
          attempts.push({ id, purpose, atMs: nowMs });
        }
        if (isFreed) {
          slots = slots.filter((slot) => slot.id !== id);
          for (const one of attempts.splice(0)) if (one.id !== id) attempts.push(one);
        }
        for (const { max, perMs, purposes } of caps) {
          const within = attempts.filter((one) => purposes.some((p) => p === one.purpose) && nowMs - one.atMs < perMs);
          expect(new Set(within.map((one) => one.id)).size).toBeLessThanOrEqual(max);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("a cap counts the purposes that it names, and those that came within its time", () => {
  const caps = [{ max: 1, perMs: 24 * hour, purposes: ["marketing"] as const }];
  const first = take([], { messageId: "a", purpose: "marketing", caps, mayBegin: true }, 0);
  if (!first.ok) throw new Error(first.text);
  const ask = (nowMs: number, purpose: (typeof purposes)[number] = "marketing") =>
    take(
      slotsAt(first.slots, nowMs),
      { messageId: "b", purpose, caps: purpose === "marketing" ? caps : [], mayBegin: true },
      nowMs,
    );
  expect(ask(24 * hour - 1)).toMatchObject({ ok: false, gate: "address_cap" });
  expect(ask(24 * hour)).toMatchObject({ ok: true });
  expect(ask(1, "service")).toMatchObject({ ok: true });
});

test("where the budget is spent only a message goes on that has its place", () => {
  const asked = { messageId: "a", purpose: "service", caps: [] } as const;
  expect(take([], { ...asked, mayBegin: false }, 0)).toMatchObject({ ok: false, gate: "budget" });
  const taken = take([], { ...asked, mayBegin: true }, 0);
  expect(taken.ok && take(taken.slots, { ...asked, mayBegin: false }, 1)).toMatchObject({ ok: true, had: true });
});

test("what counts no more is forgotten", () => {
  const caps = [{ max: 3, perMs: 168 * hour, purposes }];
  const taken = take([], { messageId: "a", purpose: "service", caps, mayBegin: true }, 0);
  expect(taken.ok && [slotsAt(taken.slots, 168 * hour - 1).length, slotsAt(taken.slots, 168 * hour).length]).toEqual([1, 0]);
});
