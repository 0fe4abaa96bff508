import { expect, test } from "vitest";
import { scoreMoment } from "./evidence.ts";
import { type Facts, factsOf } from "./facts.ts";
import { emptyFeatures, fold } from "./features.ts";
import type { MomentKind } from "./moments.ts";
import { pageMatcher } from "./pages.ts";
import type { Observed } from "./signals.ts";

const pageOf = pageMatcher();
const startMs = 1_790_000_000_000;

/** A session in which every signal comes a second after the one before. */
function session() {
  const features = emptyFeatures(1);
  let n = 0;
  let page = "";
  const see = (...all: Observed[]) => {
    for (const observed of all) fold(features, { n: ++n, at: startMs + n * 1000, page, ...observed } as never, "s");
  };
  const open = (path: string, ...all: Observed[]) => {
    page = `p${String(n).padStart(3, "0")}`;
    see({ kind: "page_view", url: `https://shop.example${path}`, device: "desktop" }, ...all);
  };
  const facts = (laterMs = 0): Facts => factsOf(features, page, pageOf, features.lastAtMs + laterMs, 80) as Facts;
  const score = (kind: MomentKind, laterMs = 0) => scoreMoment(kind, facts(laterMs));
  return { features, see, open, facts, score };
}

test("products are counted once each, and one looked at again after another is back and forth", () => {
  const { open, facts } = session();
  open("/p/1");
  open("/p/1?utm_source=news");
  expect(facts()).toMatchObject({ products: 1, backAndForth: false });
  open("/p/2");
  expect(facts()).toMatchObject({ products: 2, backAndForth: false });
  open("/about");
  open("/p/1");
  expect(facts()).toMatchObject({ products: 2, backAndForth: true });
});

test("what is told of a product goes before what its address looks like", () => {
  const { open, facts } = session();
  open("/shoes/trail", { kind: "view_item", items: [{ id: "a" }] });
  open("/shoes/trail?colour=red", { kind: "view_item", items: [{ id: "b" }] });
  expect(facts()).toMatchObject({ products: 2, choosing: true });
});

test("key pages in a row make a run, which another page ends and a reload does not lengthen", () => {
  const { open, facts, score } = session();
  for (const path of ["/about", "/p/1", "/p/1", "/cart"]) open(path);
  expect(facts().run).toBe(2);
  expect(score("repeat_funnel")).toBe(0);
  open("/checkout");
  expect(score("repeat_funnel")).toBe(6);
  open("/returns");
  expect(facts()).toMatchObject({ run: 0, from: "checkout" });
});

test("returns read after a product reassure, on a page of their own or marked on the product's", () => {
  const own = session();
  own.open("/p/1");
  own.open("/returns", { kind: "dwell", engaged_ms: 15_000 });
  expect(own.score("reassurance")).toBe(6.1);
  const marked = session();
  marked.open("/p/1", { kind: "element_seen", name: "returns-policy", seen_ms: 15_000 });
  expect(marked.score("reassurance")).toBe(6.1);
  marked.open("/p/2", { kind: "element_seen", name: "size-guide", seen_ms: 15_000 });
  expect(marked.score("reassurance")).toBe(0);
});

test("a checkout stalls while nothing happens in it, and not once something was bought", () => {
  const { open, see, score, facts } = session();
  open("/checkout", { kind: "idle", idle_ms: 60_000 });
  expect(score("checkout_stall")).toBe(4.8);
  see({ kind: "payment_failed" });
  expect(score("checkout_stall")).toBeGreaterThan(8);
  see({ kind: "payment_failed" });
  expect(facts()).toMatchObject({ payments: 2, refusals: 2, failed: 2, paying: true });
  see({ kind: "purchase", order: "0a1b2c3d" }, { kind: "purchase", order: "0a1b2c3d" });
  expect(facts().orders).toBe(1);
  expect(score("checkout_stall")).toBe(0);
});

test("an idle page outside of any checkout is no stall", () => {
  const { open, score } = session();
  open("/p/1", { kind: "idle", idle_ms: 120_000 });
  expect(score("checkout_stall", 300_000)).toBe(0);
});

test("what is told in the moment of leaving is no sign of coming back", () => {
  const { features, open, see, facts } = session();
  open("/p/1");
  see({ kind: "dwell", engaged_ms: 3000, left: true });
  fold(features, { kind: "web_vitals", n: 99, at: features.lastAtMs + 20, page: "p000", inp_ms: 600 }, "s");
  expect(facts(10_000)).toMatchObject({ goneMs: 10_020, slow: true });
});

test("a rush down the page is left when the visitor goes within ten seconds of it", () => {
  const { open, see, score } = session();
  open("/p/1", { kind: "rapid_scroll", speed: 3, depth: 0.8 });
  expect(score("rapid_scroll")).toBe(4.1);
  see({ kind: "dwell", engaged_ms: 3000, left: true });
  expect(score("rapid_scroll")).toBe(7.6);
});

test("a form sent here or on the page before lets reading on count, one sent earlier does not", () => {
  const { open, score } = session();
  const reading: Observed[] = [
    { kind: "element_seen", name: "case-study", seen_ms: 3000 },
    { kind: "scroll_depth", depth: 0.7 },
    { kind: "dwell", engaged_ms: 36_000 },
  ];
  open("/contact", { kind: "form_submit", form: "contact" });
  open("/thank-you", ...reading);
  expect(score("read_on")).toBe(6.1);
  open("/about", ...reading);
  expect(score("read_on")).toBe(0);
});

test("searches of a session add up, each with what it asked for", () => {
  const { open, facts, score } = session();
  open("/search", { kind: "search", query_class: "product", results: 0 });
  expect(score("search_intent")).toBe(6.8);
  open("/search", { kind: "search", query_class: "help" });
  expect(facts()).toMatchObject({ searches: 2, helped: true });
  expect(score("search_intent")).toBe(8.4);
  open("/search", { kind: "search", query_class: "other" });
  expect(score("search_intent")).toBe(0);
});

test("a form half filled is abandoned only once it is left", () => {
  const { open, see, score } = session();
  open("/contact", { kind: "form_progress", form: "contact", fields: 4, filled: 3 });
  expect(score("form_abandon")).toBe(0);
  see({ kind: "form_abandon", form: "contact", fields: 4, filled: 3, engaged_ms: 45_000 });
  expect(score("form_abandon")).toBeGreaterThan(7);
});

test("a visit in which nothing much happens takes little room", () => {
  const { features, open } = session();
  open("/p/1", { kind: "dwell", engaged_ms: 3000 }, { kind: "scroll_depth", depth: 0.5 });
  expect(JSON.stringify(features).length).toBeLessThan(330);
});
