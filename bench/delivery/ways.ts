import { setTimeout as after } from "node:timers/promises";
import type { Tab, Visitor } from "../../e2e/browsers/tab.ts";
import type { Network, Recorder } from "../../e2e/recorder.ts";

export interface Visit {
  visitor: Visitor;
  recorder: Recorder;
}

interface PageGlobals {
  cusp: { (verb: "flush"): void; q?: unknown };
  twin: Window & PageGlobals;
}

const isReady = () => {
  const { cusp } = globalThis as unknown as PageGlobals;
  const isScoring = performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/score.js"));
  return typeof cusp === "function" && !cusp.q && isScoring;
};

export async function open({ visitor, recorder }: Visit): Promise<Tab> {
  const tab = await visitor.tab();
  await tab.goto(`${recorder.url}/visit`);
  await tab.until(isReady);
  return tab;
}

/** A click, and a scroll so late that its depth is still to be said when the page goes. */
export async function look(tab: Tab): Promise<void> {
  await tab.click("#look");
  await tab.evaluate(() => scrollTo(0, scrollY + 300));
}

const at = (tab: Tab, path: string) => tab.until((wanted) => location.pathname === wanted, path);
const flush = (tab: Tab) => tab.evaluate(() => (globalThis as unknown as PageGlobals).cusp("flush"));

async function network({ visitor, recorder }: Visit, how: Network): Promise<void> {
  if (visitor.offline && how !== "answers lost") await visitor.offline(how === "down");
  else recorder.network(how);
}

/** Long enough that what is not urgent has been written to storage. */
const storedMs = 1500;

/** Until as many signals came as were known before, and one more, or the patience is over: what comes later counts too. */
async function somethingCame({ recorder }: Visit, before: number): Promise<void> {
  const untilMs = Date.now() + 4000;
  while (recorder.taken.length === before && Date.now() < untilMs) await after(20);
}

/** Each way to leave, or to be cut off, once. All tabs are closed at its end. */
export const ways: Record<string, (visit: Visit) => Promise<void>> = {
  async close(visit) {
    const tab = await open(visit);
    await look(tab);
    await tab.close();
  },
  async bounce({ visitor, recorder }) {
    const tab = await visitor.tab();
    await tab.goto(`${recorder.url}/visit`);
    await tab.close();
  },
  async navigate(visit) {
    const tab = await open(visit);
    await look(tab);
    await tab.evaluate(() => {
      location.href = "/plain";
    });
    await at(tab, "/plain");
    await tab.close();
  },
  async link(visit) {
    const tab = await open(visit);
    await look(tab);
    await tab.click("a");
    await at(tab, "/plain");
    await tab.close();
  },
  async reload(visit) {
    const tab = await open(visit);
    await look(tab);
    const loadedAtMs = await tab.evaluate(() => performance.timeOrigin);
    await tab.evaluate(() => location.reload());
    await tab.until((before) => performance.timeOrigin !== before, loadedAtMs);
    await tab.until(isReady);
    await tab.close();
  },
  async bfcache(visit) {
    const tab = await open(visit);
    await look(tab);
    await tab.click("a");
    await at(tab, "/plain");
    await tab.evaluate(() => history.back());
    await at(tab, "/visit");
    await tab.until(isReady);
    await look(tab);
    await tab.close();
  },
  async back(visit) {
    const tab = await visit.visitor.tab();
    await tab.goto(`${visit.recorder.url}/plain`);
    await tab.goto(`${visit.recorder.url}/visit`);
    await tab.until(isReady);
    await look(tab);
    await tab.evaluate(() => history.back());
    await at(tab, "/plain");
    await tab.close();
  },
  /** No driver has a tab duplicated: a window opened by the page gets the same copy of its session storage. */
  async duplicate(visit) {
    const tab = await open(visit);
    await look(tab);
    await tab.click("#twin");
    await tab.until(() => {
      const { twin } = globalThis as unknown as PageGlobals;
      return typeof twin.cusp === "function" && !twin.cusp.q && twin.document.readyState === "complete";
    });
    await tab.evaluate(() => {
      const { twin } = globalThis as unknown as PageGlobals;
      twin.document.getElementById("look")?.click();
      document.getElementById("look")?.click();
      twin.scrollTo(0, 300);
      twin.addEventListener("pagehide", () => {
        document.title = "alone";
      });
      twin.close();
    });
    await tab.until(() => document.title === "alone");
    await tab.close();
  },
  async crash(visit) {
    const tab = await open(visit);
    await look(tab);
    await after(storedMs);
    await tab.crash();
  },
  async crash_at_once(visit) {
    const tab = await open(visit);
    await look(tab);
    await tab.crash();
  },
  async offline_and_return(visit) {
    const tab = await open(visit);
    await network(visit, "down");
    await look(tab);
    await flush(tab);
    await after(100);
    const before = visit.recorder.taken.length;
    await network(visit, "up");
    await somethingCame(visit, before);
    await tab.close();
  },
  async offline_and_closed(visit) {
    const tab = await open(visit);
    await network(visit, "down");
    await look(tab);
    await tab.close();
    await network(visit, "up");
  },
  async answer_lost(visit) {
    const tab = await open(visit);
    await network(visit, "answers lost");
    await look(tab);
    const before = visit.recorder.taken.length;
    await flush(tab);
    await somethingCame(visit, before);
    await network(visit, "up");
    await somethingCame(visit, before + 1);
    await tab.close();
  },
  async two_tabs(visit) {
    const [one, two] = [await open(visit), await open(visit)];
    await Promise.all([look(one), look(two)]);
    await Promise.all([one.close(), two.close()]);
  },
};
