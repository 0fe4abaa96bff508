import fc from "fast-check";
import { expect, test } from "vitest";
import { type ConditionFacts, conditionsFor } from "../../decide/conditions.ts";
import { never, requires } from "./never.ts";
import { rangeOf } from "./ranges.ts";

const page = { match: ["/"], key: true };
const file = { pages: { cart: page, checkout: page }, traits: {}, audiences: {}, messages: {} };
const compile = conditionsFor(file);

function compiled(source: string) {
  const condition = compile(source);
  if (typeof condition !== "function") throw new Error(`${source}: ${condition.message}`);
  return condition;
}
const why = (source: string) => never(compiled(source).ast, (fact) => rangeOf(fact, file as never));

/** All facts that these conditions can tell apart. */
const everybody = ["cart", "checkout", "other"].flatMap((type) =>
  [true, false].flatMap((key) =>
    [0, 1, 2, 3, 4].map((count) => ({ page: { type, key }, cart: { count } }) as unknown as ConditionFacts),
  ),
);

const words = fc.constantFrom('"cart"', '"checkout"', '"other"');
const numbers = fc.integer({ min: 0, max: 4 });
const atom = fc.oneof(
  fc.tuple(fc.constantFrom("==", "!="), words).map(([op, word]) => `page.type ${op} ${word}`),
  fc.tuple(words, words).map(([a, b]) => `page.type in [${a}, ${b}]`),
  fc.tuple(fc.constantFrom("==", "!=", "<", "<=", ">", ">="), numbers).map(([op, n]) => `cart.count ${op} ${n}`),
  fc.tuple(numbers, fc.constantFrom("<", ">=")).map(([n, op]) => `${n} ${op} cart.count`),
  fc.constantFrom("page.key", "!page.key", "true", "false"),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    atom,
    fc.tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie("condition").map((a) => `!(${a})`),
  ),
}));

test("what is said never to be true is true for nobody", () => {
  fc.assert(
    fc.property(condition, (source) => {
      if (why(source)) expect(everybody.filter(compiled(source))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("what must hold together and holds for nobody is said never to be true", () => {
  // Between two whole numbers there is none, which a decimal number could lie between: so only at least and at most.
  const atoms = fc.oneof(
    words.map((word) => `page.type == ${word}`),
    numbers.map((n) => `cart.count >= ${n}`),
    numbers.map((n) => `cart.count <= ${n}`),
    fc.constantFrom("page.key", "!page.key"),
  );
  fc.assert(
    fc.property(fc.array(atoms, { minLength: 1, maxLength: 5 }), (all) => {
      const source = all.join(" && ");
      expect(why(source) === undefined).toBe(everybody.some(compiled(source)));
    }),
    { numRuns: 500 },
  );
});

test("a page is required only by a condition that holds on no other", () => {
  fc.assert(
    fc.property(condition, (source) => {
      const isRequired = requires(compiled(source).ast, (fact, mayBe) => fact === "page.type" && !mayBe("cart"));
      const holdsThere = everybody.some((facts) => facts.page.type === "cart" && compiled(source)(facts));
      if (isRequired) expect(holdsThere).toBe(false);
    }),
    { numRuns: 500 },
  );
});
