import type { ASTNode } from "@marcbachmann/cel-js";
import { calls, literal } from "./calls.ts";
import type { ConditionFacts } from "./declared.ts";
import { pathOf } from "./faults.ts";
import { typeOf } from "./said.ts";
import { equal, failed, isBefore, isIn, narrowed, size, toDouble, toInt, type Value, whole } from "./values.ts";

/** Gives the value of an expression on these facts, or throws `failed`. */
export type Run = (facts: ConditionFacts) => Value;

/** The expression below a node, checked already, as functions within functions: no tree is walked again when it is asked. */
export function closure(node: ASTNode, audience: (name: string) => Run): Run {
  const below = (part: ASTNode): Run => closure(part, audience);
  const path = pathOf(node);
  if (path) return path.names[0] === "audience" ? audience(path.names[1] as string) : reader(path.names);
  switch (node.op) {
    case "value": {
      const value = typeof node.args === "bigint" ? narrowed(node.args) : (node.args as Value);
      return () => value;
    }
    case "&&":
      return decided(below(node.args[0]), below(node.args[1]), false);
    case "||":
      return decided(below(node.args[0]), below(node.args[1]), true);
    case "!_": {
      const run = below(node.args);
      return (facts) => !run(facts);
    }
    case "-_": {
      const run = below(node.args);
      const minus = typeOf(node) === "int" ? whole["-"] : undefined;
      return minus ? (facts) => minus(0, run(facts) as number) : (facts) => -(run(facts) as number);
    }
    case "?:": {
      const [condition, yes, no] = [below(node.args[0]), below(node.args[1]), below(node.args[2])];
      return (facts) => (condition(facts) ? yes(facts) : no(facts));
    }
    case "list": {
      const parts = node.args.map(below);
      if (literal(node) === undefined) return (facts) => parts.map((part) => part(facts));
      const values = parts.map((part) => part({} as ConditionFacts));
      return () => values;
    }
    case "map": {
      const entries = node.args.map(([key, value]) => [below(key), below(value)] as const);
      return (facts) => {
        const all = new Map(entries.map(([key, value]) => [key(facts), value(facts)] as const));
        return all.size === entries.length ? all : failed();
      };
    }
    case ".":
    case "[]": {
      const [of, key] = [below(node.args[0]), node.op === "." ? () => node.args[1] : below(node.args[1])];
      return (facts) => at(of(facts), key(facts));
    }
    case "call":
    case "rcall":
      return called(node, below);
    case "id":
    case ".?":
    case "[?]":
      return failed(); // an id is a path, and optional types are off
    default:
      return compared(node.op, below(node.args[0]), below(node.args[1]), typeOf(node), typeOf(node.args[0]));
  }
}

function reader([a = "", b, c, d]: readonly string[]): Run {
  type Records = Record<string, Record<string, Record<string, Value>>>;
  const of = (facts: ConditionFacts) => facts as unknown as Records;
  if (b === undefined) return (facts) => of(facts)[a] as unknown as Value;
  if (c === undefined) return (facts) => of(facts)[a]?.[b] as unknown as Value;
  if (d === undefined) return (facts) => of(facts)[a]?.[b]?.[c] as Value;
  return (facts) => (of(facts)[a]?.[b]?.[c] as unknown as Record<string, Value>)[d] as Value;
}

/** `&&` and `||`: what one side decides holds, even where the other fails. */
function decided(left: Run, right: Run, by: boolean): Run {
  return (facts) => {
    let first: Value;
    try {
      first = left(facts);
    } catch {
      return right(facts) === by ? by : failed();
    }
    return first === by ? by : right(facts);
  };
}

function at(of: Value, key: Value): Value {
  if (!(of instanceof Map))
    return Object.hasOwn(of as object, key as string) ? ((of as Record<string, Value>)[key as string] as Value) : failed();
  return of.has(key) ? (of.get(key) as Value) : failed();
}

function called(node: ASTNode & { op: "call" | "rcall" }, below: (part: ASTNode) => Run): Run {
  const name = node.args[0];
  const args = (node.op === "call" ? node.args[1] : node.args.slice(1).flat()) as ASTNode[];
  if (node.op === "call" && Object.hasOwn(calls, name))
    return (calls[name] as (typeof calls)[string]).run(args.map(literal) as never[]);
  const [of, text] = args.map(below) as [Run, Run];
  const from = typeOf(args[0] as ASTNode);
  switch (name) {
    case "size":
      return (facts) => size(of(facts));
    case "int":
      return (facts) => toInt(of(facts), from);
    case "double":
      return (facts) => toDouble(of(facts));
    case "string":
      return (facts) => `${of(facts) as string | number}`;
    case "startsWith":
      return (facts) => (of(facts) as string).startsWith(text(facts) as string);
    case "endsWith":
      return (facts) => (of(facts) as string).endsWith(text(facts) as string);
    default:
      return (facts) => (of(facts) as string).includes(text(facts) as string);
  }
}

type Binary = "==" | "!=" | "in" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";

function compared(op: Binary, left: Run, right: Run, type: string, of: string): Run {
  switch (op) {
    case "==":
      return (facts) => equal(left(facts), right(facts));
    case "!=":
      return (facts) => !equal(left(facts), right(facts));
    case "in":
      return (facts) => isIn(left(facts), right(facts));
    case "<":
      return of === "string" ? (facts) => isBefore(left(facts), right(facts)) : (facts) => left(facts) < right(facts);
    case ">":
      return of === "string" ? (facts) => isBefore(right(facts), left(facts)) : (facts) => left(facts) > right(facts);
    case "<=":
      return of === "string" ? (facts) => !isBefore(right(facts), left(facts)) : (facts) => left(facts) <= right(facts);
    case ">=":
      return of === "string" ? (facts) => !isBefore(left(facts), right(facts)) : (facts) => left(facts) >= right(facts);
  }
  if (type === "int") {
    const reckon = whole[op];
    return (facts) => reckon(left(facts) as number, right(facts) as number);
  }
  return (facts) => {
    const [a, b] = [left(facts), right(facts)] as [number, number];
    if (Array.isArray(a)) return [...(a as Value[]), ...(b as unknown as Value[])];
    return op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : a / b;
  };
}
