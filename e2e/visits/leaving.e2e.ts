import type { Browser, Tab } from "../browsers/tab.ts";
import { expect, ready, scroll, skip, test } from "../cusp.ts";

/** A few here; `npm run bench -- delivery` makes 200 of each. */
const tries = 3;

type Queue = (verb: "on", event: "moment", fn: () => void) => void;
type Leave = "close" | "navigate" | "away" | "reload" | "back";

/** What the page itself does in the very task in which the moment is noticed. */
const inThePage = (tab: Tab, how: Leave) =>
  tab.evaluate((go) => {
    (globalThis as unknown as { cusp: Queue }).cusp("on", "moment", () => {
      document.title = "the moment";
      if (go === "navigate") location.href = "/returns";
      else if (go === "away") location.href = "about:blank";
      else if (go === "reload") location.reload();
      else if (go === "back") history.back();
    });
  }, how);

const skipAndGo = (ms: number) => {
  const { cuspClock } = globalThis as unknown as { cuspClock: { skip: (ms: number) => Promise<void> } };
  cuspClock.skip(ms).catch(() => undefined); // the page is gone before it could answer
};

async function leaveAtTheMoment(browser: Browser, url: string, how: Leave): Promise<void> {
  const visitor = await browser.visitor();
  const tab = await visitor.tab();
  await tab.goto(`${url}/returns`);
  await tab.goto(`${url}/pricing`);
  await ready(tab);
  await scroll(tab, 700);
  await skip(tab, 15_000);
  await inThePage(tab, how);
  const loadedAtMs = await tab.evaluate(() => performance.timeOrigin);
  await tab.evaluate(skipAndGo, 10_000).catch(() => undefined);
  if (how === "close") await tab.until(() => document.title === "the moment");
  else await tab.until((before) => performance.timeOrigin !== before, loadedAtMs);
  await tab.close();
  await visitor.end();
}

const ways: Record<Leave, string> = {
  close: "closing the tab as soon as the moment is noticed",
  navigate: "following a link in the task of the moment",
  away: "leaving for a page of another origin in the task of the moment",
  reload: "reloading in the task of the moment",
  back: "going back in the task of the moment",
};

for (const [how, name] of Object.entries(ways) as [Leave, string][])
  test(`${name} delivers, every time`, async ({ driver, edge, hooks }) => {
    for (let i = 1; i <= tries; i++) {
      await leaveAtTheMoment(driver, edge.url, how);
      // By id: moving the clock for the next visit may be taken for the end of a lease, and bring an attempt again.
      const ids = () => new Set(hooks.filter(({ body }) => body.data.why?.trigger === "pricing-hesitation").map(({ id }) => id));
      await expect.poll(() => ids().size).toBe(i);
    }
  });
