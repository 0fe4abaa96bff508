import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { type Demo, startDemo } from "../scripts/demo.ts";
import { tabOf } from "./browsers/chromium.ts";
import { ready, scroll, skip } from "./cusp.ts";

/** The demo as `npm start` runs it: the inbox receives. */
const test = base.extend<object, { demo: Demo }>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), "cusp-demo-"));
      const demo = await startDemo({ port: 8840, folder });
      await use(demo);
      await demo.stop("SIGKILL"); // a stream of events may still be open, and would keep it from ending by itself
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
  await ready(tabOf(page));
  await scroll(tabOf(page), 700);
  await page.getByRole("button", { name: "+20 s: let time pass" }).click();
  await expect(page.getByText(/message\.send/).first()).toBeVisible();
  await expect(page.getByText(/\d+ ms/).first()).toBeVisible();
  await page.goto("/inbox");
  await page.getByText("Not sure which plan fits?").first().click();
  await expect(page.getByText(/signature verified/i).first()).toBeVisible();
  await expect(page.getByText(/hesitated on the pricing page/).first()).toBeVisible();
  expect(said).toEqual([]);
});

test("what the inbox reports back of a mail shows in the panel's timeline", async ({ page, request }) => {
  const said = failures(page);
  await request.delete("/inbox/messages");
  await page.goto("/pricing");
  await ready(tabOf(page));
  await scroll(tabOf(page), 700);
  await page.getByRole("button", { name: "+20 s: let time pass" }).click();
  await expect(page.getByText(/message\.send/).first()).toBeVisible();
  await page.goto("/inbox");
  await page.getByText("Not sure which plan fits?").first().click();
  await page.getByRole("button", { name: "They clicked" }).click();
  await expect(page.getByText("Told. The panel's timeline shows what came of it.")).toBeVisible();
  await page.goto("/pricing");
  await expect(page.getByText(/"compare-plans" was clicked/).first()).toBeAttached();
  expect(said).toEqual([]);
});

test("the clock is moved by pages of the demo only, and by numbers only", async ({ request, demo }) => {
  const move = async (data: string, headers: Record<string, string> = {}) =>
    (await request.post("/dev/clock", { data, headers: { "content-type": "text/plain", ...headers } })).status();
  expect(await move("{}", { origin: demo.url })).toBe(200);
  for (const origin of ["https://elsewhere.example", "http://127.0.0.1:1", "null"])
    expect(await move("{}", { origin })).toBe(403);
  for (const data of ["", "{", "null", "7"]) expect(await move(data), data).toBe(400);
  for (const data of ['{"skip_ms":"1000"}', '{"skip_ms":null}', '{"rate":"2"}', '{"rate":1e999}', '{"skip_ms":-1}'])
    expect(await move(data), data).toBe(422);
});

test("the shop signs in whoever asks from its own pages, as the same shopper for as long as they are one", async ({
  request,
  demo,
}) => {
  const me = async (query = "") => (await (await request.get(`/dev/me${query}`)).json()) as { id: string; token: string };
  const { id, token } = await me();
  expect(id).toMatch(/^shopper-/);
  expect(await me(`?id=${id}`)).toEqual({ id, token });
  expect((await me()).id).not.toBe(id);
  const asked = async (headers: Record<string, string>) => (await request.get("/dev/me", { headers })).status();
  expect(await asked({ origin: demo.url, "sec-fetch-site": "same-origin" })).toBe(200);
  for (const headers of [{ origin: "https://elsewhere.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }])
    expect(await asked(headers), JSON.stringify(headers)).toBe(403);
});

const hostile = "<img src=x onerror=globalThis.pwned=1>";
const hostileFile = `version: 1
site: pk_demo
origins: []
pages: { pricing: { match: [/pricing*], key: true } }
triggers: { lingering: { on: [hesitation], band: now, message: hostile } }
messages:
  hostile:
    subject: ${hostile}
    preheader: ${hostile}
    blocks: [{ id: hook, text: ${hostile} }]
    action: { label: ${hostile}, link: /pricing }
destinations:
  email: { url: https://inbox.example/hook, channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;
const harmful = (page: Page) =>
  page.evaluate(() => ({
    pwned: (globalThis as { pwned?: number }).pwned,
    images: document.querySelectorAll("img[onerror]").length,
  }));

test("hostile addresses and texts are shown as text, in the panel and in the inbox, and run nothing", async ({ page }) => {
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-hostile-"));
  const { url, stop } = await startDemo({ port: 8841, folder, siteFile: () => hostileFile });
  try {
    const said = failures(page);
    await page.goto(`${url}/pricing`);
    await ready(tabOf(page));
    await page.evaluate((markup) => history.pushState({}, "", `/pricing/${encodeURIComponent(markup)}`), hostile);
    await expect(page.getByText(/^\/pricing\/.*img.*onerror/)).toBeVisible();
    await scroll(tabOf(page), 700);
    await skip(tabOf(page), 21_000);
    await expect(page.getByText(/message\.send/).first()).toBeVisible();
    expect(await harmful(page)).toEqual({ pwned: undefined, images: 0 });

    await page.goto(`${url}/inbox`);
    await page.getByText(hostile).first().click();
    await expect(page.getByRole("heading", { name: hostile })).toBeVisible();
    await expect(page.getByRole("paragraph").filter({ hasText: hostile })).toBeVisible();
    await expect(page.getByRole("link", { name: hostile })).toBeVisible();
    expect(await harmful(page)).toEqual({ pwned: undefined, images: 0 });
    expect(said).toEqual([]);
  } finally {
    await stop("SIGKILL"); // the page's stream of events would keep it from ending by itself
    rmSync(folder, { recursive: true, force: true });
  }
});
