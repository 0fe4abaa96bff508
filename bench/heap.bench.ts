import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { startRecorder } from "../e2e/recorder.ts";
import { startDemo } from "../scripts/demo.ts";
import { browserOptions } from "./browser.ts";
import { round, table } from "./figures.ts";

/** By then a second page has been viewed: what runs only then is loaded and compiled. */
const warmMinute = 15;
/** Of ten seconds each. */
const stepsOfMinute = 6;
/** The demo's clock does not move the browser's own timers: a request's `AbortSignal.timeout` holds on to it for 10 s. */
const timedOutMs = 11_000;

/** V8 keeps the texts of numbers in a cache that grows once to 64 KiB, whenever two of them meet: here before the first reading. */
const page = (script: string) => `<!doctype html><title>heap</title>
<script src="/dev/clock.js"></script>
<script>
  for (let n = 0; n < 20_000; n++) String(n);
  globalThis.heard = 0;
  globalThis.cusp = (...command) => { (cusp.q ??= []).push(command); };
  cusp("on", "signal", () => { heard += 1; });
</script>
${script}
<body style="height:8000px"><main></main>`;
const pages: Record<string, string> = {
  "/with": page('<script async src="/cusp.js" data-site="pk_demo" data-consent="granted"></script>'),
  "/without": page(""),
};

interface PageGlobals {
  cuspClock: { skip: (ms: number) => Promise<void> };
  heard: number;
}

/** A router at work: what was shown is thrown away, forms and buttons come, some are used, ten seconds pass. */
async function step(i: number): Promise<void> {
  const main = document.querySelector("main") as HTMLElement;
  const part = (n: number) =>
    `<section data-cusp-seen="part-${n}"><form name="form-${i}-${n}"><input name="city"><select name="size"><option>S<option>M</select>` +
    `<button type="button" data-cusp-name="more">More</button></form><video></video><p>${"words ".repeat(50)}</p></section>`;
  main.innerHTML = Array.from({ length: 20 }, (_, n) => part(n)).join("");
  const first = main.querySelector("input") as HTMLInputElement;
  first.focus();
  first.value = "somewhere";
  first.dispatchEvent(new Event("input", { bubbles: true }));
  first.dispatchEvent(new Event("change", { bubbles: true }));
  for (const button of [...main.querySelectorAll("button")].slice(0, 3)) button.click();
  document.documentElement.dispatchEvent(new MouseEvent("mousemove", { clientX: i % 900, clientY: 300 }));
  scrollTo(0, (i * 371) % 7000);
  if (i % 18 === 0) history.pushState({}, "", `?step=${i}`);
  if (i % 60 === 1) history.pushState({}, "", `/with/${i}`);
  await (globalThis as unknown as PageGlobals).cuspClock.skip(10_000);
  performance.clearResourceTimings();
}

interface Reading {
  minute: number;
  heapKib: number;
  nodes: number;
  listeners: number;
}

/** Machine code is kept on the same heap, and V8 goes on compiling for hours, ever better: what a library holds on to shows without. */
const interpreted = { ...browserOptions, args: [...browserOptions.args, "--js-flags=--jitless"] };

async function visit(url: string, minutes: number[], options = interpreted): Promise<{ readings: Reading[]; heard: number }> {
  const browser = await chromium.launch(options);
  try {
    const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await tab.goto(url);
    const session = await tab.context().newCDPSession(tab);
    await session.send("Performance.enable");
    const readings: Reading[] = [];
    for (let i = 1; i <= (minutes.at(-1) ?? 0) * stepsOfMinute; i++) {
      await tab.evaluate(step, i);
      const minute = i / stepsOfMinute;
      if (!minutes.includes(minute)) continue;
      await after(timedOutMs);
      for (let n = 0; n < 3; n++) await session.send("HeapProfiler.collectGarbage");
      const { usedSize } = await session.send("Runtime.getHeapUsage");
      const { metrics } = await session.send("Performance.getMetrics");
      const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
      readings.push({
        minute,
        heapKib: round(usedSize / 1024, 1),
        nodes: metric("Nodes"),
        listeners: metric("JSEventListeners"),
      });
    }
    return { readings, heard: await tab.evaluate(() => (globalThis as unknown as PageGlobals).heard) };
  } finally {
    await browser.close();
  }
}

/** One hour of a busy visitor, in which the page is rebuilt every ten seconds; beside it the same hour without the library. */
export async function run(rest: string[]): Promise<object> {
  const { values } = parseArgs({ args: rest, options: { minutes: { type: "string", default: "60" } } });
  const last = Number(values.minutes);
  if (!(last > warmMinute)) throw new Error(`--minutes must be more than ${warmMinute}`);
  const minutes = [5, warmMinute, ...[30].filter((minute) => minute < last), last];
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-heap-"));
  const edge = await startDemo({ port: 8886, folder, quiet: true });
  const recorder = await startRecorder(edge.url, (at) => pages[at]);
  try {
    const ours = await visit(`${recorder.url}/with`, minutes);
    const taken = recorder.taken.reduce((sum, { batch, accepted }) => sum + (accepted ? batch.signals.length : 0), 0);
    const bare = await visit(`${recorder.url}/without`, minutes);
    const compiled = await visit(`${recorder.url}/with`, minutes, browserOptions);
    if (!ours.heard) throw new Error("the library heard nothing");
    table(
      ours.readings.map(({ minute, heapKib, nodes, listeners }, i) => ({
        minute,
        "with Cusp, KiB": heapKib,
        "without, KiB": bare.readings[i]?.heapKib ?? "",
        "with Cusp and machine code, KiB": compiled.readings[i]?.heapKib ?? "",
        nodes,
        "nodes without": bare.readings[i]?.nodes ?? "",
        listeners,
      })),
    );
    const kibAt = ({ readings }: typeof ours, at: number) => readings.find(({ minute }) => minute === at)?.heapKib ?? Number.NaN;
    const growth = (of: typeof ours) => round(kibAt(of, last) - kibAt(of, warmMinute), 1);
    const slope = round(growth(ours) / (last - warmMinute), 2);
    console.log(`${ours.heard} signals were made and ${taken} taken; the slope is ${slope} KiB a minute\n`);
    return {
      heap_5min_kib: kibAt(ours, 5),
      [`heap_${warmMinute}min_kib`]: kibAt(ours, warmMinute),
      [`heap_${last}min_kib`]: kibAt(ours, last),
      growth_kib: growth(ours),
      growth_without_kib: growth(bare),
      growth_with_machine_code_kib: growth(compiled),
      slope_kib_per_min: slope,
      signals: ours.heard,
      nodes: ours.readings.at(-1)?.nodes,
    };
  } finally {
    await recorder.close();
    await edge.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
