import { scenarios } from "../scripts/size.ts";
import { table } from "./figures.ts";

/** What is downloaded, by scenario. */
export function run(): Promise<object> {
  const all = scenarios();
  table(all.map(({ scenario, bytes, budget, raw }) => ({ scenario, bytes, budget, raw })));
  const over = all.filter(({ bytes, budget }) => bytes > budget);
  if (over.length) throw new Error(`over budget: ${over.map((s) => s.scenario).join(", ")}`);
  return Promise.resolve({ bytes: Object.fromEntries(all.map(({ scenario, bytes }) => [scenario, bytes])) });
}
