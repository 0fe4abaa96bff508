import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { calls } from "./conditions/calls.ts";
import { closure, type Run } from "./conditions/closures.ts";
import { type ConditionFacts, item, review } from "./conditions/declared.ts";
import { faults, type Refused } from "./conditions/faults.ts";
import { type Names, type Naming, namesOf } from "./conditions/names.ts";
import { kindText, maxNodes, said, untyped } from "./conditions/said.ts";

export type { ConditionFacts, ItemFacts } from "./conditions/declared.ts";
export type { Refused } from "./conditions/faults.ts";

/** Whether something holds on these facts. Never throws: where a part of it has no value, it does not hold. */
export interface Condition {
  (facts: ConditionFacts): boolean;
  readonly source: string;
  readonly ast: ASTNode;
  /** Paths of the facts, and names of the functions, that it looks at. */
  readonly reads: ReadonlySet<string>;
}

export type Compile = (source: string) => Condition | Refused;

const maxSourceBytes = 2048;

/**
 * Compiles the CEL conditions of one site file, or says where one is wrong and why. An audience is compiled with no other
 * audiences in `file`: it is made of facts.
 */
export function conditionsFor(file: Naming): Compile {
  const names = namesOf(file);
  const environment = environmentOf(names);
  const audiences = new Map<string, Condition | undefined>();
  let ofAudiences: Compile | undefined;

  function audienceOf(name: string): Condition | undefined {
    ofAudiences ??= conditionsFor({ ...file, audiences: {} });
    const made = audiences.has(name) ? audiences.get(name) : ofAudiences(file.audiences[name] as string);
    audiences.set(name, typeof made === "function" ? made : undefined);
    return audiences.get(name);
  }

  return (source) => {
    if (new TextEncoder().encode(source).length > maxSourceBytes)
      return { offset: 0, message: `a condition may be at most ${maxSourceBytes} bytes long` };
    try {
      const program = environment.parse(source);
      const reads = new Set<string>();
      for (const fault of faults(program.ast, names, reads)) return fault;
      const { valid, type, error } = program.check();
      if (!valid) return said(source, error);
      const vague = untyped(program.ast);
      if (vague) return vague;
      if (type !== "bool")
        return { offset: 0, message: `a condition must be true or false, and this is ${kindText(type ?? "")}` };
      const run = closure(program.ast, (name): Run => audienceOf(name) ?? (() => false));
      for (const name of Object.keys(file.audiences))
        if (reads.has(`audience.${name}`)) for (const path of audienceOf(name)?.reads ?? []) reads.add(path);
      return Object.assign((facts: ConditionFacts) => holds(run, facts), { source, ast: program.ast, reads });
    } catch (error) {
      return said(source, error);
    }
  };
}

function holds(run: Run, facts: ConditionFacts): boolean {
  try {
    return run(facts) === true;
  } catch {
    return false;
  }
}

function environmentOf({ facts }: Names): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: maxNodes, maxDepth: 32, maxListElements: 100, maxMapEntries: 10, maxCallArguments: 4 },
  })
    .registerType({ name: "Item", schema: item })
    .registerType({ name: "Review", schema: review });
  for (const [name, type] of Object.entries(facts)) {
    if (typeof type === "string") environment.registerVariable(name, type);
    else environment.registerVariable({ name, schema: type });
  }
  for (const signature of Object.values(calls).flatMap(({ signatures }) => signatures))
    environment.registerFunction(signature, () => false);
  return environment;
}
