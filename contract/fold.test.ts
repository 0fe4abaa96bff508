import fc from "fast-check";
import { expect, test } from "vitest";
import { momentKinds, scoreMoment } from "./evidence.ts";
import { factsOf } from "./facts.ts";
import { emptyFeatures, type Features, fold } from "./features.ts";
import { pageMatcher } from "./pages.ts";
import type { Signal } from "./signals.ts";

const pages = fc.integer({ min: 0, max: 45 }).map((i) => `p${String(i).padStart(3, "0")}`);
const at = fc.integer({ min: 1_790_000_000_000, max: 1_790_000_100_000 });
const ms = fc.integer({ min: 0, max: 100_000 });
const share = fc.integer({ min: 0, max: 100 }).map((x) => x / 100);
const form = fc.integer({ min: 0, max: 11 }).map((i) => `form-${i}`);
const count = fc.nat(9);
const path = fc.constantFrom("/pricing", "/p/9", "/cart", "/about");

const body = fc.oneof(
  fc.record({
    kind: fc.constant("page_view" as const),
    url: path.map((p) => `https://shop.example${p}`),
    device: fc.constantFrom("phone" as const, "desktop" as const),
  }),
  fc.record({ kind: fc.constant("scroll_depth" as const), depth: share }),
  fc.record(
    { kind: fc.constant("dwell" as const), engaged_ms: ms, left: fc.constant(true as const) },
    { requiredKeys: ["kind", "engaged_ms"] },
  ),
  fc.record({ kind: fc.constant("exit_intent" as const), quality: share, speed: share, quiet_ms: ms }),
  fc.record({ kind: fc.constant("click" as const), target: fc.constant("a") }),
  fc.record({ kind: fc.constant("form_start" as const), form, fields: count }),
  fc.record(
    { kind: fc.constant("form_submit" as const), form, failed: fc.constant(true as const) },
    { requiredKeys: ["kind", "form"] },
  ),
  fc.record({ kind: fc.constant("form_abandon" as const), form, fields: count, filled: count, engaged_ms: ms }),
);

interface Placed {
  stream: string;
  signal: Signal;
}
const visit: fc.Arbitrary<Placed[]> = fc
  .array(fc.record({ stream: fc.constantFrom("a", "b"), page: pages, at, body }), { maxLength: 150 })
  .map((all) =>
    all.map(({ stream, page, at: instant, body: rest }, i) => ({
      stream,
      signal: { n: i + 1, at: instant, page, ...rest } as Signal,
    })),
  );

const foldAll = (placed: readonly Placed[], into: Features = emptyFeatures(1)): Features => {
  for (const { signal, stream } of placed) fold(into, signal, stream);
  return into;
};

const pageOf = pageMatcher();
const scores = (features: Features) =>
  Object.keys(features.pages)
    .sort()
    .map((page) => {
      const facts = factsOf(features, page, pageOf, features.lastAtMs + 20_000);
      return facts && momentKinds.map((kind) => scoreMoment(kind, facts));
    });

test("any order of the same signals gives the same features and the same scores", () => {
  const shuffled = visit.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      expect(foldAll(other)).toEqual(foldAll(all));
      expect(scores(foldAll(other))).toEqual(scores(foldAll(all)));
    }),
    { numRuns: 500 },
  );
});

test("any cut into batches, with JSON between them, gives the same features and the same scores", () => {
  fc.assert(
    fc.property(visit, fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }), (all, cuts) => {
      let state = emptyFeatures(1);
      let from = 0;
      for (const size of [...cuts, all.length]) {
        state = JSON.parse(JSON.stringify(foldAll(all.slice(from, from + size), state)));
        from += size;
      }
      expect(state).toEqual(foldAll(all));
      expect(scores(state)).toEqual(scores(foldAll(all)));
    }),
    { numRuns: 500 },
  );
});
