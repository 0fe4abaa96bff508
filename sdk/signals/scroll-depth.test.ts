import { expect, test, vi } from "vitest";
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

test("on a page that grows what was said stays, and what was not is measured anew", async () => {
  await visit.start();
  await visit.pass(400);
  await visit.scrollTo(0.4);
  await visit.pass(200);
  await visit.scrollTo(0.8);
  const tall = vi.spyOn(document.documentElement, "scrollHeight", "get").mockReturnValue(innerHeight * 16);
  window.dispatchEvent(new Event("scroll"));
  await visit.pass(500);
  tall.mockReturnValue(innerHeight * 100);
  window.dispatchEvent(new Event("scroll"));
  await visit.leaving();
  expect(visit.said("scroll_depth")).toEqual([
    { kind: "scroll_depth", depth: 0.4 },
    { kind: "scroll_depth", depth: 0.5 },
  ]);
});

test("an inner scroller that the site names stands for the page, even when it comes later; others do not count", async () => {
  await visit.start({ scrollRoot: "#feed" });
  await visit.pass(400);
  document.body.innerHTML = "<ul id=carousel></ul><main id=feed></main>";
  const scroll = (id: string, top: number) => {
    const box = document.getElementById(id) as HTMLElement;
    Object.defineProperties(box, {
      clientHeight: { value: 500 },
      scrollHeight: { value: 2000 },
      scrollTop: { value: top, configurable: true },
    });
    box.dispatchEvent(new Event("scroll"));
  };
  scroll("carousel", 1500);
  await visit.pass(500);
  scroll("feed", 700);
  await visit.pass(20);
  await visit.leaving();
  expect(visit.said("scroll_depth")).toEqual([{ kind: "scroll_depth", depth: 0.6 }]);
});

test("of several elements that scroll, the one that is shown counts", async () => {
  document.body.innerHTML = "<div class=tab></div><div class=tab id=shown></div>";
  const shown = document.querySelector("#shown") as HTMLElement;
  for (const [name, value] of Object.entries({ clientHeight: 100, scrollHeight: 1000, scrollTop: 400 }))
    Object.defineProperty(shown, name, { value });
  await visit.start({ scrollRoot: ".tab" });
  await visit.pass(400);
  shown.dispatchEvent(new Event("scroll"));
  await visit.pass(12_000);
  expect(visit.said("scroll_depth")).toEqual([{ kind: "scroll_depth", depth: 0.5 }]);
});
