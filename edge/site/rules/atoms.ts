import type { ASTNode } from "@marcbachmann/cel-js";
import { pathOf } from "../../decide/conditions/faults.ts";

type Op = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A fact compared with what is written. */
export interface Atom {
  fact: string;
  op: Op;
  values: readonly unknown[];
  node: ASTNode;
}

const opposite: Record<Op, Op> = { "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" };
const mirrored: Record<Op, Op> = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** A node, and whether its opposite is meant. */
export type Meant = [node: ASTNode, not: boolean];

/** What must hold together. */
export function all([node, not]: Meant): Meant[] {
  if (node.op === "!_") return all([node.args, !not]);
  if (node.op === (not ? "||" : "&&")) return (node.args as ASTNode[]).flatMap((part) => all([part, not]));
  return [[node, not]];
}

export function atomOf([node, not]: Meant): Atom | undefined {
  const own = factOf(node);
  if (own) return { fact: own, op: "==", values: [!not], node };
  const op = node.op as Op | "in";
  if (op === "in") {
    const [left, right] = node.args as [ASTNode, ASTNode];
    const fact = factOf(left);
    const values = right.op === "list" ? right.args.map(writtenIn) : [undefined];
    return fact && !values.includes(undefined) ? { fact, op: not ? "!=" : "==", values, node } : undefined;
  }
  if (!(op in opposite)) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const fact = factOf(left) ?? factOf(right);
  const value = writtenIn(factOf(left) ? right : left);
  if (!fact || value === undefined) return undefined;
  const facing = factOf(left) ? op : mirrored[op];
  return { fact, op: not ? opposite[facing] : facing, values: [value], node };
}

const factOf = (node: ASTNode): string | undefined => pathOf(node)?.names.join(".");

function writtenIn(node: ASTNode): unknown {
  if (node.op === "-_") return -Number(writtenIn(node.args));
  if (node.op !== "value") return undefined;
  return typeof node.args === "bigint" ? Number(node.args) : node.args;
}
