import { conditionsFor } from "../edge/decide/conditions.ts";
import { shopFile } from "../edge/test/shop-visitor.ts";
import { rivals } from "./decide/rivals.ts";
import { triggers } from "./decide/triggers.ts";
import { moment, visitor } from "./decide/visitor.ts";
import { median, round, table } from "./figures.ts";

const rounds = 40;
const roundMs = 25;
const budgetUs = 100;

/** µs of one decision, over a round: of processor time, so that what else the machine does does not count. */
async function lasting(decide: () => number | Promise<number>): Promise<number> {
  const startMs = performance.now();
  const before = process.cpuUsage();
  let times = 0;
  while (performance.now() - startMs < roundMs) {
    for (let i = 0; i < 5; i++) {
      const holding = decide();
      if (typeof holding !== "number") await holding;
    }
    times += 5;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/** Thirty triggers asked of one visitor: ours from the row of the person on, the others from facts that are built already. */
export async function run(): Promise<object> {
  const compile = conditionsFor(shopFile);
  const conditions = triggers.map((source) => {
    const made = compile(source);
    if (typeof made !== "function") throw new Error(`${source}: ${made.message}`);
    return made;
  });
  const person = visitor();
  const built = person.facts(moment);
  const traits = Object.fromEntries(Object.entries(shopFile.traits).map(([name, { type }]) => [name, type]));
  const ours = () => {
    const facts = person.facts(moment);
    return conditions.filter((holds) => holds(facts)).length;
  };
  const askedOnly = () => conditions.filter((holds) => holds(built)).length;
  const all: [string, () => number | Promise<number>][] = [
    ["cusp_us", ours],
    ["conditions_us", askedOnly],
    ...rivals(conditions, built, traits).map(({ key, holding }): [string, () => number | Promise<number>] => [
      key,
      () => holding(built),
    ]),
  ];
  const expected = ours();
  for (const [key, decide] of all) {
    const holding = await decide();
    if (holding !== expected) throw new Error(`${key} finds that ${holding} triggers hold, ours that ${expected}`);
  }

  const took = new Map(all.map(([key]) => [key, [] as number[]]));
  for (let i = 0; i < rounds; i++) for (const [key, decide] of all) took.get(key)?.push(await lasting(decide));

  const figures = Object.fromEntries([...took].map(([key, times]) => [key, round(median(times.slice(rounds / 4)), 1)]));
  const names: Record<string, string> = {
    cusp_us: "cusp: facts of page and person, and 30 triggers",
    conditions_us: "cusp: 30 triggers",
    cel_js_us: "@marcbachmann/cel-js: 30 triggers",
    json_logic_us: "json-logic-engine: 30 triggers",
    json_logic_built_us: "json-logic-engine, built by eval, which no Worker may: 30 triggers",
    json_rules_us: "json-rules-engine: 30 rules",
  };
  table(Object.entries(figures).map(([key, us]) => ({ what: names[key] ?? key, "µs, median": us })));
  console.log(
    `${expected} of ${conditions.length} hold; ${rounds} interleaved rounds of ${roundMs} ms, the first quarter left out\n`,
  );
  if ((figures.cusp_us ?? Infinity) > budgetUs) throw new Error(`a decision took ${figures.cusp_us} µs of ${budgetUs}`);
  return figures;
}
