import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commerceOf } from "./commerce.ts";

const complaints: string[] = [];
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation((line) => void complaints.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  complaints.length = 0;
});

const item = { item_id: "sku-1", item_name: "Harbour Blend", item_category: "coffee", price: 14, quantity: 2 };

test("an event of GA4's commerce becomes the signal of that name, in our words", () => {
  for (const kind of [
    "view_item",
    "add_to_wishlist",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "purchase",
  ])
    expect(commerceOf(kind, { currency: "eur", value: "28.00", items: [item] })).toEqual({
      kind,
      currency: "EUR",
      value: 28,
      items: [{ id: "sku-1", name: "Harbour Blend", category: "coffee", price: 14, quantity: 2 }],
    });
  expect(complaints).toEqual([]);
});

test("the number of an order leaves as a hash, the same each time and another for each order and site", () => {
  const order = (transaction_id: string | number, site = "pk_a") => {
    const said = commerceOf("purchase", { transaction_id }, { site });
    return said?.kind === "purchase" ? said.order : undefined;
  };
  expect(order("T-10001")).toMatch(/^[\da-f]{16}$/);
  expect(order("T-10001")).toBe(order("T-10001"));
  expect(order(10001)).toBe(order("10001"));
  const many = Array.from({ length: 10_000 }, (_, i) => order(`T-${i}`));
  expect(new Set(many).size).toBe(10_000);
  expect(order("T-10001", "pk_b")).not.toBe(order("T-10001"));
});

test("a refused payment tells the site's word for why, if it is one", () => {
  expect(commerceOf("payment_failed", { code: "card_declined" })).toEqual({ kind: "payment_failed", code: "card_declined" });
  expect(commerceOf("payment_failed", { code: "Card 4111 1111 1111 1111 of Ada" })).toEqual({ kind: "payment_failed" });
  expect(commerceOf("coupon_refused", { value: "SAVE10", items: [item] })).toEqual({ kind: "coupon_refused" });
  expect(commerceOf("offer_declined")).toEqual({ kind: "offer_declined" });
});

test("what became of a message on the page is told by its id, and without one not at all", () => {
  const message = "msg_Kq3vAbc-123_17";
  expect(commerceOf("message_shown", { message })).toEqual({ kind: "message_shown", message });
  expect(commerceOf("message_dismissed", { message, why: "Ada did not like it" })).toEqual({
    kind: "message_dismissed",
    message,
  });
  for (const wrong of [undefined, "17", "msg_", "msg_<b>"])
    expect(commerceOf("message_clicked", { message: wrong })).toBeUndefined();
  expect(complaints).toEqual(Array.from({ length: 4 }, () => "cusp: track: message must be the id of a message"));
});

test("a search is told by its class and its results", () => {
  expect(commerceOf("search", { query: "how to return", results: 0 })).toEqual({
    kind: "search",
    query_class: "help",
    results: 0,
  });
});

test("an empty cart is told as empty, a cart of unknown things as unknown", () => {
  expect(commerceOf("view_cart", { items: [] })).toEqual({ kind: "view_cart", items: [] });
  expect(commerceOf("view_cart")).toEqual({ kind: "view_cart" });
});

test("anything else is the site's own", () => {
  expect(commerceOf("size_chosen", { size: "M", in_stock: true })).toEqual({
    kind: "custom",
    name: "size_chosen",
    properties: { size: "M", in_stock: true },
  });
  expect(commerceOf("size_chosen")).toEqual({ kind: "custom", name: "size_chosen" });
});

test.each([
  ["", {}, "name"],
  ["__proto__", {}, "name"],
  ["constructor", {}, "name"],
  ["say this", {}, "name"],
  ["add_to_cart", "sku-1", "properties"],
  ["add_to_cart", null, "properties"],
  ["add_to_cart", {}, "items"],
  ["add_to_cart", { items: item }, "items"],
  ["add_to_cart", { items: [item, { price: 1 }] }, "items must"],
  ["purchase", { value: "a lot" }, "value"],
  ["purchase", { value: Number.NaN }, "value"],
  ["purchase", { currency: "€" }, "currency"],
  ["search", {}, "query"],
  ["search", { query: "tea", results: -1 }, "results"],
  ["size_chosen", { size: { eu: 42 } }, "properties.size"],
  ["size_chosen", { email: "ada@example.com" }, "properties.email"],
  ["size_chosen", Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`p${i}`, i])), "at most 20"],
])("a wrong call is told of once, with its field, and not sent: %s %o", (name, properties, field) => {
  expect(commerceOf(name, properties)).toBeUndefined();
  expect(complaints).toEqual([expect.stringContaining(field)]);
  expect(complaints[0]).not.toMatch(/ada@/);
});

test("whatever is told of a shop, only known fields leave, within their bounds", () => {
  const anyItem = fc.object({
    key: fc.constantFrom("item_id", "id", "item_name", "price", "quantity", "email", "margin"),
    maxDepth: 1,
  });
  const anyGiven = fc.record(
    { items: fc.array(anyItem, { maxLength: 40 }), value: fc.anything(), currency: fc.anything(), user_data: fc.anything() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anyGiven, (given) => {
      const said = commerceOf("view_cart", given);
      const { kind: _kind, items = [], value = 0, currency = "EUR", ...rest } = (said ?? {}) as Record<string, unknown>;
      expect(rest).toEqual({});
      expect((items as object[]).length).toBeLessThanOrEqual(20);
      for (const it of items as object[])
        for (const key of Object.keys(it))
          expect(["id", "name", "category", "variant", "price", "quantity", "margin"]).toContain(key);
      expect(value).toSatisfy(Number.isFinite);
      expect(currency).toMatch(/^[A-Z]{3}$/);
    }),
  );
});
