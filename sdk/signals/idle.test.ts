import { expect, test, vi } from "vitest";
import { observeIdle } from "./idle.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();
const idles = () => page.said.flatMap((said) => (said.kind === "idle" ? [said.idle_ms] : []));
const move = () => document.dispatchEvent(new MouseEvent("mousemove", { bubbles: true }));

test("an untouched page is said to be idle after 30, 60 and 120 s, and no more", async () => {
  page.watch(observeIdle);
  await page.pass(29_900);
  expect(idles()).toEqual([]);
  await page.pass(90_200);
  expect(idles()).toEqual([30_000, 60_000, 120_000]);
  await page.pass(600_000);
  expect(idles()).toHaveLength(3);
});

test("a touch begins the count anew", async () => {
  page.watch(observeIdle);
  await page.pass(45_000);
  page.touch();
  await page.pass(29_000);
  expect(idles()).toEqual([30_000]);
  await page.pass(1100);
  expect(idles()).toEqual([30_000, 30_000]);
});

test("whoever moves the pointer is not idle", async () => {
  page.watch(observeIdle);
  for (let i = 0; i < 12; i++) {
    await page.pass(10_000);
    move();
  }
  expect(idles()).toEqual([]);
  await page.pass(36_000);
  expect(idles()).toEqual([30_000]);
});

test("a hundred moves are looked at once", async () => {
  page.watch(observeIdle);
  const clock = vi.spyOn(performance, "now");
  for (let i = 0; i < 100; i++) move();
  expect(clock).toHaveBeenCalledTimes(1);
});

test("time in another tab is not idle time", async () => {
  page.watch(observeIdle);
  await page.pass(20_000);
  page.hide();
  await page.pass(300_000);
  page.show();
  await page.pass(29_000);
  expect(idles()).toEqual([]);
  await page.pass(1100);
  expect(idles()).toEqual([30_000]);
});

test("a machine that slept was not idle: a timer that comes late begins anew", async () => {
  page.watch(observeIdle);
  await page.pass(10_000);
  const nowMs = performance.now();
  const asleep = vi.spyOn(performance, "now").mockImplementation(() => nowMs + 8 * 3_600_000);
  await page.pass(20_100);
  asleep.mockRestore();
  expect(idles()).toEqual([]);
});

test("nothing is left behind when the page ends", async () => {
  page.watch(observeIdle);
  await page.pass(1000);
  page.end();
  await page.pass(300_000);
  expect(idles()).toEqual([]);
});
