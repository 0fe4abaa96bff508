import { expect, test } from "vitest";
import { defaultPages, pageRule } from "./pages.ts";

test.each([
  ["/pricing", "pricing"],
  ["/fr/pricing/", "pricing"],
  ["/en-gb/plans/compare?x=1#y", "pricing"],
  ["https://shop.example/p/9", "product"],
  ["/p/", "product"],
  ["/cart/", "cart"],
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
