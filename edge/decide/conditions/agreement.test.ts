import { type CelInput, celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { conditionsFor } from "../conditions.ts";
import { type ConditionFacts, declared } from "./declared.ts";

// Another implementation of CEL, by other people, is asked the same.

const compile = conditionsFor({ traits: {}, audiences: {}, pages: {}, messages: {} });
const env = celEnv();

const count = 10_000;

// Nothing beyond U+FFFF: the other one calls "a" < "a\u{10000}" false.
const texts = ["", "a", "ab", "b", "B", "é", "日本", "\uFFFD", "a\uE000", "10", "-3", "7.5", "gold"];
const wholes = [0n, 1n, 2n, 3n, 7n, 100n, 2n ** 31n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 62n, 2n ** 63n - 1n];
const decimals = ["0.0", "0.5", "1.0", "2.5", "3.0", "10.0", "1e10", "9007199254740993.0", "1e300", "0.1"];

const text = fc.constantFrom(...texts);
const quoted = text.map((one) => JSON.stringify(one));

/** The other one rounds what is beyond 2^53 before it compares it with a double, and negates -2^63. */
const small = fc.constantFrom("0", "1", "3", "10", "page.clicks", "session.views", "cart.count", "size(cart.categories)");

type Expr = fc.Arbitrary<string>;
const depthSize = "small" as const;
const { bool } = fc.letrec<Record<"bool" | "int" | "double" | "text" | "texts" | "ints", string>>((tie) => {
  const one = (...all: Expr[]): Expr => fc.oneof({ depthSize, withCrossShrink: true }, ...all);
  const joined = (operators: string[], left: Expr, right: Expr): Expr =>
    fc.tuple(left, fc.constantFrom(...operators), right).map(([a, op, b]) => `(${a} ${op} ${b})`);
  const either = (of: Expr): Expr => fc.tuple(tie("bool"), of, of).map(([when, a, b]) => `(${when} ? ${a} : ${b})`);
  const order = ["<", "<=", ">", ">="];
  const same = ["==", "!="];
  return {
    bool: one(
      fc.constantFrom("true", "false", "page.key", "session.comparing", "checkout.active", "visitor.new"),
      joined([...order, ...same], tie("int"), tie("int")),
      joined([...order, ...same], tie("double"), tie("double")),
      joined([...order, ...same], tie("text"), tie("text")),
      joined(order, small, tie("double")),
      joined(order, tie("double"), small),
      joined([...order, ...same], tie("bool"), tie("bool")),
      joined(same, tie("texts"), tie("texts")),
      joined(same, tie("ints"), tie("ints")),
      joined(same, tie("texts"), fc.constant("[]")),
      joined(["&&", "||"], tie("bool"), tie("bool")),
      joined(["in"], tie("text"), tie("texts")),
      joined(["in"], tie("int"), tie("ints")),
      joined(["in"], tie("text"), fc.constantFrom('{"a": 1, "gold": 2}', '{"b": true}')),
      tie("bool").map((a) => `!${a}`),
      either(tie("bool")),
      fc
        .tuple(tie("text"), fc.constantFrom("startsWith", "endsWith", "contains"), tie("text"))
        .map(([a, method, b]) => `${a}.${method}(${b})`),
    ),
    int: one(
      fc.constantFrom(...wholes).map(String),
      fc.constantFrom("page.clicks", "session.views", "cart.count", "context.hour"),
      joined(["+", "-", "*", "/", "%"], tie("int"), tie("int")),
      small.map((a) => `(-${a})`),
      tie("text").map((a) => `size(${a})`),
      tie("texts").map((a) => `${a}.size()`),
      tie("double").map((a) => `int(${a})`),
      fc.tuple(tie("ints"), tie("int")).map(([list, i]) => `${list}[${i}]`),
      tie("text").map((key) => `{"a": 1, "gold": 2}[${key}]`),
      // Not 'int("")' nor 'double("x")': the other takes them for 0 and NaN, where CEL says that they have no value.
      fc.constantFrom('int("12")', 'int("-3")', 'int("x")'),
      either(tie("int")),
    ),
    double: one(
      fc.constantFrom(...decimals),
      fc.constantFrom("score", "page.dwell_s", "cart.value", "session.duration_s"),
      joined(["+", "-", "*", "/"], tie("double"), tie("double")),
      tie("double").map((a) => `(-${a})`),
      tie("int").map((a) => `double(${a})`),
      fc.constantFrom('double("7.5")', 'double("-1e3")'),
      either(tie("double")),
    ),
    text: one(
      quoted,
      fc.constantFrom("cart.currency", "context.city", "context.language"),
      joined(["+"], tie("text"), tie("text")),
      tie("int").map((a) => `string(${a})`),
      fc.tuple(tie("texts"), tie("int")).map(([list, i]) => `${list}[${i}]`),
      either(tie("text")),
    ),
    texts: one(
      fc.array(quoted, { minLength: 1, maxLength: 3 }).map((all) => `[${all.join()}]`),
      fc.constant("cart.categories"),
      fc.array(tie("text"), { minLength: 1, maxLength: 2 }).map((all) => `[${all.join()}]`),
      joined(["+"], tie("texts"), tie("texts")),
    ),
    ints: one(
      fc.array(fc.constantFrom(...wholes), { minLength: 1, maxLength: 3 }).map((all) => `[${all.join()}]`),
      fc.array(tie("int"), { minLength: 1, maxLength: 2 }).map((all) => `[${all.join()}]`),
      joined(["+"], tie("ints"), tie("ints")),
    ),
  };
});

const given: Record<string, fc.Arbitrary<unknown>> = {
  string: text,
  bool: fc.boolean(),
  int: fc.oneof(fc.integer({ min: -3, max: 5 }), fc.maxSafeInteger()),
  double: fc.oneof(fc.constantFrom(0, 0.5, 1, 3, -2.5, 1e10), fc.double({ noNaN: true, noDefaultInfinity: true })),
  "list<string>": fc.array(text, { maxLength: 3 }),
  "list<Item>": fc.constant([]),
  "list<Review>": fc.constant([]),
};
type Types = { readonly [name: string]: string | Types };
/** Those that the conditions look at. */
const used = {
  score: "double",
  page: declared.page,
  session: declared.session,
  cart: declared.cart,
  checkout: declared.checkout,
  visitor: declared.visitor,
  context: declared.context,
};

const record = (types: Types): fc.Arbitrary<object> =>
  fc.record(
    Object.fromEntries(
      Object.entries(types).map(([name, type]) => [name, typeof type === "string" ? given[type] : record(type)]),
    ) as Record<string, fc.Arbitrary<unknown>>,
  );

/** The other one tells whole numbers by their being bigints. */
function asInput(value: unknown, type: string | Types): CelInput {
  if (typeof type === "object")
    return new Map(Object.entries(type).map(([name, of]) => [name, asInput((value as Record<string, unknown>)[name], of)]));
  return type === "int" ? BigInt(value as number) : (value as CelInput);
}

function theirs(source: string, facts: object): boolean | "error" {
  const told = facts as Record<string, unknown>;
  const bindings = Object.fromEntries(Object.entries(used).map(([name, type]) => [name, asInput(told[name], type)]));
  const result = plan(env, parse(source))(bindings as never);
  return isCelError(result) ? "error" : (result as boolean);
}

/** What has no value holds neither as it is nor denied. */
function ours(source: string, facts: ConditionFacts): boolean | string {
  const [plain, denied] = [compile(source), compile(`!(${source})`)];
  if (typeof plain !== "function" || typeof denied !== "function") return JSON.stringify(plain);
  return plain(facts) ? true : denied(facts) ? false : "error";
}

test(`${count} conditions hold where another implementation says so, and have no value where it says that`, () => {
  const came = { true: 0, false: 0, error: 0 };
  fc.assert(
    fc.property(
      bool.filter((source) => source.length < 1500),
      record(used),
      (source, facts) => {
        const expected = theirs(source, facts);
        came[`${expected}`]++;
        expect(ours(source, facts as ConditionFacts)).toBe(expected);
      },
    ),
    { numRuns: count },
  );
  expect(Math.min(came.true, came.false, came.error)).toBeGreaterThan(count / 20);
}, 120_000);
