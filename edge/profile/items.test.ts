import { expect, test } from "vitest";
import type { Signal } from "../../contract/signals.ts";
import { maxWishes, noteWishes } from "./items.ts";
import { newProfile } from "./state.ts";
import { forgetBehaviour } from "./visitors.ts";

const does = (kind: string, ...ids: string[]) => ({ n: 1, at: 0, page: "p", kind, items: ids.map((id) => ({ id })) }) as Signal;

function wishesAfter(...signals: Signal[]): string[] | undefined {
  const profile: { wishes?: string[] } = {};
  for (const signal of signals) noteWishes(profile, signal);
  return profile.wishes;
}

test("what is put on the wish list stands there once, the newest first, until it is bought", () => {
  const wished = [does("add_to_wishlist", "a"), does("add_to_wishlist", "b", "c"), does("add_to_wishlist", "a")];
  expect(wishesAfter(...wished)).toEqual(["a", "b", "c"]);
  expect(wishesAfter(...wished, does("purchase", "b", "other"))).toEqual(["a", "c"]);
  expect(wishesAfter(does("view_item", "a"), does("purchase", "a"))).toBeUndefined();
});

test("a wish list is as long as it may be, and is forgotten with what else a visitor did", () => {
  const many = Array.from({ length: 30 }, (_, i) => does("add_to_wishlist", `p${i}`));
  expect(wishesAfter(...many)).toHaveLength(maxWishes);
  const profile = { ...newProfile("pk_demo", "u-42", 0), wishes: ["a"] };
  forgetBehaviour(profile, "visitor", 0);
  expect(profile).not.toHaveProperty("wishes");
});
