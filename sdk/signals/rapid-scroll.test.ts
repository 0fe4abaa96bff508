import { expect, test, vi } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const rushes = () => visit.said("rapid_scroll");

/** The page is ten viewports high; `speed` in viewports a second. */
const rush = async (speed: number, from: number, to: number) => {
  for (let y = from; y <= to; y += speed / 50) await visit.scrollTo((y + 1) / 10);
};

test("a rush past half of the page is said once it has ended, and again only when a later one is faster", async () => {
  await visit.start();
  await visit.pass(400);
  await rush(4, 0, 6);
  expect(rushes()).toEqual([]);
  await visit.pass(1000);
  await rush(3, 0, 6);
  await visit.pass(1000);
  await rush(8, 0, 7);
  await visit.leaving();
  expect(rushes()).toEqual([
    { kind: "rapid_scroll", speed: expect.closeTo(4, 0), depth: expect.closeTo(0.7, 1) },
    { kind: "rapid_scroll", speed: expect.closeTo(8, 0), depth: expect.closeTo(0.8, 1) },
  ]);
});

test("no rush: too slow, in the upper half, upwards, too short, or one jump", async () => {
  await visit.start();
  await visit.pass(400);
  await rush(1.3, 4, 7);
  await visit.pass(500);
  await rush(6, 0, 3.5);
  await visit.pass(500);
  for (let y = 9; y > 4; y -= 0.1) await visit.scrollTo((y + 1) / 10);
  await visit.pass(500);
  await rush(5, 5, 6);
  await visit.pass(500);
  await visit.scrollTo(0.1);
  await visit.pass(500);
  await visit.scrollTo(1);
  await visit.leaving();
  expect(rushes()).toEqual([]);
});

test("where a link sends the visitor smoothly, nobody rushes", async () => {
  await visit.start();
  await visit.pass(400);
  document.body.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
  await rush(8, 0, 8);
  await visit.leaving();
  expect(rushes()).toEqual([]);
});

test("a phone's page must go half as fast again", async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  vi.spyOn(screen, "width", "get").mockReturnValue(390);
  await visit.start();
  await visit.pass(400);
  await rush(2, 0, 7);
  await visit.pass(1000);
  await rush(2.6, 0, 7);
  await visit.leaving();
  expect(rushes()).toHaveLength(1);
});
