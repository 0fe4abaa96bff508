import type { ASTNode } from "@marcbachmann/cel-js";
import { type Atom, all, atomOf, type Meant } from "./atoms.ts";

/** What the values of a fact can be: some words, or numbers in a range. */
export type Range = { words: readonly unknown[] } | { least: number; most: number };

export interface Never {
  offset: number;
  message: string;
}

interface Known {
  words?: readonly unknown[];
  not: unknown[];
  least: number;
  above: boolean;
  most: number;
  below: boolean;
}

/** Why a condition can never hold, as far as comparisons with written values tell; undefined where it can. */
export function never(ast: ASTNode, rangeOf: (fact: string) => Range | undefined): Never | undefined {
  return impossible(all([ast, false]), new Map(), rangeOf);
}

function impossible(
  parts: Meant[],
  before: ReadonlyMap<string, Known>,
  rangeOf: (fact: string) => Range | undefined,
): Never | undefined {
  const known = new Map(before);
  for (const [node, not] of parts) {
    if (node.op === "value" && node.args === not)
      return { offset: node.start, message: `\`${not}\` here makes that this can never be true` };
    const atom = atomOf([node, not]);
    if (!atom) continue;
    const range = rangeOf(atom.fact);
    const was = known.get(atom.fact) ?? begin(range);
    const now = narrowed(was, atom);
    if (isEmpty(now)) return { offset: node.start, message: reason(atom, known.has(atom.fact), range) };
    known.set(atom.fact, now);
  }
  for (const [node, not] of parts) {
    if (node.op !== (not ? "&&" : "||")) continue;
    const branches = (node.args as ASTNode[]).map((part) => impossible(all([part, not]), known, rangeOf));
    if (branches.every((branch) => branch)) return branches[0];
  }
  return undefined;
}

function reason({ fact, op, values }: Atom, again: boolean, range: Range | undefined): string {
  const written = `\`${fact} ${op} ${values.map(shown).join(" or ")}\``;
  if (again) return `this can never be true: ${written} contradicts what is asked of \`${fact}\` before it`;
  if (range && "words" in range)
    return `this can never be true: \`${fact}\` is ${range.words.length ? range.words.map(shown).join(", ") : "never any of these"} here`;
  return `this can never be true: \`${fact}\` ${range ? between(range) : "is never so"} here`;
}

const between = ({ least, most }: { least: number; most: number }): string => {
  if (least === most) return `is always ${least}`;
  return Number.isFinite(most) ? `lies between ${least} and ${most}` : `is at least ${least}`;
};

const shown = (value: unknown): string => (typeof value === "string" ? `"${value}"` : String(value));

const anything: Known = { not: [], least: -Infinity, above: false, most: Infinity, below: false };
const begin = (range: Range | undefined): Known => ({ ...anything, ...range });

function narrowed(was: Known, { op, values }: Atom): Known {
  const [value] = values as [number];
  switch (op) {
    case "==":
      return { ...was, words: was.words ? was.words.filter((word) => values.includes(word)) : values };
    case "!=":
      return { ...was, not: [...was.not, ...values] };
    case "<":
    case "<=":
      return value < was.most || (value === was.most && op === "<") ? { ...was, most: value, below: op === "<" } : was;
    default:
      return value > was.least || (value === was.least && op === ">") ? { ...was, least: value, above: op === ">" } : was;
  }
}

function isEmpty({ words, not, least, above, most, below }: Known): boolean {
  if (least > most || (least === most && (above || below))) return true;
  return !!words?.every(
    (word) => not.includes(word) || (typeof word === "number" && !isWithin(word, { least, above, most, below })),
  );
}

const isWithin = (x: number, { least, above, most, below }: Omit<Known, "words" | "not">): boolean =>
  (above ? x > least : x >= least) && (below ? x < most : x <= most);

/**
 * Whether a condition can hold only where some comparison passes `test`, which is given the fact and what its value may be.
 */
export function requires(ast: ASTNode, test: (fact: string, mayBe: (value: unknown) => boolean) => boolean): boolean {
  const holds = (meant: Meant): boolean =>
    all(meant).some(([node, not]) => {
      if (node.op === (not ? "&&" : "||")) return (node.args as ASTNode[]).every((part) => holds([part, not]));
      const atom = atomOf([node, not]);
      if (!atom || (atom.op !== "==" && atom.op !== "!=")) return false;
      return test(atom.fact, (value) => atom.values.includes(value) === (atom.op === "=="));
    });
  return holds([ast, false]);
}
