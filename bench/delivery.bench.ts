import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openBrowser } from "../e2e/browsers/browser.ts";
import type { Browser } from "../e2e/browsers/tab.ts";
import { type Recorder, startRecorder } from "../e2e/recorder.ts";
import { type Demo, startDemo } from "../scripts/demo.ts";
import { pages } from "./delivery/pages.ts";
import { look, open, type Visit, ways } from "./delivery/ways.ts";
import { table } from "./figures.ts";

/** A visitor of its own for so many tries: the library keeps no more than 32 streams that a browser left behind. */
const triesOfVisitor = 25;
const arrivesWithinMs = 2500;
/** The library takes a stream untouched for 30 s for one left behind. */
const leftBehindMs = 31_000;
const adoptsWithinMs = 10_000;

interface Count {
  tries: number;
  /** Signals that the pages' own listeners heard of. */
  sent: number;
  received: number;
  /** Of those received, how many came only with the next visit, half a minute later. */
  next_visit: number;
  lost: number;
  /** Counted by the edge under two numbers. */
  doubled: number;
  /** Batches that came again after the edge had taken them: harmless. */
  resent: number;
  refused: number;
  /** Received, though the page had no time to write them down. */
  unwritten: number;
  /** Pages that came back from the back/forward cache. */
  restored: number;
}

const nothing: Count = {
  tries: 0,
  sent: 0,
  received: 0,
  next_visit: 0,
  lost: 0,
  doubled: 0,
  resent: 0,
  refused: 0,
  unwritten: 0,
  restored: 0,
};

function add(a: Count, b: Count): Count {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof Count)[]) sum[key] += b[key];
  return sum;
}

/** What the pages of a visitor wrote down. */
async function written({ visitor, recorder }: Visit): Promise<{ made: string[]; restored: number }> {
  const tab = await visitor.tab();
  await tab.goto(`${recorder.url}/plain`);
  const keys = await tab.evaluate(() => Object.keys(localStorage));
  await tab.close();
  return {
    made: keys.filter((key) => key.startsWith("made ")),
    restored: keys.filter((key) => key.startsWith("restored")).length,
  };
}

/** What the edge acknowledged, by the signal, with each number under which it was counted. */
function counted({ taken }: Recorder): { numbers: Map<string, Set<string>>; resent: number; refused: number } {
  const numbers = new Map<string, Set<string>>();
  let resent = 0;
  for (const { batch, accepted } of taken)
    for (const { page, n, at, kind } of accepted ? batch.signals : []) {
      const signal = ["made", page, n, at, kind].join(" ");
      const under = numbers.get(signal) ?? new Set();
      if (under.has(`${batch.stream} ${n}`)) resent += 1;
      numbers.set(signal, under.add(`${batch.stream} ${n}`));
    }
  return { numbers, resent, refused: taken.filter(({ accepted, batch }) => !accepted && batch.signals.length).length };
}

const missing = (made: string[], recorder: Recorder) => {
  const { numbers } = counted(recorder);
  return made.filter((signal) => !numbers.has(signal));
};

async function untilNothingIsMissing(made: string[], recorder: Recorder, withinMs: number): Promise<number> {
  const untilMs = Date.now() + withinMs;
  while (missing(made, recorder).length && Date.now() < untilMs) await after(50);
  return missing(made, recorder).length;
}

async function tryOneVisitor(browser: Browser, edge: Demo, way: string, tries: number): Promise<Count> {
  const recorder = await startRecorder(edge.url, pages);
  const visit = { visitor: await browser.visitor(), recorder };
  try {
    for (let i = 0; i < tries; i++) await ways[way]?.(visit);
    const endedAtMs = Date.now();
    let { made, restored } = await written(visit);
    const waiting = await untilNothingIsMissing(made, recorder, arrivesWithinMs);
    if (waiting) {
      await after(Math.max(0, endedAtMs + leftBehindMs - Date.now()));
      const tab = await open(visit);
      await look(tab);
      await untilNothingIsMissing(made, recorder, adoptsWithinMs);
      await tab.close();
      ({ made, restored } = await written(visit));
      await untilNothingIsMissing(made, recorder, arrivesWithinMs);
    }
    const { numbers, resent, refused } = counted(recorder);
    const lost = missing(made, recorder);
    return {
      tries,
      sent: made.length,
      received: made.length - lost.length,
      next_visit: Math.max(0, waiting - lost.length),
      lost: lost.length,
      doubled: [...numbers.values()].filter((under) => under.size > 1).length,
      resent,
      refused,
      unwritten: [...numbers.keys()].filter((signal) => !made.includes(signal)).length,
      restored,
    };
  } finally {
    await visit.visitor.end();
    await recorder.close();
  }
}

/** Leaves in every way there is, and compares what the pages made with what the edge took. */
export async function run(rest: string[]): Promise<object> {
  const { values } = parseArgs({
    args: rest,
    options: {
      tries: { type: "string" },
      browser: { type: "string", default: "chromium" },
      way: { type: "string", multiple: true },
    },
  });
  const name = values.browser;
  const isChromium = name === "chromium";
  const tries = Number(values.tries ?? (isChromium ? 200 : 50));
  const atOnce = isChromium ? 3 : 1; // the others have one window in front, and only that one is seen
  const chosen = values.way ?? Object.keys(ways);
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-delivery-"));
  const edge = await startDemo({ port: 8880, folder, quiet: true });
  const browser = await openBrowser(name);
  const counts: Record<string, Count> = Object.fromEntries(chosen.map((way) => [way, nothing]));
  const failed: Record<string, string> = {};
  try {
    const todo = chosen.flatMap((way) =>
      Array.from(
        { length: Math.ceil(tries / triesOfVisitor) },
        (_, i) => [way, Math.min(triesOfVisitor, tries - i * triesOfVisitor)] as const,
      ),
    );
    const work = async () => {
      for (let next = todo.shift(); next; next = todo.shift()) {
        const [way, some] = next;
        if (failed[way]) continue;
        try {
          const count = await tryOneVisitor(browser, edge, way, some);
          counts[way] = add(counts[way] ?? nothing, count);
        } catch (error) {
          failed[way] = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    await browser.close();
    await edge.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${name}: what pages made, and what the edge took\n`);
  table(Object.entries(counts).map(([way, count]) => ({ way, ...count })));
  for (const [way, why] of Object.entries(failed)) console.log(`${way}: this driver could not go on: ${why}`);
  for (const what of browser.cannot) console.log(`by hand it would differ: ${what}`);
  return { browser: name, ...counts, ...(Object.keys(failed).length && { failed }) };
}
