import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, chromium } from "@playwright/test";
import { startDemo } from "../scripts/demo.ts";
import { browserOptions } from "./browser.ts";
import { percentile, round, table } from "./figures.ts";

const moments = 240;
const warmUp = 10;
const budgetMs = 300;

interface PageGlobals {
  cusp: { (verb: "on", event: string, fn: (said: { at: number; atMs: number }) => void): void; q?: unknown };
  cuspClock: { skip: (ms: number) => Promise<void>; real: () => number };
  raisedAtMs?: number | undefined;
  seenAtMs?: number | undefined;
}

/** Forgets who this is, and keeps the scripts that the browser has. */
async function becomeSomebodyElse(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/inbox`);
  await page.evaluate(async () => {
    localStorage.clear();
    for (const { name = "" } of await indexedDB.databases())
      await new Promise<void>((resolve, reject) => {
        const gone = indexedDB.deleteDatabase(name);
        gone.onsuccess = () => resolve();
        gone.onerror = () => reject(gone.error);
      });
  });
  await page.close();
}

/** 20 s on pricing, and nothing clicked: from the signal that raised it to the first frame in which the message is to be seen. */
async function once(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${url}/pricing`);
  await page.waitForFunction(() => {
    const { cusp } = globalThis as unknown as PageGlobals;
    const hasScorer = performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/score.js"));
    return typeof cusp === "function" && !cusp.q && hasScorer;
  });
  await page.evaluate(() => {
    const here = globalThis as unknown as PageGlobals;
    const saidAt = new Map<number, number>();
    here.cusp("on", "signal", ({ at }) => saidAt.set(at, here.cuspClock.real()));
    here.cusp("on", "moment", ({ atMs }) => {
      here.raisedAtMs ??= saidAt.get(atMs);
    });
    const look = () => {
      const drawn = document.querySelector("cusp-message")?.shadowRoot?.querySelector("section");
      if (drawn?.getClientRects().length && Number(getComputedStyle(drawn).opacity) > 0) here.seenAtMs = here.cuspClock.real();
      else requestAnimationFrame(look);
    };
    look();
  });
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, 700);
  await page.waitForFunction(() => scrollY > 300);
  await page.evaluate(() => (globalThis as unknown as PageGlobals).cuspClock.skip(21_000));
  await page
    .waitForFunction(() => (globalThis as unknown as PageGlobals).seenAtMs !== undefined, undefined, { timeout: 10_000 })
    .catch(async () => {
      const isRaised = await page.evaluate(() => (globalThis as unknown as PageGlobals).raisedAtMs !== undefined);
      throw new Error(isRaised ? "a message was not shown within 10 s" : "a visit raised no moment");
    });
  const { raisedAtMs = Number.NaN, seenAtMs = Number.NaN } = await page.evaluate(() => {
    const { raisedAtMs, seenAtMs } = globalThis as unknown as PageGlobals;
    return { raisedAtMs, seenAtMs };
  });
  await page.close();
  return seenAtMs - raisedAtMs;
}

/** Moment in a real Chromium → message to be seen on the page; every one of somebody new, every other in a browser without any of our scripts. */
export async function run(): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-onsite-"));
  const demo = await startDemo({ port: 8862, folder, quiet: true });
  const browser = await chromium.launch(browserOptions);
  const all: { scripts: string; ms: number }[] = [];
  try {
    let context: BrowserContext | undefined;
    for (let i = 0; i < moments + warmUp; i++) {
      const isFirst = i % 2 === 0;
      if (isFirst) await context?.close();
      if (!context || isFirst) context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      else await becomeSomebodyElse(context, demo.url);
      const ms = await once(context, demo.url);
      if (Number.isNaN(ms)) throw new Error(`moment ${i} was not measured`);
      if (i >= warmUp) all.push({ scripts: isFirst ? "fetched" : "in the cache", ms });
    }
  } finally {
    await browser.close();
    await demo.stop("SIGKILL"); // a stream of events may still be open
    rmSync(folder, { recursive: true, force: true });
  }
  const row = (scripts: string, some: typeof all) => {
    const ms = some.map((one) => one.ms);
    const at = (share: number) => round(percentile(ms, share), 1);
    return { scripts, moments: ms.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1) };
  };
  const every = row("all", all);
  table([
    ...["fetched", "in the cache"].map((kind) =>
      row(
        kind,
        all.filter(({ scripts }) => scripts === kind),
      ),
    ),
    every,
  ]);
  const { p50_ms, p95_ms, p99_ms } = every;
  return { moments: all.length, p50_ms, p95_ms, p99_ms, budget_ms: budgetMs };
}
