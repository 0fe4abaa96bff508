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
const path = fc.constantFrom("/pricing", "/p/9", "/p/8", "/cart", "/checkout", "/order/1", "/returns", "/compare", "/about");

const yes = fc.constant(true as const);
const label = fc.constantFrom("returns-policy", "size-guide", "demo");
const some = <K extends Signal["kind"], F extends object>(
  kind: K,
  fields: { [key in keyof F]: fc.Arbitrary<F[key]> },
  ...optional: (keyof F)[]
) =>
  fc.record(
    { kind: fc.constant(kind), ...fields },
    { requiredKeys: ["kind", ...Object.keys(fields).filter((key) => !optional.includes(key as keyof F))] as never },
  );

const item = fc.record(
  {
    id: fc.constantFrom("a", "b", "c"),
    price: fc.nat(100),
    quantity: fc.nat(3),
    margin: fc.constantFrom("low" as const, "high" as const),
  },
  { requiredKeys: ["id"] },
);
const commerce = { items: fc.array(item, { maxLength: 3 }), value: fc.nat(300), currency: fc.constantFrom("EUR", "USD") };
const cart = fc.constantFrom(
  "add_to_cart" as const,
  "remove_from_cart" as const,
  "view_cart" as const,
  "begin_checkout" as const,
);

const body = fc.oneof(
  some("page_view", {
    url: path.map((p) => `https://shop.example${p}`),
    device: fc.constantFrom("phone" as const, "desktop" as const),
  }),
  some("scroll_depth", { depth: share }),
  some("rapid_scroll", { speed: fc.nat(6), depth: share }),
  some("dwell", { engaged_ms: ms, left: yes }, "left"),
  some("idle", { idle_ms: ms }),
  some("exit_intent", { quality: share, speed: share, quiet_ms: ms }),
  some("quick_back", { away_ms: ms }),
  some("click", { target: fc.constant("a") }),
  some("rage_click", { target: fc.constant("a"), clicks: count }),
  some("dead_click", { target: fc.constant("a") }),
  some("form_start", { form, fields: count }),
  some("form_progress", { form, fields: count, filled: count }),
  some("form_submit", { form, failed: yes }, "failed"),
  some("form_abandon", { form, fields: count, filled: count, engaged_ms: ms }),
  some("video_progress", { video: label, share, demo: yes, again: yes }, "demo", "again"),
  some("video_unplayed", { video: label, in_view_ms: ms }),
  some("element_seen", {
    name: fc.oneof(
      label,
      fc.integer({ min: 0, max: 11 }).map((i) => `el-${i}`),
    ),
    seen_ms: ms,
  }),
  some(
    "search",
    {
      query_class: fc.constantFrom("help" as const, "compare" as const, "product" as const, "other" as const),
      price_limit: yes,
      results: fc.nat(2),
    },
    "price_limit",
    "results",
  ),
  some("comparison", { products: count, back_and_forth: yes }, "back_and_forth"),
  some("view_item", commerce, "items", "value", "currency"),
  fc.record({ kind: cart, ...commerce }, { requiredKeys: ["kind"] }),
  fc.record({ kind: cart, ...commerce }, { requiredKeys: ["kind"] }),
  some("purchase", { order: fc.integer({ min: 0, max: 20 }).map((i) => `o${i}`) }, "order"),
  some("payment_failed", {}),
  some("coupon_refused", {}),
  some("offer_declined", {}),
  some("web_vitals", { inp_ms: ms, lcp_ms: ms }, "inp_ms", "lcp_ms"),
  some("identify", { traits: fc.constant({}) }),
  some("custom", { name: label }),
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
      const facts = factsOf(features, page, pageOf, features.lastAtMs + 130_000, 80);
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
