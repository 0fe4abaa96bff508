import { expect, test } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();

test("a depth is said when a new tenth is passed and the page stands still", async () => {
  await visit.start();
  await visit.pass(400);
  for (const share of [0.31, 0.35, 0.42]) await visit.scrollTo(share);
  await visit.pass(200);
  await visit.scrollTo(0.45);
  await visit.scrollTo(0.2);
  await visit.leaving();
  expect(visit.said("scroll_depth")).toEqual([
    { kind: "scroll_depth", depth: 0.42 },
    { kind: "scroll_depth", depth: 0.45 },
  ]);
});

test("a restored position is no scrolling, unless the visitor touched something", async () => {
  await visit.start();
  await visit.scrollTo(0.7);
  await visit.pass(2500);
  expect(visit.said("scroll_depth")).toEqual([]);
});

test("a page of one screen says so once", async () => {
  await visit.start();
  await visit.pass(12_000);
  expect(visit.said("scroll_depth")).toEqual([{ kind: "scroll_depth", depth: 1, fits: true }]);
});
