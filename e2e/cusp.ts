import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, expect } from "@playwright/test";
import { hesitatingBatch } from "../bench/traffic.ts";
import type { Batch } from "../contract/wire.ts";
import { type Demo, startDemo } from "../scripts/demo.ts";
import { openBrowser } from "./browsers/browser.ts";
import type { Browser, Tab, Visitor } from "./browsers/tab.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

export { expect };

interface Clock {
  skip: (ms: number) => Promise<void>;
  real: () => number;
}

export const skip = (tab: Tab, ms: number) =>
  tab.evaluate((by) => (globalThis as unknown as { cuspClock: Clock }).cuspClock.skip(by), ms);

interface PerTest {
  hooks: Receiver["hooks"];
  visitor: Visitor;
  tab: Tab;
  /** Opens a page of the shop in `tab`, and waits for the library. */
  open: (path: string) => Promise<void>;
}

interface PerWorker {
  receiver: Receiver;
  edge: Demo;
  driver: Browser;
}

/** A real edge under plain workerd, with a receiver of the test's own, for all tests of a file; a visitor for each test. */
export const test = base.extend<PerTest, PerWorker>({
  receiver: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const receiver = await startReceiver();
      await use(receiver);
      await receiver.close();
    },
    { scope: "worker" },
  ],
  edge: [
    async ({ receiver }, use, worker) => {
      const folder = mkdtempSync(path.join(tmpdir(), "cusp-e2e-"));
      const edge = await startDemo({ port: 8830 + worker.parallelIndex, folder, receiverPort: receiver.port });
      await use(edge);
      await edge.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  driver: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const driver = await openBrowser();
      await use(driver);
      await driver.close();
    },
    { scope: "worker" },
  ],
  visitor: async ({ driver }, use) => {
    const visitor = await driver.visitor();
    await use(visitor);
    await visitor.end();
  },
  tab: async ({ visitor }, use) => await use(await visitor.tab()),
  open: async ({ edge, tab }, use) =>
    await use(async (path) => {
      await tab.goto(`${edge.url}${path}`);
      await ready(tab);
    }),
  baseURL: async ({ edge }, use) => await use(edge.url),
  hooks: async ({ receiver }, use) => {
    receiver.hooks.length = 0;
    receiver.answer(200);
    await use(receiver.hooks);
  },
});

/** Of a shopper whom the shop has just signed in: 20 s on pricing, and nothing clicked. */
export async function hesitatingShopper(edge: string): Promise<Batch> {
  const { id, token } = (await (await fetch(`${edge}/dev/me`)).json()) as { id: string; token: string };
  return hesitatingBatch(crypto.randomUUID(), { user: { id, token } });
}

/** Waits until the library has taken over from the queue of its tag, and its scorer has come. The site's settings may be on their way. */
export const ready = (tab: Tab): Promise<void> =>
  tab.until(
    () =>
      typeof (globalThis as { cusp?: { q?: unknown } }).cusp === "function" &&
      !(globalThis as { cusp?: { q?: unknown } }).cusp?.q &&
      performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/score.js")),
  );

export const scroll = async (tab: Tab, px: number) => {
  await tab.wheel(px);
  await tab.until((y) => scrollY >= Math.min(y, document.documentElement.scrollHeight - innerHeight - 1), px);
};

interface Listening {
  cusp: (verb: "on", event: "signal", listener: (signal: { kind: string }) => void) => void;
  left?: boolean;
}

const hasLeft = (tab: Tab) => tab.evaluate(() => !!(globalThis as unknown as Listening).left);

/** Over the top of the window. On a busy machine the hand may be too slow to be one that leaves: then it rests, and goes again. */
export async function turnToLeave(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    const page = globalThis as unknown as Listening;
    page.cusp("on", "signal", ({ kind }) => {
      page.left ||= kind === "exit_intent";
    });
  });
  for (let tries = 0; tries < 4 && !(await hasLeft(tab)); tries++) {
    if (tries) await tab.move(500, 600);
    await skip(tab, 15_500);
    await tab.leaveOverTheTop();
    await skip(tab, 300);
  }
  await tab.until(() => !!(globalThis as unknown as Listening).left);
}
