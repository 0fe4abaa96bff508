import { expect, test } from "vitest";
import { offer as offerSchema } from "../site/schema/messages.ts";
import { noonMs, siteOf, somebody, type Unplaced } from "../test/somebody.ts";
import { costOf, worthOf } from "./offer-worth.ts";

const site = await siteOf("version: 1\nsite: pk_demo\norigins: [https://shop.example]\n");
const offer = (written: object) => offerSchema.parse({ valid_for: "1d", ...written });

/** Somebody with shoes for 80, two cards for 25 each of a category that only the product page told, and socks for 9.99. */
function buyer() {
  const me = somebody(site, "somebody", noonMs);
  const put = (item: object): Unplaced => ({ kind: "add_to_cart", items: [item as { id: string }], currency: "EUR" });
  me.does({ kind: "page_view", url: "https://shop.example/p/card", device: "desktop" });
  me.does({ kind: "view_item", items: [{ id: "card", category: "Gift cards" }] });
  me.does(put({ id: "shoe", category: "Shoes", price: 80, quantity: 1 }), put({ id: "card", price: 25, quantity: 2 }));
  me.does(put({ id: "Sock_1", price: 9.99, quantity: 1 }));
  return me.profile;
}

test.each([
  [[], 139.99],
  [["gift-cards"], 89.99],
  [["gift_cards", "sock-1"], 80],
  [["shoes", "sock_1"], 50],
  [["boots"], 139.99],
])("without %j the cart is worth %d", (exclude, value) => {
  expect(worthOf(buyer(), "s1", { exclude })).toEqual({ value, currency: "EUR", isAll: false });
});

test("a cart of nothing else is told from one that is empty", () => {
  const exclude = ["shoes", "gift-cards", "sock-1"];
  expect(worthOf(buyer(), "s1", { exclude })).toMatchObject({ value: 0, isAll: true });
  expect(worthOf(buyer(), "s0", { exclude })).toMatchObject({ value: 0, isAll: false });
});

test.each([
  [{ percent: 15 }, { amount: 21, currency: "EUR" }],
  [
    { percent: 15, exclude: ["gift-cards"] },
    { amount: 13.5, currency: "EUR" },
  ],
  [{ amount: 5 }, { amount: 5, currency: "SEK" }],
  [{ points: 200 }, { points: 200 }],
  [{ free_shipping: true }, null],
  [{ sample: "Harbour Blend" }, null],
])("%j can cost %j", (written, cost) => {
  expect(costOf(buyer(), "s1", offer(written), "SEK")).toEqual(cost);
});

test("what a part of an unknown cart costs nobody knows", () => {
  expect(costOf(buyer(), "s0", offer({ percent: 15 }), "SEK")).toBeNull();
});
