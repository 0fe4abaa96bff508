import { setTimeout as after } from "node:timers/promises";
import type { Browser } from "./cdp.ts";
import { bottom } from "./shop.ts";
import { evaluating, msOf, running, type TraceEvent } from "./trace.ts";

const restMs = 1500;
const headerLink = [70, 25] as const;

export interface Visit {
  /** Script time on the main thread: of evaluation alone, until the page had rested for a while, and of the whole visit. */
  taskMs: number;
  evalMs: number;
  scriptMs: number;
  heapBytes: number;
}

/** The present moment on the clock that traces use. */
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** A tab that was not there before, so that nothing compiled is left in it from another visit. */
async function openTab(browser: Browser) {
  const { targetId } = await browser.ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await browser.ask("Target.attachToTarget", { targetId, flatten: true });
  return {
    ask: (method: string, params?: object) => browser.ask(method, { ...params }, sessionId as string),
    show: () => browser.ask("Target.activateTarget", { targetId }),
    close: () => browser.ask("Target.closeTarget", { targetId }),
  };
}
type Tab = Awaited<ReturnType<typeof openTab>>;

/** Loads the page and leaves it: a script's compiled code is kept from its second load on. */
export async function glance(browser: Browser, url: string): Promise<void> {
  const tab = await openTab(browser);
  await tab.ask("Page.navigate", { url });
  await after(restMs);
  await tab.close();
  await after(200);
}

async function click(tab: Tab, x: number, y: number): Promise<void> {
  const mouse = { x, y, button: "left", clickCount: 1 };
  await tab.ask("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
  await tab.ask("Input.dispatchMouseEvent", { ...mouse, type: "mousePressed" });
  await tab.ask("Input.dispatchMouseEvent", { ...mouse, type: "mouseReleased" });
  await after(100);
}

async function type(tab: Tab, text: string): Promise<void> {
  for (const key of text) {
    await tab.ask("Input.dispatchKeyEvent", { type: "keyDown", key, text: key });
    await tab.ask("Input.dispatchKeyEvent", { type: "keyUp", key });
  }
}

/** What a visitor does between the page's rest and its being hidden. */
async function browse(tab: Tab): Promise<void> {
  for (let i = 0; i < 200; i++)
    await tab.ask("Input.dispatchMouseEvent", { type: "mouseMoved", x: 100 + 4 * i, y: 300 + 100 * Math.sin(i / 10) });
  for (let i = 0; i < 30; i++) {
    await tab.ask("Input.dispatchMouseEvent", { type: "mouseWheel", x: 600, y: 400, deltaX: 0, deltaY: 250 });
    await after(30);
  }
  await after(400); // the wheel's own movement comes to rest
  const { cssLayoutViewport } = await tab.ask("Page.getLayoutMetrics");
  const topPx = (cssLayoutViewport as { clientHeight: number }).clientHeight - bottom.heightPx;
  for (let i = 0; i < 10; i++) await click(tab, 55 + i * bottom.columnPx, topPx + bottom.clickTopPx + 10);
  for (const [i, text] of ["Ada Lovelace", "ada@example.org", "In walnut, please"].entries()) {
    await click(tab, 90, topPx + bottom.fieldTopPx + i * bottom.rowPx + 10);
    await type(tab, text);
  }
}

/**
 * One visit as scripted: load, rest, 200 mouse moves, a scroll to the end, 10 clicks, three fields typed into, the tab hidden and
 * shown, a click on a link to another page.
 */
export async function visit(browser: Browser, url: string): Promise<Visit> {
  const events: TraceEvent[] = [];
  const stop = browser.on("Tracing.dataCollected", ({ value }) => events.push(...(value as TraceEvent[])));
  const tab = await openTab(browser);
  await after(300);
  await browser.ask("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["devtools.timeline", "v8.execute"], excludedCategories: ["*"] },
  });
  await tab.ask("Page.navigate", { url });
  await after(restMs);
  const restedUs = nowUs();
  await browse(tab);
  const browsedUs = nowUs();
  await tab.ask("HeapProfiler.collectGarbage");
  await tab.ask("HeapProfiler.collectGarbage");
  const { usedSize } = await tab.ask("Runtime.getHeapUsage");
  const measuredUs = nowUs();
  const other = await openTab(browser);
  await after(500);
  await other.close();
  await tab.show();
  await after(300);
  await click(tab, ...headerLink);
  await after(1000);
  const traced = new Promise<void>((resolve) => {
    const end = browser.on("Tracing.tracingComplete", () => {
      end();
      resolve();
    });
  });
  await browser.ask("Tracing.end");
  await traced;
  stop();
  await tab.close();
  const { origin } = new URL(url);
  const evalMs = msOf(running, events, origin, 0, restedUs);
  return {
    taskMs: msOf(evaluating, events, origin),
    evalMs,
    scriptMs: evalMs + msOf(running, events, origin, restedUs, browsedUs) + msOf(running, events, origin, measuredUs),
    heapBytes: Number(usedSize),
  };
}
