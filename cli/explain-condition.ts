import type { ASTNode } from "@marcbachmann/cel-js";
import { literal } from "../edge/decide/conditions/calls.ts";
import { clauses, joined, nounOf } from "./explain-facts.ts";
import { amount, countedBy, fact, said, value } from "./explain-values.ts";

const opposite: Record<string, string> = { "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">" };
const mirrored: Record<string, string> = { "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=" };
const compared: Record<string, string> = {
  "==": "is",
  "!=": "is not",
  "<": "is less than",
  "<=": "is at most",
  ">": "is more than",
  ">=": "is at least",
};

/** Where it happens, as far as the condition says nothing else of that; and what else must hold. */
export function placeAndRest(ast: ASTNode): { place: string; rest: string } {
  const parts = conjuncts(ast);
  const places = parts.map(placeOf);
  const at = places.findIndex((place) => place);
  const rest = parts.filter((_, i) => i !== at).map((part) => clause(part, true));
  return { place: places[at] ?? "", rest: joined(rest.filter(Boolean), "and") };
}

const conjuncts = (node: ASTNode): ASTNode[] => (node.op === "&&" ? node.args.flatMap(conjuncts) : [node]);
const disjuncts = (node: ASTNode): ASTNode[] => (node.op === "||" ? node.args.flatMap(disjuncts) : [node]);

function placeOf(node: ASTNode): string {
  if (fact(node) === "page.key") return "on a key page";
  if ((node.op !== "==" && node.op !== "in") || fact(node.args[0]) !== "page.type") return "";
  const types = [literal(node.args[1])].flat();
  if (types.includes(undefined)) return "";
  return types.length === 1 && types[0] === "other" ? "on a page of no type" : `on the ${joined(types.map(String), "or")} page`;
}

/** What must hold, as a clause. `isPart`: of several that must hold, so that an "or" stands in brackets. */
export function clause(node: ASTNode, isPart = false): string {
  const path = fact(node);
  if (path) return yesNo(path)[0];
  switch (node.op) {
    case "value":
      return node.args === true ? "" : String(node.args);
    case "&&":
      return joined(
        conjuncts(node).map((part) => clause(part, true)),
        "and",
      );
    case "||": {
      const text = joined(
        disjuncts(node).map((part) => clause(part)),
        "or",
      );
      return isPart ? `(${text})` : text;
    }
    case "!_":
      return not(node.args);
    case "?:": {
      const [condition, yes, no] = node.args.map((part) => clause(part));
      return `${yes} where ${condition}, else ${no}`;
    }
    case "in":
      return member(node.args, true);
    case "call":
    case "rcall":
      return called(node)[0];
    default:
      return comparison(node.op, node.args as [ASTNode, ASTNode]);
  }
}

function not(node: ASTNode): string {
  const path = fact(node);
  if (path) return yesNo(path)[1];
  if (node.op === "!_") return clause(node.args);
  if (node.op === "&&") return `not both: ${clause(node)}`;
  if (node.op === "||") return joined(disjuncts(node).map(not), "and");
  if (node.op === "in") return member(node.args, false);
  if (node.op === "call" || node.op === "rcall") return called(node)[1];
  const flipped = opposite[node.op];
  return flipped ? comparison(flipped, node.args as [ASTNode, ASTNode]) : `it is not so that ${clause(node)}`;
}

function yesNo(path: string): readonly [string, string] {
  if (path.startsWith("audience.")) {
    const name = path.slice("audience.".length).replace(/_/g, " ");
    return [`they belong to "${name}"`, `they do not belong to "${name}"`];
  }
  return clauses[path] ?? [`${nounOf(path)} is true`, `${nounOf(path)} is false`];
}

function comparison(op: string, [left, right]: readonly [ASTNode, ASTNode]): string {
  if (literal(left) !== undefined && literal(right) === undefined) return comparison(mirrored[op] ?? op, [right, left]);
  const number = Number(literal(right));
  const path = fact(left) ?? "";
  const count = countedBy(left);
  if (count && literal(right) !== undefined) return amount(op, number, count);
  if (path.startsWith("moment.evidence.") && op === ">" && number === 0)
    return `${nounOf(path).replace(/^the evidence /, "")} is part of the evidence`;
  return `${value(left)} ${compared[op] ?? op} ${value(right, path || unitOf(left))}`;
}

const unitOf = (node: ASTNode): string => (node.op === "call" && node.args[0] === "since" ? "since_s" : "");

function member([one, all]: readonly [ASTNode, ASTNode], isIn: boolean): string {
  const path = fact(all);
  const text = value(one);
  const words = isIn ? ["is", "belongs", "include"] : ["is not", "does not belong", "do not include"];
  if (path === "cart.margins") return `something of ${text} margin ${words[0]} in the cart`;
  if (path === "cart.categories") return `something of the category ${text} ${words[0]} in the cart`;
  if (path === "session.pages")
    return isIn ? `they saw the ${text} page in this visit` : `they did not see the ${text} page in this visit`;
  if (path) return `${nounOf(path)} ${words[2]} ${text}`;
  return `${text} ${words[0]} ${value(all, fact(one))}`;
}

/** A call as a clause, and as its opposite. */
function called(node: ASTNode & { op: "call" | "rcall" }): readonly [string, string] {
  if (node.op === "rcall") {
    const [name, of, args] = node.args;
    const verbs: Record<string, [string, string]> = {
      contains: ["contains", "does not contain"],
      startsWith: ["begins with", "does not begin with"],
      endsWith: ["ends with", "does not end with"],
    };
    const [yes, no] = verbs[name] ?? [name, `not ${name}`];
    return [
      `${value(of)} ${yes} ${args.map((arg) => value(arg)).join(", ")}`,
      `${value(of)} ${no} ${args.map((arg) => value(arg)).join(", ")}`,
    ];
  }
  const [name, args] = node.args;
  const written = args.map(literal);
  const [first = "", second = "", third = ""] = written.map(said);
  switch (name) {
    case "seen":
      return [`they have seen the ${first} page`, `they have not seen the ${first} page`];
    case "sent":
      return [`they were sent \`${first}\``, `they were not sent \`${first}\``];
    case "near":
      return [`they are within ${third} km of ${first}, ${second}`, `they are not within ${third} km of ${first}, ${second}`];
    case "sequence": {
      const way = [written[0]].flat().map(said).join(" to ");
      return [`they went from ${way}`, `they did not go from ${way}`];
    }
    default:
      return [value(node), `not ${value(node)}`];
  }
}
