import { brotliCompressSync } from "node:zlib";
import { median, round, table } from "../figures.ts";
import type { Visit } from "./session.ts";
import type { Asked } from "./sink.ts";

export const ours = "cusp";
/** The page without any library: what it takes is nobody's. */
export const blank = "blank";
const beside = "plausible";
/** The one part of ours that is not needed to see any signal. */
const lazy = "/vitals.js";

export type Run = Visit & Asked;
/** A profile's first visit, and a later one. */
export const states = ["warm", "cold"] as const;
export type State = (typeof states)[number];
export type Runs = Map<string, Record<State, Run[]>>;

/** Prints what the visits took, the median of all rounds less that of the blank page, and returns it. */
export function report(runs: Runs, files: ReadonlyMap<string, string>): object {
  const brotli = (file: string) => brotliCompressSync(files.get(file) ?? "").length;
  const scriptsOf = (name: string) => [...new Set(runs.get(name)?.cold.flatMap(({ scripts }) => scripts))];
  const all = (name: string, state: State, pick: (run: Run) => number) => runs.get(name)?.[state].map(pick) ?? [];
  const spread = (values: number[]) => `${round(Math.min(...values), 1)}–${round(Math.max(...values), 1)}`;

  function figures(name: string, state: State) {
    const of = (pick: (run: Run) => number) => median(all(name, state, pick));
    const above = (pick: (run: Run) => number) => of(pick) - (name === blank ? 0 : median(all(blank, state, pick)));
    return {
      brotli: scriptsOf(name).reduce((sum, file) => sum + brotli(file), 0),
      task_ms: round(above((run) => run.taskMs)),
      eval_ms: round(above((run) => run.evalMs)),
      script_ms: round(above((run) => run.scriptMs)),
      heap_kib: round(
        above((run) => run.heapBytes / 1024),
        0,
      ),
      body_bytes: of((run) => run.bodyBytes),
      requests: of((run) => run.requests),
    };
  }

  for (const state of states)
    table(
      [...runs.keys()].map((name) => ({
        [`${state} profile`]: name,
        ...figures(name, state),
        "eval from–to": spread(all(name, state, (run) => run.evalMs)),
        "script from–to": spread(all(name, state, (run) => run.scriptMs)),
      })),
    );

  const libraries = [...runs.keys()].filter((name) => name !== blank);
  const mine = figures(ours, "warm");
  const parts = scriptsOf(ours).map((file) => ({ file, bytes: brotli(file) }));
  const sum = (kept: typeof parts) => kept.reduce((total, { bytes }) => total + bytes, 0);
  const tag = sum(parts.slice(0, 1));
  const late = sum(parts.slice(1));
  console.log(
    `${ours} is ${parts.map(({ file, bytes }) => `${file} ${bytes}`).join(" + ")} bytes; each of the others is one file\n`,
  );

  const rows = [
    { what: "the tag's own file, bytes", measured: tag, budget: 8.5 * 1024 },
    { what: "all signals, bytes", measured: sum(parts.filter(({ file }) => file !== lazy)), budget: 8.5 * 1024 },
    { what: "web vitals, bytes", measured: sum(parts.filter(({ file }) => file === lazy)), budget: 3.2 * 1024 },
    { what: "evaluate and init, ms", measured: mine.eval_ms, budget: 8 },
    { what: "script of the session, ms", measured: mine.script_ms, budget: 20 },
    { what: "sent, bytes", measured: mine.body_bytes, budget: 4 * 1024 },
  ];
  if (libraries.includes(beside)) {
    const its = figures(beside, "warm");
    rows.push(
      { what: `evaluate and init over ${beside}`, measured: round(mine.eval_ms / its.eval_ms), budget: 1.5 },
      { what: `script of the session over ${beside}`, measured: round(mine.script_ms / its.script_ms), budget: 2 },
    );
  }
  table(rows.map((row) => ({ ...row, kept: row.measured <= row.budget ? "yes" : "NO" })));
  return {
    ...Object.fromEntries(libraries.map((name) => [name, { ...figures(name, "warm"), cold: figures(name, "cold") }])),
    [ours]: { ...mine, brotli_tag: tag, brotli_late: late, cold: figures(ours, "cold") },
    over_budget: rows.filter(({ measured, budget }) => measured > budget).map(({ what }) => what),
  };
}
