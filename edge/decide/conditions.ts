import { type ASTNode, Environment } from "@marcbachmann/cel-js";

/** What a condition may look at. Numbers are doubles except where only whole numbers make sense. */
export interface ConditionFacts {
  score: number;
  moment: { kind: string; band: string; score: number };
  page: { type: string; key: boolean; dwell_s: number; depth: number; clicks: bigint };
  session: { views: bigint; number: bigint; duration_s: number; products: bigint; comparing: boolean };
  /** `count` in pieces, `value` in units of `currency`, `margins` of "low", "medium" and "high". */
  cart: { count: bigint; value: number; currency: string; margins: readonly string[] };
  /** `active`: begun in this session, and nothing bought. */
  checkout: { active: boolean; payment_failures: bigint };
  context: { device: string; language: string };
}

const declared = {
  moment: { kind: "string", band: "string", score: "double" },
  page: { type: "string", key: "bool", dwell_s: "double", depth: "double", clicks: "int" },
  session: { views: "int", number: "int", duration_s: "double", products: "int", comparing: "bool" },
  cart: { count: "int", value: "double", currency: "string", margins: "list<string>" },
  checkout: { active: "bool", payment_failures: "int" },
  context: { device: "string", language: "string" },
} satisfies { [name in Exclude<keyof ConditionFacts, "score">]: Record<keyof ConditionFacts[name], string> };

const names = ["score", ...Object.entries(declared).flatMap(([name, fields]) => Object.keys(fields).map((f) => `${name}.${f}`))];

const maxSourceBytes = 2048;

const environment = new Environment({
  limits: { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 10, maxCallArguments: 4 },
}).registerVariable("score", "double");
for (const [name, schema] of Object.entries(declared)) environment.registerVariable({ name, schema });

/** The only calls a condition may make: a pattern or a looping macro can hold an isolate for seconds. */
const allowedCalls = ["size", "startsWith", "endsWith", "contains", "int", "double", "string"];

export type Condition = (facts: ConditionFacts) => boolean;

/** What is wrong with a condition; `offset` is counted in characters from its start. */
export interface Refused {
  offset: number;
  message: string;
}

/** Compiles a CEL condition and checks its types against the declared facts, or says where and why not. */
export function compileCondition(source: string): Condition | Refused {
  if (new TextEncoder().encode(source).length > maxSourceBytes)
    return { offset: 0, message: `a condition may be at most ${maxSourceBytes} bytes long` };
  try {
    const program = environment.parse(source);
    const call = forbiddenCall(program.ast);
    if (call) return { offset: call.offset, message: `\`${call.name}\` may not be used; allowed are ${allowedCalls.join(", ")}` };
    const { valid, type, error } = program.check();
    if (!valid) return explained(source, error);
    if (type !== "bool") return { offset: 0, message: `a condition must be true or false, this one gives ${type}` };
    return (facts) => program(facts) === true;
  } catch (error) {
    return explained(source, error);
  }
}

function explained(source: string, error: unknown): Refused {
  if (!(error instanceof Error)) return { offset: 0, message: "not a condition" };
  const { range, summary } = error as { range?: { start: number; end: number }; summary?: string };
  const offset = range?.start ?? 0;
  const found = /^(?:No such key|Unknown variable): (\w+)/.exec(summary ?? "");
  if (found) {
    const unknown = `${/[\w.]*$/.exec(source.slice(0, offset))?.[0]}${/^[\w.]*/.exec(source.slice(offset))?.[0]}`;
    return { offset, message: `there is no fact \`${unknown}\`; did you mean \`${nearest(unknown)}\`?` };
  }
  const what = error instanceof RangeError ? "nested too deeply" : (summary ?? "not a condition");
  return { offset, message: what };
}

function forbiddenCall(root: ASTNode): { name: string; offset: number } | undefined {
  const open: unknown[] = [root];
  while (open.length) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node);
    else if (typeof node === "object" && node !== null && "op" in node) {
      const { op, args, range } = node as ASTNode;
      if ((op === "call" || op === "rcall") && !allowedCalls.includes(args[0])) return { name: args[0], offset: range.start };
      open.push(args);
    }
  }
  return undefined;
}

function nearest(unknown: string): string {
  let best = names[0] as string;
  for (const name of names) if (distance(unknown, name) < distance(unknown, best)) best = name;
  return best;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, swap));
    }
    row = next;
  }
  return row[b.length] as number;
}
