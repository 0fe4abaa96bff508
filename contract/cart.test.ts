import fc from "fast-check";
import { expect, test } from "vitest";
import { cartOf } from "./cart.ts";
import { emptyFeatures, fold } from "./features.ts";
import type { AddToCart, Item, Signal } from "./signals.ts";

type Told = [
  kind: "add_to_cart" | "remove_from_cart" | "view_cart" | "begin_checkout" | "purchase",
  items?: Item[] | undefined,
  value?: number,
];

const atMs = 1_790_000_000_000;
const signals = (...told: Told[]): AddToCart[] =>
  told.map(
    ([kind, items, value], i) =>
      ({ kind, n: i + 1, at: atMs, page: "p1", ...(items && { items }), ...(value && { value, currency: "EUR" }) }) as AddToCart,
  );

function cartAfter(all: readonly Signal[]) {
  const features = emptyFeatures(1);
  for (const signal of all) fold(features, signal, "s");
  return { kept: Object.keys(features.cart ?? {}).length, ...cartOf(features.cart) };
}
const cart = (...told: Told[]) => cartAfter(signals(...told));

const tea: Item = { id: "tea", price: 10, quantity: 2, margin: "high" };
const pot: Item = { id: "pot", price: 30 };

test("what is added counts, and what is taken out counts no more", () => {
  expect(cart(["add_to_cart", [tea, pot]])).toMatchObject({ count: 3, value: 50, items: [tea, { ...pot, quantity: 1 }] });
  expect(cart(["add_to_cart", [tea, pot]], ["remove_from_cart", [{ id: "tea" }]])).toMatchObject({ count: 2, value: 40 });
  expect(cart(["add_to_cart", [tea, pot]], ["remove_from_cart", [tea]])).toMatchObject({ count: 1, value: 30 });
  expect(cart(["remove_from_cart", [tea]], ["add_to_cart", [pot]])).toMatchObject({ count: 1 });
});

test("a look at the cart tells it whole, a purchase empties it", () => {
  expect(cart(["add_to_cart", [tea]], ["view_cart", [pot]])).toMatchObject({ count: 1, value: 30, kept: 1 });
  expect(cart(["add_to_cart", [tea]], ["view_cart", []])).toMatchObject({ count: 0, value: 0 });
  expect(cart(["add_to_cart", [tea]], ["view_cart"])).toMatchObject({ count: 2 });
  expect(cart(["view_cart", [tea, pot]], ["purchase"])).toMatchObject({ count: 0, value: 0, kept: 1 });
  expect(cart(["purchase", [tea]], ["add_to_cart", [pot]])).toMatchObject({ count: 1, value: 30 });
});

test("a checkout tells of a cart that was not seen before, and changes none that was", () => {
  expect(cart(["begin_checkout", [tea]])).toMatchObject({ count: 2, value: 20 });
  expect(cart(["add_to_cart", [tea, pot]], ["begin_checkout", [pot]])).toMatchObject({ count: 3 });
});

test("where only a value is told, it counts", () => {
  expect(cart(["add_to_cart", undefined, 25])).toMatchObject({ count: 1, value: 25, currency: "EUR" });
  expect(cart(["view_cart", [{ id: "a" }, { id: "b", quantity: 3 }], 100])).toMatchObject({ count: 4, value: 100 });
});

test("a cart changed more often than is remembered is the same in any order of arrival", () => {
  const change = fc.tuple(
    fc.constantFrom("add_to_cart", "add_to_cart", "remove_from_cart", "view_cart", "begin_checkout", "purchase"),
    fc.option(fc.subarray([tea, pot, { id: "pot", quantity: 0 }]), { nil: undefined }),
    fc.nat(9),
  ) as fc.Arbitrary<Told>;
  const all = fc.array(change, { minLength: 25, maxLength: 80 }).map((told) => signals(...told));
  fc.assert(
    fc.property(
      all.chain((one) => fc.tuple(fc.constant(one), fc.shuffledSubarray(one, { minLength: one.length }))),
      ([one, other]) => {
        expect(cartAfter(other)).toEqual(cartAfter(one));
        expect(cartAfter(one).kept).toBeLessThanOrEqual(32);
        expect(Number.isFinite(cartAfter(one).value)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
