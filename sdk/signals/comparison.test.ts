import { expect, test } from "vitest";
import { observeComparison } from "./comparison.ts";
import type { Visit } from "./page.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();

/** A visit along these pages, of which /p/… show products. */
const walk = (...paths: string[]) => {
  const trail: Visit[] = [];
  for (const path of paths) {
    const url = location.origin + path;
    const product = path.startsWith("/p/") ? { product: "SKU" } : {};
    history.replaceState({}, "", path);
    page.watch(observeComparison, { trail: [...trail], ...product });
    page.settle("crossing");
    trail.push({ url, at: Date.now(), ...product });
  }
  page.end();
  return page.said.map((said) => said.kind === "comparison" && [said.products, said.back_and_forth]);
};

test("each further product is a comparison, whatever lies between", () => {
  expect(walk("/", "/p/a", "/cart", "/p/b", "/", "/p/c")).toEqual([
    [2, undefined],
    [3, undefined],
  ]);
});

test("going back and forth is said when it is first seen, and with every new product after it", () => {
  expect(walk("/p/a", "/p/b", "/p/a", "/p/b", "/p/c")).toEqual([
    [2, undefined],
    [2, true],
    [3, true],
  ]);
});

test("one product is none, and neither is the same again after a reload or a look at the cart", () => {
  expect(walk("/p/a", "/p/a", "/cart", "/p/a")).toEqual([]);
});

test("a page that turns out to be a product while it is looked at counts from then on", () => {
  const trail = [{ url: "https://shop.test/p/a", at: 0, product: "a" }];
  const shown = page.watch(observeComparison, { trail });
  page.settle("crossing");
  expect(page.said).toEqual([]);
  shown.product = "b";
  page.settle("gone");
  page.settle("gone");
  expect(page.said).toEqual([{ kind: "comparison", products: 2 }]);
});
