import { expect, test } from "vitest";
import { defaultWeights, type ExplainedMoments, momentKinds, riseExplained } from "./evidence.ts";
import { factsOf } from "./facts.ts";
import { emptyFeatures, fold } from "./features.ts";
import { defaultBands } from "./moment-life.ts";
import { pageMatcher } from "./pages.ts";
import type { Observed } from "./signals.ts";

const scoring = { pageOf: pageMatcher(), bands: defaultBands };

function visit() {
  const features = emptyFeatures(1);
  const moments: ExplainedMoments = {};
  let n = 0;
  const see = (at: number, observed: Observed) => {
    n += 1;
    fold(features, { n, at, page: "p1", ...observed } as never, "s");
    return riseExplained(moments, features, "p1", at, scoring);
  };
  see(1000, { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" });
  return { features, moments, see };
}

test("every weight has its piece of evidence", () => {
  for (const kind of momentKinds) for (const weight of Object.values(defaultWeights(kind))) expect(weight).toBeGreaterThan(0);
});

test("a moment tells what made it, and a repeat adds what is new and keeps what is stronger", () => {
  const { see, moments } = visit();
  const [risen] = see(16_000, { kind: "exit_intent", quality: 0.4, speed: 0.2, quiet_ms: 15_000 });
  const names = () => moments["p1/exit"]?.evidence.map(({ name }) => name);
  expect(risen?.evidence.map(({ name }) => name)).toEqual(["no_interaction", "key_page", "money_page", "exit"]);
  see(30_000, { kind: "exit_intent", quality: 1, speed: 2, quiet_ms: 15_000 });
  expect(names()).toEqual(["no_interaction", "exit", "key_page", "money_page"]);
  expect(risen?.evidence.at(-1)).toMatchObject({ name: "exit", adds: 0.14 });
});

test("a page hidden and looked at again is not gone", () => {
  const { see, features } = visit();
  const goneMs = () => factsOf(features, "p1", scoring.pageOf, 30_000)?.goneMs;
  see(4000, { kind: "dwell", engaged_ms: 3000, left: true });
  expect(goneMs()).toBe(26_000);
  see(5000, { kind: "dwell", engaged_ms: 3000 });
  expect(goneMs()).toBe(0);
  see(9000, { kind: "dwell", engaged_ms: 7000, left: true });
  expect(goneMs()).toBe(21_000);
});
