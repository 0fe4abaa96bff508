import { expect, test } from "vitest";
import { lanes, type Place } from "./lanes.ts";

/**
 * As many as a destination takes at once are inside; time passes for whoever waits. Where the isolate is `busy`, whoever waits is woken so much too late.
 */
async function crowded(to = "a") {
  let nowMs = 0;
  let lateMs = 0;
  let waiting: { atMs: number; wake: () => void }[] = [];
  let looks = 0;
  const { enter, isBehind } = lanes({
    nowMs: () => nowMs,
    wait(ms) {
      looks++;
      return new Promise<void>((wake) => waiting.push({ atMs: nowMs + ms, wake }));
    },
  });
  const inside = (await Promise.all(Array.from({ length: 128 }, () => enter(to)))) as Place[];
  return {
    ...{ enter, inside, isBehind },
    looks: () => looks,
    busy: (ms: number) => {
      lateMs = ms;
    },
    passes: async (ms: number) => {
      for (const toMs = nowMs + ms; nowMs < toMs; ) {
        nowMs += Math.min(10, toMs - nowMs);
        const due = new Set(waiting.filter(({ atMs }) => nowMs >= atMs + lateMs));
        waiting = waiting.filter((one) => !due.has(one));
        for (const { wake } of due) wake();
        for (let i = 0; i < 5; i++) await Promise.resolve();
      }
    },
  };
}

test("128 requests are under way to a destination at once, and each that ends makes room for one more", async () => {
  const { enter, inside, passes } = await crowded();
  let came = 0;
  for (let i = 0; i < 3; i++) void enter("a").then((place) => place && came++);
  await passes(400);
  expect(came).toBe(0);
  inside[5]?.leave();
  inside[5]?.leave(); // a place is given back once
  await passes(400);
  expect(came).toBe(1);
  inside[9]?.leave();
  inside[0]?.leave();
  await passes(400);
  expect(came).toBe(3);
});

test("a destination that does not answer keeps nobody from another one", async () => {
  const { enter } = await crowded("dead");
  expect(await enter("well")).toMatchObject({ hasWaited: false });
});

test("who waited fifteen seconds for a place is told so", async () => {
  const { enter, passes } = await crowded();
  let isTold = false;
  const late = enter("a").finally(() => {
    isTold = true;
  });
  await passes(14_900);
  expect(isTold).toBe(false);
  await passes(1000);
  expect(await late).toBeUndefined();
});

test("more than 2,048 do not wait: they are told at once", async () => {
  const { enter, passes } = await crowded();
  let told = 0;
  const waiting = Array.from({ length: 2048 }, () => enter("a").finally(() => told++));
  expect(await enter("a")).toBeUndefined();
  expect(told).toBe(0);
  await passes(18_000);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([undefined]));
});

test("whoever came first goes about first, and nobody who comes now overtakes those who wait", async () => {
  const { enter, inside, passes } = await crowded();
  const came: number[] = [];
  const comes = (i: number) => void enter("a").then((place) => place && came.push(i));
  for (let i = 0; i < 60; i++) comes(i);
  for (let i = 0; i < 60; i++) {
    inside[i]?.leave();
    comes(60 + i);
    await passes(30);
  }
  await passes(2000);
  expect(came).toHaveLength(60);
  expect(Math.max(...came.map((who, turn) => Math.abs(who - turn)))).toBeLessThan(5);
});

test("who waits looks few times, however many wait", async () => {
  const { enter, inside, looks, passes } = await crowded();
  const places = inside;
  const takes = async () => {
    const place = await enter("a");
    if (place) places.push(place);
  };
  for (let i = 0; i < 1000; i++) void takes();
  for (let i = 0; i < 1000; i++) {
    places[i]?.leave();
    await passes(i % 4 === 0 ? 10 : 0);
  }
  await passes(3000);
  expect(places).toHaveLength(1128);
  expect(looks() / 1000).toBeLessThan(5);
});

test("who would wait more than fifteen seconds is told at once: the lane of a slow tool is short", async () => {
  const { enter, inside, passes } = await crowded();
  await passes(10_000);
  for (const { leave } of inside) leave();
  let told = 0;
  for (let i = 0; i < 428; i++) void enter("a").then((place) => place ?? told++);
  await passes(10);
  expect(told).toBeGreaterThan(90);
  expect(told).toBeLessThan(120);
});

test("a place whose holder died is free again when no request could still be under way", async () => {
  const { enter, inside, passes } = await crowded();
  await passes(10_000);
  for (const { leave } of inside.slice(1)) leave();
  for (let i = 0; i < 127; i++) await enter("a");
  let came = 0;
  for (let i = 0; i < 3; i++) void enter("a").then((place) => place && came++);
  await passes(9900);
  expect(came).toBe(0);
  await passes(200);
  expect(came).toBe(1);
});

test("an isolate that wakes too late those who wait long is behind, until it is not: a slow tool alone does not make it so", async () => {
  const { enter, busy, passes, isBehind } = await crowded();
  for (let i = 0; i < 900; i++) void enter("a");
  await passes(3000);
  expect(isBehind()).toBe(false);
  busy(400);
  await passes(3000);
  expect(isBehind()).toBe(true);
  busy(0);
  await passes(3000);
  expect(isBehind()).toBe(false);
});

test("where few wait nobody is behind, however late they are woken: they will have had their turn before who was sent away comes again", async () => {
  const { enter, busy, passes, isBehind } = await crowded();
  for (let i = 0; i < 200; i++) void enter("a");
  busy(400);
  await passes(3000);
  expect(isBehind()).toBe(false);
});

test("when nobody waits any more, nobody is behind", async () => {
  const { enter, inside, busy, passes, isBehind } = await crowded();
  const came = Array.from({ length: 900 }, () => enter("a"));
  busy(400);
  await passes(3000);
  expect(isBehind()).toBe(true);
  for (const place of came) void place.then((got) => got?.leave());
  for (const { leave } of inside) leave();
  await passes(8000);
  expect(isBehind()).toBe(false);
});
