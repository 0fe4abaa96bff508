import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { type Demo, startDemo } from "../scripts/demo.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

export { expect };

interface Clock {
  skip: (ms: number) => Promise<void>;
  real: () => number;
}

export const skip = (page: Page, ms: number) =>
  page.evaluate((by) => (globalThis as unknown as { cuspClock: Clock }).cuspClock.skip(by), ms);

/** A real edge under plain workerd, with a receiver of the test's own, for all tests of a file. */
export const test = base.extend<{ hooks: Receiver["hooks"] }, { receiver: Receiver; edge: Demo }>({
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
  baseURL: async ({ edge }, use) => await use(edge.url),
  hooks: async ({ receiver }, use) => {
    receiver.hooks.length = 0;
    receiver.answer(200);
    await use(receiver.hooks);
  },
});

/** Waits until the library has taken over from the queue of its tag, and its scorer has come. The site's settings may be on their way. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      typeof (globalThis as { cusp?: { q?: unknown } }).cusp === "function" &&
      !(globalThis as { cusp?: { q?: unknown } }).cusp?.q &&
      performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/score.js")),
  );
}

export const scroll = async (page: Page, px: number) => {
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, px);
  await page.waitForFunction((y) => scrollY >= Math.min(y, document.documentElement.scrollHeight - innerHeight - 1), px);
};
