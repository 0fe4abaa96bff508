import { expect, test, vi } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const dwells = () => visit.said("dwell").flatMap((said) => (said.kind === "dwell" ? [[said.engaged_ms, said.left]] : []));

test("dwell is said at its steps, and when the visitor leaves", async () => {
  await visit.start();
  await visit.pass(6000);
  visit.leave();
  await visit.pass(0);
  expect(dwells()).toEqual([
    [3000, undefined],
    [5000, undefined],
    [expect.toSatisfy((ms: number) => ms > 5900 && ms < 6100), true],
  ]);
});

test("time in another tab or window is not dwell", async () => {
  await visit.start();
  await visit.pass(2000);
  visit.blur();
  await visit.pass(60_000);
  visit.focus();
  await visit.pass(500);
  visit.hide();
  await visit.pass(60_000);
  visit.show();
  await visit.pass(600);
  visit.leave();
  await visit.pass(0);
  const left = dwells().at(-1) as [number, true];
  expect(left[0]).toBeGreaterThan(2900);
  expect(left[0]).toBeLessThan(3300);
});

test("a sleeping machine does not dwell: a timer that comes late counts as planned", async () => {
  await visit.start();
  await visit.pass(1000);
  const now = performance.now();
  const asleep = vi.spyOn(performance, "now").mockImplementation(() => now + 8 * 3_600_000);
  visit.leave();
  asleep.mockRestore();
  await visit.pass(0);
  expect(dwells()).toEqual([[3000, true]]);
});

test("leaving is said once, and taken back when the visitor returns", async () => {
  await visit.start();
  await visit.pass(1000);
  visit.leave();
  visit.hide();
  await visit.pass(10);
  visit.show();
  await visit.leaving();
  expect(dwells().map(([, left]) => left)).toEqual([true, undefined, true]);
});

test("what was scrolled is said before the dwell it belongs to", async () => {
  await visit.start();
  await visit.pass(2900);
  await visit.scrollTo(0.5);
  await visit.pass(90);
  expect((await visit.leaving()).map(({ kind }) => kind)).toEqual(["page_view", "scroll_depth", "dwell", "dwell"]);
});
