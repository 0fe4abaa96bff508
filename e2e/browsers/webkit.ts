import { Builder, Capabilities, Origin, type WebDriver } from "selenium-webdriver";
import { freePort, startGroup } from "./processes.ts";
import { asking, type Browser, crossTheTop, type Tab, viewport } from "./tab.ts";

const library =
  process.env.WEBKITGTK_PATH ?? `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/webkit2gtk-4.1`;
const barsPx = 38;
const betweenMs = 60;
const longestMs = 2 ** 31 - 1;

/** Missing in the types of selenium-webdriver. */
interface Scrolls {
  scroll: (x: number, y: number, deltaX: number, deltaY: number, origin: Origin) => { perform: () => Promise<void> };
}

/** One window at a time hears a session's commands: they are put in line. */
type InWindow = <T>(handle: string, task: () => Promise<T>) => Promise<T>;

function oneWindowAtATime(driver: WebDriver): InWindow {
  let line: Promise<unknown> = Promise.resolve();
  let current = "";
  return (handle, task) => {
    const run = async () => {
      if (handle !== current) await driver.switchTo().window(handle);
      current = handle;
      return task();
    };
    const done = line.then(run, run);
    line = done.catch(() => undefined);
    return done;
  };
}

function openTab(driver: WebDriver, handle: string, inWindow: InWindow): Tab {
  const here = <T>(task: () => Promise<T>) => inWindow(handle, task);
  const evaluate: Tab["evaluate"] = (inPage, arg) => here(() => driver.executeScript(inPage as never, arg));
  const move = (x: number, y: number) =>
    here(() => driver.actions().move({ x, y, origin: Origin.VIEWPORT, duration: 10 }).perform());
  let turnedPx = 0;
  const element = (selector: string) => driver.findElement({ css: selector });
  // The driver would not wait for a page that scrolls smoothly.
  const click = async (selector: string, times = 1) => {
    await evaluate(
      (wanted) => document.querySelector(wanted)?.scrollIntoView({ block: "nearest", behavior: "instant" }),
      selector,
    );
    if (times === 1) return here(() => element(selector).click());
    // A click of its own takes the driver too long to be one of several quick ones.
    const clicks = driver.actions().move({ origin: await here(async () => element(selector)), duration: 10 });
    for (let i = 0; i < times; i++) clicks.press().release().pause(betweenMs);
    await here(() => clicks.perform());
  };
  return {
    evaluate,
    until: asking(evaluate),
    move,
    goto: (url) => here(() => driver.get(url)),
    async wheel(px) {
      await move(400, 400);
      turnedPx += px; // what WebKit turns the wheel by is the difference to the time before
      const actions = driver.actions() as ReturnType<WebDriver["actions"]> & Scrolls;
      await here(() => actions.scroll(400, 400, 0, turnedPx, Origin.VIEWPORT).perform());
    },
    click,
    async fill(selector, text) {
      await click(selector);
      await here(() => element(selector).sendKeys(text));
    },
    leaveOverTheTop: () => crossTheTop({ evaluate, move }),
    close: () => here(() => driver.close()),
    crash: () => Promise.reject(new Error("a session ends, and its profile with it, when a page crashes")),
  };
}

/** WebKitGTK's own small browser, by WebDriver, on a display in memory. */
export async function openWebKit(): Promise<Browser> {
  const display = `:${80 + (process.pid % 900)}`;
  const endDisplay = await startGroup("Xvfb", [display, "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
  const capabilities = new Capabilities();
  capabilities.setBrowserName("MiniBrowser");
  capabilities.set("webkitgtk:browserOptions", { args: ["--automation"], binary: `${library}/MiniBrowser` });
  return {
    cannot: [
      "the pointer leaving over the top: moved to the edge for real, then `mouseleave` dispatched in the page",
      "the network taken away: the server refuses connections instead, and no `online` event comes",
      "tabs in front of each other: each is a window of its own, because a new tab stays hidden",
      "a crash: WebKitWebDriver ends the session, and the profile with it",
    ],
    // One session to a driver, one profile to a session.
    async visitor() {
      const port = await freePort();
      const env = { DISPLAY: display, WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
      const endDriver = await startGroup("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], env, port);
      const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
      // WebKit counts a script's time by the page's own `setTimeout`, which the demo's clock moves.
      await driver.manage().setTimeouts({ script: longestMs });
      const inWindow = oneWindowAtATime(driver);
      const home = await driver.getWindowHandle();
      return {
        tab: () =>
          inWindow(home, async () => {
            await driver.switchTo().newWindow("window");
            const handle = await driver.getWindowHandle();
            await driver
              .manage()
              .window()
              .setRect({ x: 0, y: 0, width: viewport.width, height: viewport.height + barsPx });
            await driver.switchTo().window(home);
            return openTab(driver, handle, inWindow);
          }),
        async end() {
          await driver.quit().catch(() => undefined); // one that crashed is gone already
          await endDriver();
        },
      };
    },
    close: endDisplay,
  };
}
