import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { startReceiver } from "../e2e/receiver.ts";
import { startDemo } from "../scripts/demo.ts";
import { browserOptions } from "./browser.ts";
import { round, table } from "./figures.ts";

const waitMs = 3000;

interface PageGlobals {
  cusp: { (verb: "on", event: string, fn: () => void): void; q?: unknown };
  cuspClock: { skip: (ms: number) => Promise<void>; real: () => number };
}

/** Kills the whole browser a given time after a moment, `--tries` times at 20 ms or more and a quarter as often sooner. */
export async function run(rest: string[]): Promise<object> {
  const { values } = parseArgs({ args: rest, options: { tries: { type: "string", default: "200" } } });
  const tries = Number(values.tries);
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-kill-"));
  const receiver = await startReceiver();
  const demo = await startDemo({ port: 8870, folder, receiverPort: receiver.port, quiet: true });
  const outcomes: { afterMs: number; arrived: boolean }[] = [];

  async function once(delayMs: number): Promise<void> {
    const server = await chromium.launchServer(browserOptions);
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${demo.url}/pricing`);
    await page.waitForFunction(() => {
      const { cusp } = globalThis as unknown as PageGlobals;
      const isScoring = performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/score.js"));
      return typeof cusp === "function" && !cusp.q && isScoring;
    });
    const before = receiver.hooks.length;
    await page.evaluate(() => {
      const here = globalThis as unknown as PageGlobals;
      here.cusp("on", "moment", () => console.log(`moment ${here.cuspClock.real()}`));
    });
    const noticed = page.waitForEvent("console", (message) => message.text().startsWith("moment "));
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, 700);
    await page.waitForFunction(() => scrollY > 300);
    page.evaluate(() => (globalThis as unknown as PageGlobals).cuspClock.skip(21_000)).catch(() => undefined); // killed before it answers
    const momentAt = Number((await noticed).text().slice("moment ".length));
    while (Date.now() < momentAt + delayMs);
    const { pid } = server.process();
    if (pid === undefined) throw new Error("the browser has no process");
    process.kill(-pid, "SIGKILL");
    const afterMs = Date.now() - momentAt;
    const untilMs = Date.now() + waitMs;
    while (receiver.hooks.length === before && Date.now() < untilMs) await after(10);
    outcomes.push({ afterMs, arrived: receiver.hooks.length === before + 1 });
    await server.kill().catch(() => undefined); // gone already
  }

  try {
    for (let i = 0; i < tries; i++) await once(20 + (i % 5) * 20);
    for (let i = 0; i < tries / 4; i++) await once(0);
  } finally {
    await demo.stop();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const row = (name: string, from: number, to: number) => {
    const those = outcomes.filter(({ afterMs }) => afterMs >= from && afterMs < to);
    const arrived = those.filter((one) => one.arrived).length;
    return { killed: name, tries: those.length, arrived, share: those.length ? round(arrived / those.length, 3) : "" };
  };
  const late = row("20 ms or more after the moment", 20, Number.POSITIVE_INFINITY);
  const early = row("sooner", 0, 20);
  table([early, late, row("20–40 ms", 20, 40), row("40–60 ms", 40, 60), row("60 ms or more", 60, Number.POSITIVE_INFINITY)]);
  return { tries: late.tries, arrived: late.arrived, share: late.share, earlier: { tries: early.tries, arrived: early.arrived } };
}
