import type { ASTNode } from "@marcbachmann/cel-js";
import { countable, keptDays, keptMs } from "../../profile/history.ts";
import { duration } from "../../site/schema/words.ts";
import type { ConditionFacts } from "./declared.ts";
import { meant, meantOf, nearest } from "./nearest.ts";

/** What a site's own names are. */
export interface SiteNames {
  pages: readonly string[];
  messages: readonly string[];
}

interface Call {
  /** For the type checker. */
  signatures: readonly string[];
  usage: string;
  /** What is wrong with the argument at `i`. */
  wrong: (value: unknown, i: number, names: SiteNames) => string | undefined;
  run: (values: readonly never[]) => (facts: ConditionFacts) => boolean | number;
}

const unknownPage = (type: unknown, { pages }: SiteNames): string | undefined =>
  typeof type !== "string" || pages.includes(type)
    ? undefined
    : `there is no page type \`${type}\` under \`pages\`${meantOf(type, pages)}`;

function unknownKind(kind: unknown): string | undefined {
  if (typeof kind !== "string" || /^custom:[\w:-]{1,64}$/.test(kind) || countable.some((one) => one === kind)) return undefined;
  const hint = meant(nearest(kind, countable)) || "; what your pages track by a name of their own is written custom:NAME";
  return `\`${kind}\` is not counted${hint}`;
}

const msOf = (written: unknown): number => duration.safeParse(written).data ?? Number.NaN;

function wrongSpan(written: unknown): string | undefined {
  const ms = msOf(written);
  if (Number.isNaN(ms)) return "a time is written as a number and s, m, h or d, like 24h";
  return ms > keptMs ? `the past is kept for ${keptDays} days: at most ${keptDays}d` : undefined;
}

const bounds = [90, 180, 20_100];
const wrongPlace = (value: unknown, i: number): string | undefined =>
  Math.abs(Number(value)) <= (bounds[i] ?? 0)
    ? undefined
    : ["a latitude is between -90 and 90", "a longitude is between -180 and 180", "a distance is in km"][i];

const numbers = ["int", "double"];

/** The functions that a condition may call beside those of CEL. Their arguments are written out: so they can be checked. */
export const calls: Record<string, Call> = {
  seen: {
    signatures: ["seen(string): bool"],
    usage: 'seen("pricing")',
    wrong: (type, _, names) => unknownPage(type, names),
    run:
      ([type]: readonly string[]) =>
      (facts) =>
        facts.seen(type as string),
  },
  sequence: {
    signatures: ["sequence(list<string>): bool"],
    usage: 'sequence(["product", "cart"])',
    wrong: (types, _, names) => (types as unknown[]).map((type) => unknownPage(type, names)).find((one) => one),
    run:
      ([types]: readonly string[][]) =>
      (facts) =>
        facts.sequence(types as string[]),
  },
  count: {
    signatures: ["count(string, string): int"],
    usage: 'count("add_to_cart", "24h")',
    wrong: (value, i) => (i ? wrongSpan(value) : unknownKind(value)),
    run([kind, span]: readonly string[]) {
      const withinMs = msOf(span);
      return (facts) => facts.count(kind as string, withinMs);
    },
  },
  since: {
    signatures: ["since(string): double"],
    usage: 'since("purchase")',
    wrong: unknownKind,
    run:
      ([kind]: readonly string[]) =>
      (facts) =>
        facts.since(kind as string),
  },
  near: {
    signatures: numbers.flatMap((a) => numbers.flatMap((b) => numbers.map((c) => `near(${a}, ${b}, ${c}): bool`))),
    usage: "near(48.86, 2.35, 10)",
    wrong: wrongPlace,
    run: (values) => {
      const [latitude = 0, longitude = 0, km = 0] = values.map(Number);
      return (facts) => facts.near(latitude, longitude, km);
    },
  },
  sent: {
    signatures: ["sent(string): bool"],
    usage: 'sent("cart-proof")',
    wrong: (name, _, { messages }) =>
      typeof name !== "string" || messages.includes(name)
        ? undefined
        : `there is no message \`${name}\`${meantOf(name, messages)}`,
    run:
      ([message]: readonly string[]) =>
      (facts) =>
        facts.sent(message as string),
  },
};

/** What is written out at a node; undefined where it must be computed. */
export function literal(node: ASTNode): unknown {
  if (node.op === "value") return node.args;
  if (node.op === "-_") {
    const value = literal(node.args);
    return typeof value === "number" || typeof value === "bigint" ? -value : undefined;
  }
  if (node.op !== "list") return undefined;
  const values = node.args.map(literal);
  return values.includes(undefined) ? undefined : values;
}

/** The arguments of a call as they are written; or the one that is wrong. */
export function argumentsOf(
  name: string,
  args: readonly ASTNode[],
  names: SiteNames,
): { offset: number; message: string } | unknown[] {
  const { usage, wrong } = calls[name] as Call;
  const values: unknown[] = [];
  for (const [i, node] of args.entries()) {
    const value = literal(node);
    const message = value === undefined ? `\`${name}\` takes what is written out, like ${usage}` : wrong(value, i, names);
    if (message) return { offset: node.start, message };
    values.push(value);
  }
  return values;
}
