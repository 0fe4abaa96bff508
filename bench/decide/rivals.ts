import { createRequire } from "node:module";
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { calls, literal } from "../../edge/decide/conditions/calls.ts";
import { declared, item, review } from "../../edge/decide/conditions/declared.ts";
import { pathOf } from "../../edge/decide/conditions/faults.ts";
import type { Condition, ConditionFacts } from "../../edge/decide/conditions.ts";
import { installed } from "../peer-packages.ts";

/** The same triggers by other means: how many of them hold. Facts are built already, which is to their advantage. */
export interface Rival {
  key: string;
  holding: (facts: ConditionFacts) => number | Promise<number>;
}

const packages = { "json-logic-engine": "5.0.7", "json-rules-engine": "7.3.1" };

type Json = string | number | boolean | Json[] | { [key: string]: Json };
type Call = { name: string; args: unknown[] };

/** A call of one of our functions, which the others get as an operator or a fact of their own. */
function callOf(node: ASTNode): Call | undefined {
  return node.op === "call" && Object.hasOwn(calls, node.args[0])
    ? { name: node.args[0], args: node.args[1].map(literal) }
    : undefined;
}
const asked = ({ name, args }: Call, facts: ConditionFacts): unknown =>
  (calls[name] as (typeof calls)[string]).run(args as never[])(facts);

const plain = (value: unknown): Json =>
  typeof value === "bigint" ? Number(value) : Array.isArray(value) ? value.map(plain) : (value as Json);

const unthinkable = (node: ASTNode): never => {
  throw new Error(`the bench cannot translate ${node.op}`);
};

/** Every fact at once, as plain data. */
function data(facts: ConditionFacts, types: object, whole: (n: number) => unknown): Record<string, unknown> {
  const all = facts as unknown as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => {
      if (typeof type === "object") return [name, data(all[name] as ConditionFacts, type, whole)];
      if (type === "list<Item>") return [name, (all[name] as ConditionFacts[]).map((one) => data(one, item, whole))];
      if (type === "list<Review>") return [name, (all[name] as ConditionFacts[]).map((one) => data(one, review, whole))];
      return [name, type === "int" ? whole(all[name] as number) : all[name]];
    }),
  );
}

export function rivals(conditions: readonly Condition[], first: ConditionFacts, traits: Record<string, string>): Rival[] {
  const require = createRequire(`${installed(packages)}/package.json`);
  const types = { ...declared, profile: traits, claimed: traits };
  return [
    celJs(conditions, first, types),
    ...jsonLogic(conditions, first, types, require),
    jsonRules(conditions, first, types, require),
  ];
}

function celJs(conditions: readonly Condition[], first: ConditionFacts, types: Record<string, unknown>): Rival {
  const environment = new Environment()
    .registerType({ name: "Item", schema: item })
    .registerType({ name: "Review", schema: review });
  for (const [name, type] of Object.entries(types)) {
    if (typeof type === "string") environment.registerVariable(name, type);
    else environment.registerVariable({ name, schema: type as never });
  }
  for (const [name, { signatures }] of Object.entries(calls))
    for (const signature of signatures)
      environment.registerFunction(signature, (...args: unknown[]) => {
        const answer = asked({ name, args }, first);
        return typeof answer === "number" && signature.endsWith("int") ? BigInt(answer) : answer;
      });
  const programs = conditions.map(({ source }) => {
    const program = environment.parse(source);
    program.check();
    return program;
  });
  const context = data(first, types, BigInt);
  return { key: "cel_js_us", holding: () => programs.filter((program) => program(context) === true).length };
}

function jsonLogic(
  conditions: readonly Condition[],
  first: ConditionFacts,
  types: Record<string, unknown>,
  require: NodeJS.Require,
): Rival[] {
  const { LogicEngine } = require("json-logic-engine") as {
    LogicEngine: new () => {
      addMethod: (name: string, run: (args: unknown[]) => unknown) => void;
      build: (logic: Json) => (data: unknown) => unknown;
      run: (logic: Json, data: unknown) => unknown;
    };
  };
  const engine = new LogicEngine();
  for (const name of Object.keys(calls)) engine.addMethod(name, (args) => asked({ name, args }, first));
  const logic = (node: ASTNode): Json => {
    const path = pathOf(node);
    if (path) return { var: path.names.join(".") };
    const written = literal(node);
    if (written !== undefined) return plain(written);
    const call = callOf(node);
    if (call) return { [call.name]: call.args.map(plain) };
    if (node.op === "!_") return { "!": [logic(node.args)] };
    const name = ({ "&&": "and", "||": "or", "==": "===", "!=": "!==" } as Record<string, string>)[node.op] ?? node.op;
    const args = node.args as [ASTNode, ASTNode];
    return Array.isArray(args) && args.length === 2 ? { [name]: args.map(logic) } : unthinkable(node);
  };
  const rules = conditions.map(({ ast }) => logic(ast));
  const built = rules.map((rule) => engine.build(rule));
  const context = data(first, types, Number);
  return [
    { key: "json_logic_us", holding: () => rules.filter((rule) => engine.run(rule, context) === true).length },
    { key: "json_logic_built_us", holding: () => built.filter((run) => run(context) === true).length },
  ];
}

function jsonRules(
  conditions: readonly Condition[],
  first: ConditionFacts,
  types: Record<string, unknown>,
  require: NodeJS.Require,
): Rival {
  const { Engine } = require("json-rules-engine") as {
    Engine: new () => {
      addRule: (rule: Json) => void;
      addFact: (name: string, value: unknown) => void;
      run: (facts: Record<string, unknown>) => Promise<{ events: unknown[] }>;
    };
  };
  const engine = new Engine();
  const fact = (node: ASTNode): Record<string, Json> => {
    const call = callOf(node);
    if (call) {
      const name = `${call.name} ${call.args.join(" ")}`;
      engine.addFact(name, () => asked(call, first));
      return { fact: name };
    }
    const [root = "", ...rest] = pathOf(node)?.names ?? unthinkable(node);
    return rest.length ? { fact: root, path: `$.${rest.join(".")}` } : { fact: root };
  };
  const operators: Record<string, string> = {
    "==": "equal",
    "!=": "notEqual",
    "<": "lessThan",
    "<=": "lessThanInclusive",
    ">": "greaterThan",
    ">=": "greaterThanInclusive",
  };
  const rule = (node: ASTNode): { [key: string]: Json } => {
    if (node.op === "&&") return { all: node.args.map(rule) };
    if (node.op === "||") return { any: node.args.map(rule) };
    if (node.op === "!_") return { not: rule(node.args) };
    if (node.op === "in") {
      const [one, all] = node.args;
      const list = literal(all);
      if (list) return { ...fact(one), operator: "in", value: plain(list) };
      return { ...fact(all), operator: "contains", value: plain(literal(one)) };
    }
    const operator = operators[node.op];
    if (!operator) return { ...fact(node), operator: "equal", value: true };
    const [left, right] = node.args as [ASTNode, ASTNode];
    return { ...fact(left), operator, value: plain(literal(right)) };
  };
  for (const { ast, source } of conditions) {
    const made = rule(ast);
    engine.addRule({
      conditions: "all" in made || "any" in made || "not" in made ? made : { all: [made] },
      event: { type: source },
    });
  }
  const context = data(first, types, Number);
  return { key: "json_rules_us", holding: async () => (await engine.run(context)).events.length };
}
