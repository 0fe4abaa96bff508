import type { ASTNode } from "@marcbachmann/cel-js";
import { calls, literal } from "./calls.ts";
import { item, review } from "./declared.ts";
import { maxDepth, partsOf, type Refused } from "./faults.ts";
import { meantOf } from "./nearest.ts";

/** What the library throws, as far as it matters here. */
interface Thrown {
  code?: string;
  summary?: string;
  range?: { start: number };
  node?: ASTNode;
}

export const maxNodes = 500;

/** What the type checker found of a node; its declaration does not tell of it. */
export const typeOf = (node: ASTNode): string => (node as { checkedType?: { name?: string } }).checkedType?.name ?? "";

const kinds: Record<string, string> = {
  string: "a text",
  int: "a whole number",
  double: "a decimal number",
  bool: "true or false",
};
export const kindText = (type: string): string =>
  kinds[type] ?? (type.startsWith("list") ? "a list" : type.startsWith("map") ? "a map" : "another kind");

/** What the parser or the type checker found, for somebody who knows neither. */
export function said(source: string, error: unknown): Refused {
  if (error instanceof RangeError) return { offset: 0, message: "is nested too deeply" };
  const { code = "", summary = "", range, node } = (error ?? {}) as Thrown;
  const offset = range?.start ?? 0;
  const fault = node && misfits[code]?.(node);
  if (fault) return fault;
  if (/token$|^unexpected/.test(code)) return { offset, message: unexpected(source, offset, summary) };
  if (/string$/.test(code)) return { offset, message: "the quote that begins here is not closed" };
  if (code === "limit_exceeded")
    return { offset, message: `is too long or nested too deeply: at most ${maxNodes} parts, ${maxDepth} levels` };
  return { offset, message: summary ? summary.charAt(0).toLowerCase() + summary.slice(1) : "is not a condition" };
}

/** The first field of an item that is not named but computed: of such a one there is no type. */
export function untyped(node: ASTNode): Refused | undefined {
  if (node.op === "[]" && typeOf(node) === "dyn")
    return { offset: node.start, message: "a field of an item is written out, like cart.items[0].price" };
  for (const part of partsOf(node)) {
    const found = untyped(part);
    if (found) return found;
  }
  return undefined;
}

const operators: Record<string, string> = { "=": "==", "&": "&&", "|": "||", and: "&&", or: "||", not: "!" };

const unitSeconds: Partial<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function unexpected(source: string, offset: number, summary: string): string {
  const rest = source.slice(offset);
  const word = /^\w+/.exec(rest)?.[0] ?? rest.charAt(0);
  if (!source.trim()) return "the condition is empty";
  if (!word) return `the condition is not finished${/RPAREN/.test(summary) ? ": a `)` is missing" : ""}`;
  const remedy = Object.hasOwn(operators, word.toLowerCase()) ? operators[word.toLowerCase()] : undefined;
  if (remedy) return `write \`${remedy}\` instead of \`${word}\``;
  const before = source.slice(0, offset);
  if (/\bnot\s+$/i.test(before)) return "write `!` instead of `not`";
  const [count, seconds] = [/\d+$/.exec(before)?.[0], unitSeconds[word]];
  if (count && seconds) return `times are in seconds: write ${Number(count) * seconds} instead of ${count}${word}`;
  if (/[“”‘’„«»]/.test(word)) return 'write straight quotes: "';
  return `\`${word}\` cannot stand here; conditions are joined by \`&&\` or \`||\``;
}

const source = ({ input, start, end }: ASTNode): string => input.slice(start, end);

const notBool = (node: ASTNode): ASTNode => partsOf(node).find((part) => typeOf(part) !== "bool") ?? node;

/** What is wrong where types do not fit, by the library's code. Of what is wrong with a part, its types are known already. */
const misfits: Record<string, (node: ASTNode) => Refused> = {
  no_such_overload(node) {
    const { op, start: offset } = node;
    const [left = node, right] = partsOf(node);
    if (!right) return { offset, message: `\`${op.charAt(0)}\` does not go with ${kindText(typeOf(left))}` };
    const middle = /^[<>]=?$/.test(op) && /^[<>]=?$/.test(left.op) ? partsOf(left)[1] : undefined;
    if (middle)
      return { offset, message: `this takes two comparisons: \`${source(left)} && ${source(middle)} ${op} ${source(right)}\`` };
    if ([left, right].map(typeOf).sort().join() !== "double,int")
      return { offset, message: `\`${op}\` does not go with ${kindText(typeOf(left))} and ${kindText(typeOf(right))}` };
    const whole = [left, right].find((part) => part.op === "value" && typeof part.args === "bigint");
    const written = whole && source(whole);
    const remedy = written ? `write ${written}.0 instead of ${written}` : "make a decimal of the whole one by double(…)";
    return { offset: whole?.start ?? offset, message: `\`${op}\` takes two numbers of one kind: ${remedy}` };
  },
  no_matching_overload({ op, args, start }) {
    const name = op === "call" || op === "rcall" ? String(args[0]) : "";
    const usage = Object.hasOwn(calls, name) ? calls[name]?.usage : undefined;
    return { offset: start, message: usage ? `\`${name}\` is called like ${usage}` : `\`${name}\` does not go with this` };
  },
  invalid_logical_operand(node) {
    const part = notBool(node);
    return { offset: part.start, message: `\`&&\` and \`||\` join what is true or false, and this is ${kindText(typeOf(part))}` };
  },
  invalid_condition_type: (node) => ({
    offset: node.start,
    message: `before \`?\` stands what is true or false, and this is ${kindText(typeOf(node))}`,
  }),
  incompatible_ternary_branches: ({ start }) => ({ offset: start, message: "both sides of `:` must be of one kind" }),
  heterogeneous_list_element: ({ start }) => ({ offset: start, message: "what is in one list must be of one kind" }),
  // Records were looked through before: what is left are items and reviews.
  no_such_key({ args, pos }) {
    const [of, by] = args as [ASTNode, string | ASTNode];
    const key = typeof by === "string" ? by : String(literal(by));
    const offset = typeof by === "string" ? pos : by.start;
    const [one, fields] = typeOf(of) === "Review" ? (["a review", review] as const) : (["an item of the cart", item] as const);
    return { offset, message: `${one} has no \`${key}\`${meantOf(key, Object.keys(fields))}` };
  },
};
