import type { ASTNode } from "@marcbachmann/cel-js";
import { literal } from "../edge/decide/conditions/calls.ts";
import { pathOf } from "../edge/decide/conditions/faults.ts";
import { duration } from "../edge/site/schema/words.ts";
import { counted, deeds, joined, lasting, nounOf } from "./explain-facts.ts";

const sums: Record<string, string> = { "+": "plus", "-": "minus", "*": "times", "/": "divided by", "%": "modulo" };

export const fact = (node: ASTNode): string | undefined => pathOf(node)?.names.join(".");

/** What stands on one side of a comparison. @param path of the fact on the other side: its unit is that of a number */
export function value(node: ASTNode, path = ""): string {
  const here = fact(node);
  if (here) return nounOf(here);
  const written = literal(node);
  if (Array.isArray(written)) return joined(written.map(said), "or");
  if (path.endsWith("_s") && !Number.isNaN(Number(written))) return lasting(Number(written) * 1000);
  if (path.endsWith("depth") && typeof written === "number") return `${Math.round(written * 100)} %`;
  if (written !== undefined) return said(written);
  if (node.op === "call") {
    const [name, args] = node.args;
    if (name === "since") return `the time since the last ${said(literal(args[0] as ASTNode))}`;
    if (name === "size") return `the number of ${value(args[0] as ASTNode).replace(/^the /, "")}`;
    return args.map((arg) => value(arg, path)).join(", ");
  }
  const word = sums[node.op];
  if (word && Array.isArray(node.args)) return (node.args as ASTNode[]).map((part) => value(part, path)).join(` ${word} `);
  return "something computed";
}

export const said = (written: unknown): string =>
  written === ""
    ? "empty"
    : String(written)
        .replace(/^custom:/, "")
        .replace(/_/g, " ");

/** What a number counts, if anything. */
export function countedBy(node: ASTNode): readonly [string, string] | undefined {
  const path = fact(node);
  if (path) return counted[path];
  if (node.op !== "call" || node.args[0] !== "count") return undefined;
  const [kind, within] = node.args[1].map(literal);
  const [one, many] = deeds[String(kind)] ?? [said(kind), said(kind)];
  const span = `in the last ${lasting(duration.safeParse(within).data ?? 0)}`;
  return [`${one} ${span}`, `${many} ${span}`];
}

export function amount(op: string, n: number, [one, many]: readonly [string, string]): string {
  const of = (count: number) => (count === 1 ? `one ${one}` : `${count} ${many}`);
  const isAre = (count: number) => (count === 1 ? "is" : "are");
  if ((op === ">" && n === 0) || (op === ">=" && n === 1) || (op === "!=" && n === 0)) return `there is at least one ${one}`;
  if ((op === "==" || op === "<=") && n === 0) return `there is no ${one}`;
  if (op === "<" && n === 1) return `there is no ${one}`;
  const how = {
    ">": "more than ",
    ">=": "at least ",
    "<": "fewer than ",
    "<=": "at most ",
    "==": "exactly ",
    "!=": "not exactly ",
  }[op];
  return `there ${isAre(n)} ${how ?? ""}${of(n)}`;
}
