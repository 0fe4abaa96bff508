import type { Browser, Page } from "@playwright/test";
import { expect, ready, scroll, skip, test } from "./cusp.ts";

const tries = 5;

type Queue = (verb: "on", event: "moment", fn: () => void) => void;
type Leave = "close" | "navigate" | "away" | "reload" | "back";

/** What the page itself does in the very task in which the moment is noticed. */
const inThePage = (page: Page, how: Leave) =>
  page.evaluate((go) => {
    (globalThis as unknown as { cusp: Queue }).cusp("on", "moment", () => {
      if (go === "close") console.log("the moment");
      else if (go === "navigate") location.href = "/returns";
      else if (go === "away") location.href = "about:blank";
      else if (go === "reload") location.reload();
      else history.back();
    });
  }, how);

async function leaveAtTheMoment(browser: Browser, url: string, how: Leave): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}/returns`);
  await page.goto(`${url}/pricing`);
  await ready(page);
  await scroll(page, 700);
  await skip(page, 15_000);
  await inThePage(page, how);
  const noticed =
    how === "close"
      ? page.waitForEvent("console", (message) => message.text() === "the moment")
      : page.waitForEvent("framenavigated");
  // The page is gone before this call can answer.
  skip(page, 10_000).catch(() => undefined);
  await noticed;
  await context.close();
}

const ways: Record<Leave, string> = {
  close: "closing the tab as soon as the moment is noticed",
  navigate: "following a link in the task of the moment",
  away: "leaving for a page of another origin in the task of the moment",
  reload: "reloading in the task of the moment",
  back: "going back in the task of the moment",
};

for (const [how, name] of Object.entries(ways) as [Leave, string][])
  test(`${name} delivers, every time`, async ({ browser, edge, hooks }) => {
    for (let i = 1; i <= tries; i++) {
      await leaveAtTheMoment(browser, edge.url, how);
      // By id: moving the clock for the next visit may be taken for the end of a lease, and bring an attempt again.
      const ids = () => new Set(hooks.filter(({ body }) => body.data.why?.trigger === "pricing-hesitation").map(({ id }) => id));
      await expect.poll(() => ids().size).toBe(i);
    }
  });
