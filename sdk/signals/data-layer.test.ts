import { afterEach, expect, test, vi } from "vitest";
import { observeDataLayer } from "./data-layer.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();
const shop = window as unknown as { dataLayer?: unknown[] };
afterEach(() => {
  delete shop.dataLayer;
});

const items = [{ item_id: "sku-1", price: 14 }];
const add = () => ({ event: "add_to_cart", ecommerce: { currency: "EUR", value: 14, items } });
const added = { kind: "add_to_cart", currency: "EUR", value: 14, items: [{ id: "sku-1", price: 14 }] };
/** As Google's own snippet does. */
function gtag(..._words: unknown[]) {
  // biome-ignore lint/complexity/noArguments: the snippet pushes its arguments object
  shop.dataLayer?.push(arguments);
}

test("what was pushed before, and what is pushed now, is told", () => {
  shop.dataLayer = [{ "gtm.start": 1, event: "gtm.js" }, add()];
  page.watch(observeDataLayer, { beganMsAgo: 1000 });
  expect(page.said).toEqual([added]);
  expect(shop.dataLayer.push({ event: "view_cart", ecommerce: { items } }, { event: "scroll" })).toBe(4);
  expect(page.said).toEqual([added, { kind: "view_cart", items: [{ id: "sku-1", price: 14 }] }]);
});

test("both ways of speaking are understood", () => {
  shop.dataLayer = [];
  page.watch(observeDataLayer);
  gtag("js", new Date());
  gtag("config", "G-1");
  gtag("event", "begin_checkout");
  gtag("event", "purchase", { transaction_id: "T-1", value: 9, currency: "EUR" });
  gtag("event", "search", { search_term: "how to return" });
  shop.dataLayer.push({ event: "payment_failed", code: "expired" }, { event: "view_item", items });
  expect(page.said).toEqual([
    { kind: "begin_checkout" },
    { kind: "purchase", value: 9, currency: "EUR", order: expect.stringMatching(/^[\da-f]{16}$/) },
    { kind: "search", query_class: "help" },
    { kind: "payment_failed", code: "expired" },
    { kind: "view_item", items: [{ id: "sku-1", price: 14 }] },
  ]);
});

test("an entry is told once, over all views of a document and copies of the array; pushed again it is told again", () => {
  const entry = add();
  shop.dataLayer = [entry];
  page.watch(observeDataLayer);
  page.watch(observeDataLayer);
  shop.dataLayer = [...shop.dataLayer];
  page.settle("crossing");
  page.settle("gone");
  page.watch(observeDataLayer);
  expect(page.said).toEqual([added]);
  shop.dataLayer.push(entry);
  expect(page.said).toEqual([added, added]);
});

test("a tag manager that wraps push after us, twice, loses and doubles nothing", () => {
  shop.dataLayer = [];
  for (let i = 0; i < 2; i++) {
    page.watch(observeDataLayer);
    const { push } = shop.dataLayer;
    shop.dataLayer.push = (...entries) => push.apply(shop.dataLayer, entries);
  }
  page.watch(observeDataLayer);
  shop.dataLayer.push(add());
  expect(page.said).toEqual([added]);
  expect(shop.dataLayer).toHaveLength(1);
});

test("what passes push by, or comes in an array made later, is read when the page settles", () => {
  page.watch(observeDataLayer);
  shop.dataLayer = [add()];
  page.settle("crossing");
  shop.dataLayer.push = Array.prototype.push;
  shop.dataLayer.push(add());
  shop.dataLayer[2] = add();
  expect(page.said).toEqual([added]);
  page.settle("gone");
  expect(page.said).toEqual([added, added, added]);
});

test("between two views nothing is lost, and after the last nobody listens", () => {
  shop.dataLayer = [];
  page.watch(observeDataLayer);
  page.end();
  shop.dataLayer.push(add());
  expect(page.said).toEqual([]);
  page.watch(observeDataLayer);
  expect(page.said).toEqual([added]);
});

test("Universal Analytics, resets and what is no shopping are not heard", () => {
  shop.dataLayer = [
    { ecommerce: null },
    { event: "purchase", ecommerce: { purchase: { actionField: { id: "T-1" }, products: [] } } },
    { event: "add_to_cart", ecommerce: { add: { products: [{ id: "1" }] } } },
    { event: "user_login", user_id: "ada" },
    { event: "refund", ecommerce: { items } },
    ["event"],
    [],
    "add_to_cart",
    null,
    42,
    () => "add_to_cart",
  ];
  page.watch(observeDataLayer);
  expect(page.said).toEqual([]);
});

test("of what an entry holds only the known fields leave", () => {
  shop.dataLayer = [
    {
      event: "purchase",
      user_data: { email: "ada@example.com" },
      user_id: "ada",
      ecommerce: {
        transaction_id: "T-99",
        customer: "Ada",
        items: [{ item_id: "sku-1", email: "ada@example.com", price: "14" }],
      },
    },
  ];
  page.watch(observeDataLayer);
  expect(page.said).toEqual([{ kind: "purchase", order: expect.any(String), items: [{ id: "sku-1", price: 14 }] }]);
  expect(JSON.stringify(page.said)).not.toMatch(/ada|T-99/i);
});

test("no entry, however hostile, reaches the page as an error or silences those after it", () => {
  const throws = () => {
    throw new Error("hostile");
  };
  const cyclic: Record<string, unknown> = { event: "add_to_cart" };
  cyclic.ecommerce = { items: [cyclic], self: cyclic };
  const hostile = [
    Object.defineProperty({}, "event", { get: throws }),
    Object.defineProperty({ event: "add_to_cart" }, "ecommerce", { get: throws }),
    new Proxy({}, { get: throws, has: throws, getPrototypeOf: throws, ownKeys: throws }),
    { event: "add_to_cart", ecommerce: new Proxy({ items: [] }, { get: throws }) },
    { event: "add_to_cart", items: [Object.defineProperty({}, "id", { get: throws })] },
    { event: { toString: throws } },
    { event: "payment_failed", code: { toString: throws } },
    { event: "search", search_term: { toString: throws } },
    cyclic,
  ];
  shop.dataLayer = [...hostile];
  page.watch(observeDataLayer);
  expect(() => shop.dataLayer?.push(...hostile, add())).not.toThrow();
  expect(page.said.filter((said) => "items" in said)).toEqual([added]);
});

test("an array of a million entries or items is not read through", () => {
  const get = vi.fn();
  shop.dataLayer = Array.from({ length: 1e6 }, () => Object.defineProperty({}, "event", { get }));
  shop.dataLayer.push({ event: "view_cart", items: Array.from({ length: 1e6 }, (_, i) => ({ id: i })) });
  page.watch(observeDataLayer);
  expect(get.mock.calls.length).toBeLessThan(300);
  expect(page.said).toEqual([{ kind: "view_cart", items: expect.toSatisfy((all: unknown[]) => all.length === 20) }]);
});

test("what is no array is left alone, and a push that throws throws as before", () => {
  document.body.innerHTML = "<a id='dataLayer'></a>";
  page.watch(observeDataLayer);
  shop.dataLayer = Object.freeze([add()]) as unknown as unknown[];
  page.watch(observeDataLayer);
  shop.dataLayer = [];
  shop.dataLayer.push = () => {
    throw new Error("theirs");
  };
  page.watch(observeDataLayer);
  expect(() => shop.dataLayer?.push(add())).toThrow("theirs");
  expect(page.said).toEqual([added, added]);
});
