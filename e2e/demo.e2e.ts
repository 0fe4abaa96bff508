import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { type Demo, startDemo } from "../scripts/demo.ts";
import { ready, scroll, skip } from "./cusp.ts";

/** The demo as `npm start` runs it: the inbox receives. */
const test = base.extend<object, { demo: Demo }>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), "cusp-demo-"));
      const demo = await startDemo({ port: 8840, folder });
      await use(demo);
      await demo.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  baseURL: async ({ demo }, use) => await use(demo.url),
});

const failures = (page: Page): string[] => {
  const said: string[] = [];
  page.on("pageerror", (error) => said.push(error.message));
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  return said;
};

test("the panel shows the score rise and the webhook with its milliseconds; the inbox shows the mail, verified, and why", async ({
  page,
}) => {
  const said = failures(page);
  await page.goto("/pricing");
  await ready(page);
  await scroll(page, 700);
  await page.getByRole("button", { name: "+20 s: let time pass" }).click();
  await expect(page.getByText(/message\.send/).first()).toBeVisible();
  await expect(page.getByText(/\d+ ms/).first()).toBeVisible();
  await page.goto("/inbox");
  await page.getByText("Not sure which plan fits?").first().click();
  await expect(page.getByText(/signature verified/i).first()).toBeVisible();
  await expect(page.getByText(/hesitated on the pricing page/).first()).toBeVisible();
  expect(said).toEqual([]);
});

test("hostile addresses and names are shown as text and run nothing", async ({ page }) => {
  const said = failures(page);
  await page.goto(
    `/pricing?utm_source=<img src=x onerror=globalThis.pwned=1>&x=javascript:alert(1)#<script>globalThis.pwned=1</script>`,
  );
  await ready(page);
  await page.evaluate(() => {
    const button = document.createElement("button");
    button.textContent = "hostile";
    button.dataset.cuspName = "<img src=x onerror=globalThis.pwned=1>";
    document.querySelector("main")?.prepend(button);
  });
  await page.getByRole("button", { name: "hostile" }).click();
  await scroll(page, 700);
  await skip(page, 21_000);
  await page.goto("/inbox");
  await page.waitForLoadState("load");
  expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
  expect(said).toEqual([]);
});
