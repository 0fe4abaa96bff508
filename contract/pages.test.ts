import { expect, test } from "vitest";
import { defaultPages, pageMatcher, pageRule } from "./pages.ts";

test.each([
  ["/pricing", "pricing"],
  ["/fr/pricing/", "pricing"],
  ["/en-gb/plans/compare?x=1#y", "pricing"],
  ["https://shop.example/p/9", "product"],
  ["/p/", "product"],
  ["/cart/", "cart"],
  ["/order/9", "order"],
  ["/checkout/thank-you", "order"],
  ["/checkout/payment", "checkout"],
  ["/de/returns", "returns"],
  ["/policies/refund-policy", "policy"],
  ["/compare?a=1&b=2", "compare"],
  ["/cartoon", undefined],
  ["/blog/pricing", undefined],
  ["/", undefined],
])("%s is %s", (url, type) => {
  expect(pageRule(url, defaultPages)?.type).toBe(type);
});

test("a pattern of many stars is matched in linear time", () => {
  const rules = [{ type: "x", match: [`/${"*a".repeat(90)}b`] }];
  expect(pageRule(`/${"a".repeat(2000)}`, rules)).toBeUndefined();
});

test("a matcher gives the same again and again, also for more pages than it remembers", () => {
  const pageOf = pageMatcher();
  for (let i = 0; i < 200; i++) expect(pageOf(`/p/${i % 100}`)?.type).toBe("product");
  expect(pageOf("/about")).toBeUndefined();
});
