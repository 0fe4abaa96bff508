import puppeteer, { type Page } from "puppeteer-core";
import { endProcesses } from "./processes.ts";
import { asking, type Browser, crossTheTop, type Tab, viewport } from "./tab.ts";

function openTab(page: Page, browserPid: number): Tab {
  const evaluate = page.evaluate.bind(page) as Tab["evaluate"];
  const move = (x: number, y: number) => page.mouse.move(x, y);
  return {
    evaluate,
    until: asking(evaluate),
    move,
    goto: async (url) => void (await page.goto(url)),
    async wheel(px) {
      await move(400, 400);
      await page.mouse.wheel({ deltaY: px });
    },
    async click(selector, times = 1) {
      for (let i = 0; i < times; i++) await page.click(selector);
    },
    async fill(selector, text) {
      await page.click(selector);
      await page.keyboard.type(text);
    },
    leaveOverTheTop: () => crossTheTop({ evaluate, move }),
    close: () => page.close(),
    async crash() {
      endProcesses(browserPid, "Web Content");
      await page.close();
    },
  };
}

/** Debian's ESR, by WebDriver BiDi. */
export async function openFirefox(): Promise<Browser> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr",
    headless: true,
    defaultViewport: null,
    args: [`--width=${viewport.width}`, `--height=${viewport.height + 86}`], // its own bars take the rest
  });
  const browserPid = browser.process()?.pid as number;
  return {
    cannot: [
      "the pointer leaving over the top: moved to the edge for real, then `mouseleave` dispatched in the page",
      "the network taken away: the server refuses connections instead, and no `online` event comes",
    ],
    async visitor() {
      const context = await browser.createBrowserContext();
      return {
        tab: async () => openTab(await context.newPage(), browserPid),
        end: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
