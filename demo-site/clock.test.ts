import { expect, it } from "vitest";
import { type ClockState, virtualTime } from "./virtual-time.ts";

/** A world whose real time moves only when told. */
function world(rate = 1) {
  let realMs = 1_000_000;
  let wakes: { id: number; atMs: number; run: () => void }[] = [];
  let ids = 0;
  const errors: unknown[] = [];
  const start: ClockState = { realAtMs: realMs, atMs: realMs, rate };
  const time = virtualTime(start, {
    epochMs: () => realMs,
    sinceLoadMs: () => realMs - 999_900,
    wake: (run, delayMs) => {
      ids += 1;
      wakes.push({ id: ids, atMs: realMs + delayMs, run });
      return ids;
    },
    cancel: (id) => {
      wakes = wakes.filter((wake) => wake.id !== id);
    },
    settle: () => Promise.resolve(),
    report: (error) => errors.push(error),
  });
  function pass(ms: number): void {
    const untilMs = realMs + ms;
    for (;;) {
      const next = wakes.filter((wake) => wake.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      wakes = wakes.filter((wake) => wake !== next);
      realMs = Math.max(realMs, next.atMs);
      next.run();
    }
    realMs = untilMs;
  }
  const skip = (ms: number) => time.adopt({ realAtMs: realMs, atMs: time.now() + ms, rate: time.rate() });
  const setRate = (to: number) => time.adopt({ realAtMs: realMs, atMs: time.now(), rate: to });
  return { time, pass, skip, setRate, errors, start };
}

it("runs as fast as it is told, in epoch time and since load alike", () => {
  const { time, pass } = world(10);
  pass(500);
  expect(time.now()).toBe(1_005_000);
  expect(time.sinceLoad()).toBe(100 + 5000);
});

it("wakes a timer after its delay in virtual time", () => {
  const { time, pass } = world(10);
  const fired: number[] = [];
  time.set(() => fired.push(time.now()), 1000, false);
  pass(99);
  expect(fired).toEqual([]);
  pass(1);
  expect(fired).toEqual([1_001_000]);
  pass(1000);
  expect(fired).toHaveLength(1);
});

it("a skip runs what was due, each at its own instant, and what those set", async () => {
  const { time, skip } = world();
  const fired: [string, number, number][] = [];
  const note = (name: string) => fired.push([name, time.now() - 1_000_000, time.sinceLoad() - 100]);
  time.set(() => note("late"), 15_000, false);
  time.set(
    () => {
      note("early");
      time.set(() => note("nested"), 2000, false);
    },
    3000,
    false,
  );
  time.set(() => note("beyond"), 20_001, false);
  await skip(20_000);
  expect(fired).toEqual([
    ["early", 3000, 3000],
    ["nested", 5000, 5000],
    ["late", 15_000, 15_000],
  ]);
  expect(time.now()).toBe(1_020_000);
  expect(time.sinceLoad()).toBe(20_100);
});

it("an interval keeps its beat through a skip and after it", async () => {
  const { time, pass, skip } = world();
  const beats: number[] = [];
  const id = time.set(() => beats.push(time.now() - 1_000_000), 400, true);
  await skip(1000);
  pass(200);
  expect(beats).toEqual([400, 800, 1200]);
  time.clear(id);
  await skip(5000);
  expect(beats).toHaveLength(3);
});

it("a change of rate moves timers already set, and never turns time back", async () => {
  const { time, pass, setRate, start } = world();
  const fired: number[] = [];
  time.set(() => fired.push(time.now() - 1_000_000), 10_000, false);
  pass(1000);
  await setRate(10);
  pass(900);
  expect(fired).toEqual([10_000]);
  const before = time.now();
  await time.adopt({ realAtMs: start.realAtMs, atMs: start.atMs, rate: 1 });
  expect(time.now()).toBe(before);
  const sinceLoad = time.sinceLoad();
  pass(10);
  expect(time.sinceLoad()).toBe(sinceLoad + 10);
});

it("a timer that throws does not hold up the next", async () => {
  const { time, skip, errors } = world();
  let ran = false;
  time.set(
    () => {
      throw new Error("in the page");
    },
    10,
    false,
  );
  time.set(() => (ran = true), 20, false);
  await skip(30);
  expect([ran, errors.length]).toEqual([true, 1]);
});
