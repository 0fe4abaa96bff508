import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { changesBetween } from "./changes.ts";

const told = (before: string, after: string) => changesBetween(before, after).map(({ pointer, what }) => `${what} ${pointer}`);

test("steps, blocks and variants are named by their id, wherever they stand", () => {
  const before = "steps:\n  - { id: one, after: 3m }\n  - { id: two, after: 1h }\n";
  expect(changesBetween(before, "steps:\n  - { id: one, after: 5m }\n  - { id: two, after: 1h }\n")).toEqual([
    { pointer: "/steps/one/after", what: "changed", from: "3m", to: "5m" },
  ]);
  expect(told(before, "steps:\n  - { id: two, after: 1h }\n  - { id: one, after: 3m }\n")).toEqual(["moved /steps"]);
  expect(told(before, "steps:\n  - { id: zero }\n  - { id: one, after: 3m }\n  - { id: two, after: 1h }\n")).toEqual([
    "added /steps/zero",
  ]);
});

test("the order of pages is a change, for the first match wins; comments, quotes and anchors are none", () => {
  expect(told("pages: { a: 1, b: 2 }", "pages: { b: 2, a: 1 }")).toEqual(["moved /pages"]);
  expect(told("a: &x one\nb: *x # said once", 'a: "one"\nb: one')).toEqual([]);
});

test("what is long is named, not told", () => {
  expect(changesBetween("a: x", `a: ${"y".repeat(81)}`)).toEqual([{ pointer: "/a", what: "changed", from: "x" }]);
  expect(changesBetween("a: [1]", "a: [2]")).toEqual([{ pointer: "/a", what: "changed" }]);
});

test("a name that a pointer cannot hold is escaped", () => {
  expect(told("", "a/b~c: 1")).toEqual(["added /a~1b~0c"]);
});

const tree = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("a", "b", 1, true, null),
    fc.array(fc.constantFrom("x", "y"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("tree"), { noNullPrototype: true }),
  ),
})).tree;
const map = fc.dictionary(fc.constantFrom("a", "b", "c"), tree, { noNullPrototype: true });

test("two files differ exactly where their meaning does", () => {
  fc.assert(
    fc.property(map, map, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(changesBetween(stringify(a), stringify(b)).length === 0).toBe(same);
    }),
  );
});
