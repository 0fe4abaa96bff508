import { expect, test } from "vitest";
import { shopVisitor } from "../test/shop-visitor.ts";
import { feedsOf } from "./feeds.ts";

const atMs = 1000;
const shoe = { id: "shoe", name: "Trail 5", category: "shoes", price: 80 };
const sock = { id: "sock", category: "socks", price: 5 };

const feeds = feedsOf({
  products: {
    atMs,
    rows: [
      { id: "shoe", name: "Of the feed", brand: "Northwind", category: "shoes", price: 99, url: "https://shop.example/p/shoe" },
      { id: "sock", name: "Warm sock", category: "socks", margin: "high" },
      { id: "boot", name: "Boot", category: "shoes", price: 90, stock: 4, sizes: ["41"] },
      { id: "clog", name: "Clog", category: "shoes", price: 20, stock: 4, sizes: ["42"] },
    ],
  },
  stock: {
    atMs: 2000,
    rows: [
      { id: "shoe", size: "42", left: 2 },
      { id: "mug", left: 1 },
    ],
  },
  reviews: { atMs: 3000, rows: [{ product: "shoe", text: "Dry", rating: 5 }, { text: "Quick" }] },
  quotes: { atMs: 4000, rows: [{ text: "A fine shop", author: "The Paper" }] },
});

/** Of the cart of somebody who looks at the socks. */
const facts = (items: object[]) =>
  shopVisitor(feeds)
    .opens("product")
    .does({ kind: "view_item", items: [{ id: "sock" }] })
    .does({ kind: "view_cart", items: items as [] });

test("a feed completes what pages told, and never overrides it", () => {
  const visitor = facts([shoe, sock]);
  for (const when of [
    'cart.top.name == "Trail 5" && cart.top.price == 80.0 && cart.top.brand == "Northwind"',
    'cart.items[1].name == "Warm sock" && "high" in cart.margins',
    'cart.top.size_known && cart.top.size == "42" && cart.top.size_left == 2',
    'size(cart.top.reviews) == 1 && cart.top.reviews[0].rating > 4.0 && cart.top.reviews[0].text == "Dry"',
    'size(site.reviews) == 1 && site.quotes[0].author == "The Paper"',
    'product.id == "sock" && product.name == "Warm sock" && product.replacement.id == ""',
  ])
    expect(visitor.holds(when), when).toBe(true);
  expect(visitor.holds("site.reviews[0].rating > 0.0")).toBe(false);
});

test("what replaces a product is to be had in the size of the one in the cart", () => {
  expect(facts([shoe]).holds('cart.top.replacement.id == "clog"')).toBe(true);
});

test("each fact of a feed is as old as its feed, and what a page told has no age", () => {
  const { asOf } = facts([shoe]).facts();
  const ages = ["name", "brand", "size_left", "reviews", "replacement.name"].map((field) => asOf(`cart.top.${field}`));
  expect(ages).toEqual([undefined, 1000, 2000, 3000, 1000]);
  expect(["site.reviews", "site.quotes", "product.name", "product.url", "cart.value"].map(asOf)).toEqual([
    3000,
    4000,
    1000,
    undefined,
    undefined,
  ]);
});

test("an empty cart, and one of things that no feed knows, have neither stock nor reviews nor a replacement", () => {
  for (const items of [[], [{ id: "unknown", price: 3 }], [{ id: "__proto__", category: "constructor" }]]) {
    const { cart, asOf } = facts(items).facts();
    expect(cart.top).toMatchObject({ size_known: false, size_left: 0, size: "", reviews: [], replacement: { id: "", price: 0 } });
    expect(["size", "reviews", "replacement"].map((field) => asOf(`cart.top.${field}`))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  }
});
