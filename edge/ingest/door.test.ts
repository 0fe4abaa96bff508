import { expect, test } from "vitest";
import { door } from "./door.ts";

test("whoever comes while the edge is behind is told to come again in two to four seconds", () => {
  let nowMs = 0;
  const knock = door(
    () => true,
    () => nowMs,
  );
  for (; nowMs < 60_000; nowMs += 1000) {
    const wait = knock()?.againAfterMs ?? 0;
    expect(wait).toBeGreaterThanOrEqual(2000);
    expect(wait).toBeLessThanOrEqual(4000);
  }
});

test("whoever comes while it is not is let in", () => {
  expect(door(() => false)()).toBeUndefined();
});

test.each([100, 1000, 20_000])("%i who are turned away for ten minutes ask less than 200 times a second", (visitors) => {
  let nowMs = 0;
  const knock = door(
    () => true,
    () => nowMs,
  );
  const asksAt = new Map<number, number>([[0, visitors]]);
  let asked = 0;
  let longestMs = 0;
  for (; nowMs < 600_000; nowMs += 1000) {
    for (let n = asksAt.get(nowMs) ?? 0; n > 0; n--) {
      const waitMs = knock()?.againAfterMs ?? 0;
      longestMs = Math.max(longestMs, waitMs);
      const atMs = nowMs + Math.ceil(waitMs / 1000) * 1000;
      asksAt.set(atMs, (asksAt.get(atMs) ?? 0) + 1);
      if (nowMs >= 540_000) asked++;
    }
  }
  expect(asked / 60).toBeLessThan(200);
  expect(longestMs).toBeLessThanOrEqual(600_000);
});
