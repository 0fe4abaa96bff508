import { expect, test } from "vitest";
import { factsOf } from "./facts.ts";
import { emptyFeatures, fold } from "./features.ts";
import { defaultBands, type Moments, maxPerKind, riseMoments } from "./moment-life.ts";
import { pageMatcher } from "./pages.ts";
import type { Observed } from "./signals.ts";

const scoring = { pageOf: pageMatcher(), bands: defaultBands };

function visit(path: string, session = { features: emptyFeatures(1), moments: {} as Moments, n: 0 }, page = "p1") {
  const see = (atMs: number, observed: Observed) => {
    session.n += 1;
    fold(session.features, { n: session.n, at: atMs, page, ...observed } as never, "s");
    return riseMoments(session.moments, factsOf(session.features, page, scoring.pageOf, atMs), page, atMs, scoring);
  };
  see(1000, { kind: "page_view", url: `https://shop.example${path}`, device: "desktop" });
  return { see, session };
}

test("a hesitation on a product rises to later once, however long it goes on", () => {
  const { see } = visit("/p/9");
  see(2000, { kind: "scroll_depth", depth: 0.5 });
  expect(see(20_000, { kind: "dwell", engaged_ms: 20_000 })).toEqual([]);
  expect(see(30_000, { kind: "dwell", engaged_ms: 30_000 })).toMatchObject([{ kind: "hesitation", score: 5.9, band: "later" }]);
  expect(see(45_000, { kind: "dwell", engaged_ms: 45_000 })).toEqual([]);
});

test("a click ends a hesitation that has not begun, and takes nothing back from one that has", () => {
  const { see, session } = visit("/pricing");
  see(2000, { kind: "scroll_depth", depth: 0.5 });
  see(20_000, { kind: "dwell", engaged_ms: 20_000 });
  see(21_000, { kind: "click", target: "a" });
  expect(session.moments["p1/hesitation"]).toMatchObject({ band: "now", score: 7.7 });

  const clicked = visit("/pricing");
  clicked.see(2000, { kind: "scroll_depth", depth: 0.5 });
  clicked.see(3000, { kind: "click", target: "a" });
  expect(clicked.see(20_000, { kind: "dwell", engaged_ms: 20_000 })).toEqual([]);
});

test("a later gesture adds its evidence to the moment and keeps the higher score", () => {
  const { see, session } = visit("/pricing");
  const first = see(16_000, { kind: "exit_intent", quality: 0.4, speed: 0.2, quiet_ms: 15_000 });
  expect(first).toMatchObject([{ kind: "exit", band: "now" }]);
  expect(see(30_000, { kind: "exit_intent", quality: 1, speed: 2, quiet_ms: 15_000 })).toEqual([]);
  expect(session.moments["p1/exit"]?.score).toBeGreaterThan(first[0]?.score ?? 10);
});

test("a kind speaks at most three times in a session", () => {
  let session: ReturnType<typeof visit>["session"] | undefined;
  let spoken = 0;
  for (let i = 0; i < maxPerKind + 2; i++) {
    const here = visit("/pricing", session, `p${i}`);
    session = here.session;
    spoken += here.see(16_000, { kind: "exit_intent", quality: 1, speed: 2, quiet_ms: 15_000 }).length;
  }
  expect(spoken).toBe(maxPerKind);
});
