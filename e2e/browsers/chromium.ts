import { chromium, type Page } from "@playwright/test";
import { browserOptions } from "../../bench/browser.ts";
import { asking, type Browser, type Tab, viewport, wayOut } from "./tab.ts";

export function tabOf(page: Page): Tab {
  const evaluate = page.evaluate.bind(page) as Tab["evaluate"];
  const move = (x: number, y: number) => page.mouse.move(x, y);
  return {
    evaluate,
    until: asking(evaluate),
    move,
    goto: async (url) => void (await page.goto(url)),
    async wheel(px) {
      await move(400, 400);
      await page.mouse.wheel(0, px);
    },
    // Without waiting for what a click on a link leads to.
    async click(selector, times = 1) {
      for (let i = 0; i < times; i++) await page.click(selector, { noWaitAfter: true });
    },
    async fill(selector, text) {
      await page.click(selector);
      await page.keyboard.type(text);
    },
    async leaveOverTheTop() {
      for (const y of [...wayOut, -5]) await move(500, y);
    },
    close: () => page.close(),
    async crash() {
      const session = await page.context().newCDPSession(page);
      const crashed = page.waitForEvent("crash");
      session.send("Page.crash").catch(() => undefined); // nobody is left to answer
      await crashed;
      await page.close();
    },
  };
}

export async function openChromium(): Promise<Browser> {
  // Playwright switches the back/forward cache off; visitors have it.
  const browser = await chromium.launch({ ...browserOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  return {
    cannot: [],
    async visitor() {
      const context = await browser.newContext({ viewport });
      return {
        tab: async () => tabOf(await context.newPage()),
        offline: (isOffline) => context.setOffline(isOffline),
        end: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
