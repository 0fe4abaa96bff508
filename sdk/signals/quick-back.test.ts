import { expect, test } from "vitest";
import { observeQuickBack } from "./quick-back.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();

/** The pages of a visit, each with how long ago it was shown; the visitor is on /a now. */
const trail = (...visits: [path: string, msAgo: number][]) =>
  visits.map(([path, msAgo]) => ({ url: location.origin + path, at: Date.now() - msAgo }));
const back = (visits: { url: string; at: number }[], beganMsAgo = 0) => {
  history.replaceState({}, "", "/a?utm_source=x#top");
  page.watch(observeQuickBack, { trail: visits, beganMsAgo });
  return page.said;
};

test("who is back within 10 s has come back quickly", () => {
  expect(back(trail(["/z", 60_000], ["/a", 30_000], ["/b", 4000]))).toEqual([{ kind: "quick_back", away_ms: 4000 }]);
});

test("an observer that comes late counts till the page began", () => {
  expect(back(trail(["/a", 30_000], ["/b", 10_500]), 1500)).toEqual([{ kind: "quick_back", away_ms: 9000 }]);
});

test("no quick return: after longer than 10 s, over two pages, from nowhere, or a reload", () => {
  back(trail(["/a", 30_000], ["/b", 10_001]));
  back(trail(["/a", 30_000], ["/b", 4000], ["/c", 2000]));
  back(trail(["/b", 4000]));
  back(trail(["/a", 4000], ["/a", 2000]));
  back([]);
  expect(page.said).toEqual([]);
});

test("a clock that was set back meanwhile makes no return", () => {
  expect(back(trail(["/a", 30_000], ["/b", -3_600_000]))).toEqual([]);
});
