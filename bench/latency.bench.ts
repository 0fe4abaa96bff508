import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startReceiver } from "../e2e/receiver.ts";
import { startDemo } from "../scripts/demo.ts";
import { openBrowser } from "./browser.ts";
import { percentile, round, table } from "./figures.ts";

const moments = 240;
const warmUp = 10;

interface PageGlobals {
  cusp: { (verb: "on", event: string, fn: (said: { at: number; atMs: number }) => void): void; q?: unknown };
  cuspClock: { skip: (ms: number) => Promise<void>; real: () => number };
  realAt?: number | undefined;
}

/**
 * Signal in a real Chromium → webhook at the receiver, on the system's clock at both ends. Each moment is a fresh visit to
 * pricing, half of them of a visitor never seen before; the page's clock is moved on, and the timer of the 20 s makes the
 * signal.
 */
export async function run(): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-latency-"));
  const receiver = await startReceiver();
  const demo = await startDemo({ port: 8860, folder: path.join(folder, "edge"), receiverPort: receiver.port, quiet: true });
  let context = await openBrowser(path.join(folder, "profile"));
  const all: { kind: string; ms: number }[] = [];
  try {
    for (let i = 0; i < moments + warmUp; i++) {
      // A page view re-arms a moment at most three times in a session: every other visit is somebody new.
      if (i % 2 === 0) await context.clearCookies();
      const page = await context.newPage();
      if (i % 2 === 0) {
        await page.goto(`${demo.url}/inbox`);
        await page.evaluate(async () => {
          localStorage.clear(); // and another account at the shop
          for (const { name } of await indexedDB.databases())
            await new Promise<void>((resolve, reject) => {
              const gone = indexedDB.deleteDatabase(name ?? "");
              gone.onsuccess = () => resolve();
              gone.onerror = () => reject(gone.error);
            });
        });
      }
      await page.goto(`${demo.url}/pricing`);
      await page.waitForFunction(() => {
        const { cusp } = globalThis as unknown as PageGlobals;
        const hasScorer = performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/score.js"));
        return typeof cusp === "function" && !cusp.q && hasScorer;
      });
      await page.evaluate(() => {
        const here = globalThis as unknown as PageGlobals;
        const saidAt = new Map<number, number>();
        here.cusp("on", "signal", ({ at }) => saidAt.set(at, here.cuspClock.real()));
        // Whenever it is told of: what counts is the signal that made it.
        here.cusp("on", "moment", ({ atMs }) => {
          here.realAt ??= saidAt.get(atMs);
        });
      });
      await page.mouse.move(400, 400);
      await page.mouse.wheel(0, 700);
      await page.waitForFunction(() => scrollY > 300);
      const before = receiver.hooks.length;
      const signalAt = await page.evaluate(async () => {
        const here = globalThis as unknown as PageGlobals;
        await here.cuspClock.skip(21_000);
        return here.realAt;
      });
      const untilMs = Date.now() + 5000;
      while (receiver.hooks.length === before && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 5));
      const hook = receiver.hooks[before];
      if (!hook || signalAt === undefined) throw new Error(`moment ${i} reached nobody`);
      if (i >= warmUp) all.push({ kind: i % 2 === 0 ? "new visitor" : "known visitor", ms: hook.atMs - signalAt });
      await page.close();
      if (i % 50 === 49) {
        await context.close();
        context = await openBrowser(path.join(folder, "profile"));
      }
    }
  } finally {
    await context.close();
    await demo.stop();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const row = (name: string, ms: number[]) => ({
    visits: name,
    moments: ms.length,
    p50_ms: round(percentile(ms, 0.5)),
    p95_ms: round(percentile(ms, 0.95)),
    p99_ms: round(percentile(ms, 0.99)),
    max_ms: round(Math.max(...ms)),
  });
  const every = row(
    "all",
    all.map(({ ms }) => ms),
  );
  table([
    ...["new visitor", "known visitor"].map((kind) =>
      row(
        kind,
        all.filter((one) => one.kind === kind).map(({ ms }) => ms),
      ),
    ),
    every,
  ]);
  const { p50_ms, p95_ms, p99_ms } = every;
  return { p50_ms, p95_ms, p99_ms, moments: all.length };
}
