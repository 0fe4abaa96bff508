import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { SignalOptions } from "./page.ts";
import { classOf, observeSearch, searchOf } from "./search.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();
const open = (path: string, options: SignalOptions = {}) => {
  history.replaceState({}, "", path);
  return page.watch(observeSearch, { options });
};
const search = (query_class: string, more = {}) => ({ kind: "search", query_class, ...more });

test.each([
  "how to return",
  "How do I cancel my order?",
  "where is my parcel",
  "refund",
  "returns policy",
  "track my order",
  "contact us",
  "warranty",
  "lamp arrived damaged",
  "earbuds not working",
  "wrong size",
  "shipping",
  "how to compare two plans",
])("asks for help: %s", (words) => expect(classOf(words)).toEqual({ query_class: "help" }));

test.each([
  "harbour blend vs lighthouse espresso",
  "compare plans",
  "airpods alternatives",
  "difference between filter and espresso",
  "best wireless earbuds",
])("weighs one against another: %s", (words) => expect(classOf(words)).toEqual({ query_class: "compare" }));

test.each([
  "wireless earbuds",
  "contact lenses",
  "noise cancelling headphones",
  "track pants",
  "heat exchanger",
  "delivery bag",
  "air max 95",
  "iphone 15 pro max 256",
  "rope under 10 kg",
  "desk under 120cm",
  "games under 18s",
  "kaffee für zwei",
  "耳机",
])("names a product and no price: %s", (words) => expect(classOf(words)).toEqual({ query_class: "product" }));

test.each([
  "best wireless earbuds under $100",
  "earbuds under 100",
  "earbuds below 99.90 for running",
  "coffee less than 20 euros",
  "grinder £50",
  "mug 15€",
  "tea up to 1,000",
])("names a product and a price: %s", (words) => expect(classOf(words)).toEqual({ query_class: "product", price_limit: true }));

test.each(["42", "x", "?!", "4006381333931"])("is anything: %s", (words) =>
  expect(classOf(words)).toEqual({ query_class: "other" }),
);

test("a search in the address is said by its class; its words stay in the page", () => {
  open("/search?q=wireless%20earbuds&page=2");
  expect(page.said).toEqual([search("product")]);
});

test("the words go, masked, when the site opts in", () => {
  open("/search?q=Order+of+ada@example.com", { searchWords: true });
  expect(page.said).toEqual([search("product", { query: expect.stringContaining("order of") })]);
  expect(JSON.stringify(page.said)).not.toContain("ada@");
});

test("the site may say which parameter holds its search", () => {
  open("/find?q=x1&wort=refund", { searchParameter: "wort" });
  open("/find?q=refund", { searchParameter: "wort" });
  expect(page.said).toEqual([search("help")]);
});

test("one search is said once, by whichever way it is heard of; another, or a count of results, is said", () => {
  const options = {};
  open("/search?q=tea", options);
  open("/p/tea", options);
  open("/search?q=tea", options);
  expect(searchOf(" TEA ", options)).toBeUndefined();
  expect(searchOf("tea", options, 0)).toEqual(search("product", { results: 0 }));
  expect(searchOf("tea", options)).toBeUndefined();
  expect(searchOf("coffee", options)).toEqual(search("product"));
  expect(page.said).toEqual([search("product")]);
});

test("an address that a router changes without a page view is read again as the page settles", () => {
  open("/search?q=tea");
  history.replaceState({}, "", "/search?q=returns");
  page.settle("crossing");
  page.settle("gone");
  expect(page.said).toEqual([search("product"), search("help")]);
});

test("reloading a page of results, or coming back to it, is no search; the next one is", () => {
  for (const type of ["reload", "back_forward"]) {
    vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type }] as never);
    open("/search?q=tea");
    expect(page.said).toEqual([]);
  }
  history.replaceState({}, "", "/search?q=coffee");
  page.settle("crossing");
  expect(page.said).toHaveLength(1);
});

test("whatever is searched has a class and no word of it leaves", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (words) => {
      const said = searchOf(`zzz ${words}`, {});
      expect(Object.keys(said ?? {}).sort()).toEqual(expect.arrayContaining(["kind", "query_class"]));
      expect(JSON.stringify(said)).not.toContain("zzz");
    }),
  );
  expect(searchOf("under 1,".repeat(50_000), {})).toEqual(search("product", { price_limit: true }));
});
