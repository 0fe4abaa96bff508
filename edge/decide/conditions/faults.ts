import type { ASTNode } from "@marcbachmann/cel-js";
import { argumentsOf, calls } from "./calls.ts";
import { type Names, resolve } from "./names.ts";
import { meant, meantOf, nearest } from "./nearest.ts";

/** What is wrong with a condition; `offset` is counted in characters from its start. */
export interface Refused {
  offset: number;
  message: string;
}

export const maxDepth = 32;
const maxInt = 2n ** 63n - 1n;

/** A pattern or a looping macro can hold an isolate for seconds: what may be called is on these lists. */
const methods = ["size", "startsWith", "endsWith", "contains"];
const functions = ["size", "int", "double", "string", ...Object.keys(calls)];

const instead: Record<string, string> = {
  matches: "a text is looked into by startsWith, endsWith and contains",
  has: "every fact has a value, and a trait its default",
  dyn: "the types of all facts are known",
  not: "write `!` instead",
};
for (const macro of ["all", "exists", "exists_one", "filter", "map"])
  instead[macro] = 'what is in a list is asked by `in`: "high" in cart.margins';

/** The names of a path of facts, `page.type` as two; undefined where something else than a name begins it. */
export function pathOf(node: ASTNode): { names: string[]; offsets: number[] } | undefined {
  if (node.op === "id") return { names: [node.args], offsets: [node.start] };
  if (node.op !== ".") return undefined;
  const before = pathOf(node.args[0]);
  return before && { names: [...before.names, node.args[1]], offsets: [...before.offsets, node.pos] };
}

/** Everything that is wrong with a parsed condition apart from its types; what facts it reads goes into `reads`. */
export function* faults(node: ASTNode, names: Names, reads: Set<string>, depth = 1): Generator<Refused> {
  const { start: offset } = node;
  if (depth > maxDepth) {
    yield { offset, message: `is nested deeper than ${maxDepth}` };
    return;
  }
  const path = pathOf(node);
  if (path) {
    const found = resolve(names, path.names);
    if (typeof found === "object" && "wrong" in found)
      yield { offset: path.offsets[found.wrong as number] ?? offset, message: found.message as string };
    else reads.add(path.names.join("."));
    return;
  }
  switch (node.op) {
    case "value":
      yield* faultsOfLiteral(node.args, offset);
      return;
    case "call":
    case "rcall":
      yield* faultsOfCall(node, names, reads, depth);
      return;
    case "==":
    case "!=":
    case "in":
      yield* faultsOfWords(node.args, names);
  }
  for (const [i, part] of partsOf(node).entries()) {
    // A chain is one level, however long: a && b && c.
    const isChain = i === 0 && part.op === node.op && Array.isArray(node.args);
    yield* faults(part, names, reads, isChain ? depth : depth + 1);
  }
}

/** The nodes directly below. */
export function partsOf({ args }: ASTNode): ASTNode[] {
  const all = (Array.isArray(args) ? args : [args]).flat(2) as unknown[];
  return all.filter((part): part is ASTNode => typeof part === "object" && part !== null && "op" in part);
}

function* faultsOfLiteral(value: unknown, offset: number): Generator<Refused> {
  if (value === null) yield { offset, message: "no fact is ever null" };
  else if (typeof value === "object") yield { offset, message: "is neither a text, a number, true nor false" };
  else if (typeof value === "bigint" && value > maxInt) yield { offset, message: "this number is too large" };
}

function* faultsOfCall(
  node: ASTNode & { op: "call" | "rcall" },
  names: Names,
  reads: Set<string>,
  depth: number,
): Generator<Refused> {
  const [name] = node.args;
  const allowed = node.op === "call" ? functions : methods;
  const isOurs = node.op === "call" && Object.hasOwn(calls, name);
  const args = (node.op === "call" ? node.args[1] : node.args[2]) as ASTNode[];
  if (!allowed.includes(name)) {
    const remedy = Object.hasOwn(instead, name) ? instead[name] : undefined;
    const near = meant(nearest(name, allowed)) || `; allowed are ${allowed.join(", ")}`;
    yield {
      offset: nameOffset(node),
      message: `\`${name}\` may not be used${remedy ? `: ${remedy}` : near}`,
    };
    return;
  }
  if (node.op === "rcall") yield* faults(node.args[1], names, reads, depth + 1);
  for (const arg of args) yield* faults(arg, names, reads, depth + 1);
  if (!isOurs) return;
  reads.add(name);
  const written = argumentsOf(name, args, names);
  if (!Array.isArray(written)) yield written;
}

const nameOffset = (node: ASTNode & { op: "call" | "rcall" }): number =>
  node.op === "call" ? node.start : node.input.indexOf(node.args[0], node.args[1].end);

/** `page.type == "prising"` can never hold. */
function* faultsOfWords([left, right]: readonly [ASTNode, ASTNode], { words }: Names): Generator<Refused> {
  for (const [fact, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const path = pathOf(fact)?.names.join(".") ?? "";
    const known = words.get(path);
    for (const one of known ? [other, ...(other.op === "list" ? other.args : [])] : []) {
      const word = one.op === "value" ? one.args : undefined;
      if (typeof word === "string" && !known?.includes(word))
        yield { offset: one.start, message: `\`${path}\` is never "${word}"${meantOf(word, known ?? [])}` };
    }
  }
}
