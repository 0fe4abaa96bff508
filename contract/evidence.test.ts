import { expect, test } from "vitest";
import { defaultWeights, type ExplainedMoments, momentKinds, riseExplained } from "./evidence.ts";
import { factsOf } from "./facts.ts";
import { emptyFeatures, fold } from "./features.ts";
import { defaultBands } from "./moment-life.ts";
import { inPage } from "./moments.ts";
import { pageMatcher } from "./pages.ts";
import { freshFacts, scoreVectors } from "./score.vectors.ts";
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

test("every kind has at most six pieces of evidence, each with its weight, and none too light to matter", () => {
  expect(momentKinds).toHaveLength(17);
  for (const kind of momentKinds) {
    const weights = Object.values(defaultWeights(kind));
    if (kind in inPage) expect(inPage[kind as keyof typeof inPage].weights).toHaveLength(weights.length);
    expect(weights.length).toBeLessThanOrEqual(6);
    for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0.15);
    for (const { facts } of scoreVectors.filter((v) => v.kind === kind && v.score > 0 && kind in inPage))
      expect(inPage[kind as keyof typeof inPage].curves({ ...freshFacts(), ...facts })).toHaveLength(weights.length);
  }
});

test("a moment tells what made it, and as it rises adds what is new and keeps what is stronger; then it is told", () => {
  const { see, moments } = visit();
  const [opened] = see(13_000, { kind: "exit_intent", quality: 0.4, speed: 0.2, quiet_ms: 12_000 });
  const names = () => moments["p1/exit"]?.evidence.map(({ name }) => name);
  expect(opened).toMatchObject({ band: "later" });
  expect(names()).toEqual(["no_interaction", "key_page", "money_page", "exit"]);
  const [risen] = see(30_000, { kind: "exit_intent", quality: 1, speed: 2, quiet_ms: 15_000 });
  expect(risen).toMatchObject({ band: "now" });
  expect(names()).toEqual(["no_interaction", "exit", "key_page", "money_page"]);
  expect(opened?.evidence.at(-1)).toMatchObject({ name: "exit", adds: 0.14 });
  const told = names();
  see(31_000, { kind: "add_to_cart", items: [{ id: "shoe" }] });
  expect(names()).toEqual(told);
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
