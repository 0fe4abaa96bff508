import { expect, test, vi } from "vitest";
import type { Signal } from "../contract/signals.ts";
import type { Settings } from "../contract/wire.ts";
import * as all from "./late.ts";
import type { Parts } from "./parts.ts";
import { openScoring } from "./scoring.ts";
import { lateSignals, promptSignals } from "./signals/observers.ts";
import type { Visit } from "./signals/page.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();
const settings = {
  v: 1,
  site: "pk_demo",
  pages: [{ type: "pricing", match: ["/pricing*"], key: true }],
  bands: { later: 4, now: 7 },
  urgent: { kinds: ["exit"], signals: ["form_submit"], lowest: {} },
};

/** A scorer that comes when the test says, or is said never to. */
function late() {
  const arrivals: { come: () => void; fail: () => void }[] = [];
  const loadLate = vi.fn<Parts["loadLate"]>(
    () =>
      new Promise((resolve, reject) => {
        arrivals.push({ come: () => resolve(all), fail: () => reject(new TypeError("network")) });
      }),
  );
  return { loadLate, arrivals };
}
/** As npm has it: here before the scorer. */
const signals = [...promptSignals, ...lateSignals];
const exit = async () => {
  visit.turnAway();
  await visit.pass(250);
};

test("signals from before the scorer came count, in order, and their moment hurries at once", async () => {
  visit.serve(settings);
  const { loadLate, arrivals } = late();
  const cusp = await visit.start({ loadLate, signals });
  const moments: string[] = [];
  const urgent: boolean[] = [];
  cusp.on("moment", ({ kind, band }) => moments.push(`${kind} ${band}`));
  await visit.pass(16_500);
  cusp.on("flush", (flush) => flush.phase === "sent" && urgent.push(flush.urgent));
  await exit();
  expect([moments, urgent]).toEqual([[], []]);
  arrivals[0]?.come();
  await visit.pass(0);
  expect([moments, urgent]).toEqual([["exit now"], [true]]);
  expect(visit.signals().at(-1)?.kind).toBe("exit_intent");
  expect(loadLate).toHaveBeenCalledExactlyOnceWith("https://edge.test");
});

test("what waits for the scorer is bounded, and the view of the page is among it", async () => {
  const waited: (readonly Signal[])[] = [];
  const scorer = (signals: readonly Signal[]) => ({ risen: [], urgent: waited.push(signals) < 0 });
  let come = () => {};
  const loadLate: Parts["loadLate"] = () =>
    new Promise((resolve) => {
      come = () => resolve({ ...all, openScoring: () => scorer });
    });
  await visit.start({ loadLate });
  for (let i = 0; i < 250; i++) document.body.click();
  come();
  await visit.pass(0);
  expect(waited[0]).toHaveLength(201);
  expect(waited[0]?.[0]?.kind).toBe("page_view");
  expect(waited[0]?.map(({ n }) => n).slice(-200)).toEqual(Array.from({ length: 200 }, (_, i) => i + 52));
});

test("without a scorer signals go by time, and those the site is known to act on at once", async () => {
  visit.serve(settings);
  (await visit.start()).stop();
  await visit.pass(1000);
  const { loadLate, arrivals } = late();
  await visit.start({ loadLate, signals });
  arrivals[0]?.fail();
  await visit.pass(16_500);
  await exit();
  await visit.pass(60_000);
  expect(visit.signals().map(({ kind }) => kind)).toContain("exit_intent");
  document.body.innerHTML = "<form name=order></form>";
  const before = visit.batches.length;
  visit.move("click", {});
  document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
  vi.advanceTimersByTime(0);
  expect(visit.batches.length).toBe(before + 1);
});

test("a scorer that could not be loaded is asked for again at the next page view, one that came is not", async () => {
  const { loadLate, arrivals } = late();
  await visit.start({ loadLate });
  history.pushState({}, "", "/p/1");
  await visit.pass(10);
  expect(loadLate).toHaveBeenCalledTimes(1); // still under way
  arrivals[0]?.fail();
  await visit.pass(10);
  history.pushState({}, "", "/p/2");
  await visit.pass(10);
  expect(loadLate).toHaveBeenCalledTimes(2);
  arrivals[1]?.come();
  await visit.pass(10);
  history.pushState({}, "", "/p/3");
  await visit.pass(10);
  expect(loadLate).toHaveBeenCalledTimes(2);
});

test("nothing is fetched before consent; what was seen till then is scored after it", async () => {
  const { loadLate, arrivals } = late();
  const cusp = await visit.start({ consent: "pending", loadLate, signals });
  const moments: string[] = [];
  cusp.on("moment", ({ kind }) => moments.push(kind));
  await visit.pass(16_500);
  await exit();
  history.pushState({}, "", "/p/1");
  await visit.pass(1000);
  expect(loadLate).not.toHaveBeenCalled();
  cusp.consent("granted");
  await visit.pass(10);
  arrivals[0]?.come();
  await visit.pass(10);
  expect(moments).toEqual(["exit"]);
});

test("a refusal forgets what waited for the scorer, and asks for none", async () => {
  const { loadLate, arrivals } = late();
  const cusp = await visit.start({ loadLate });
  const moment = vi.fn();
  cusp.on("moment", moment);
  await visit.pass(16_500);
  await exit();
  cusp.consent("denied");
  arrivals[0]?.come();
  await visit.pass(10);
  expect(moment).not.toHaveBeenCalled();
  cusp.stop();
  const other = late();
  await visit.start({ consent: "denied", loadLate: other.loadLate });
  await visit.pass(5000);
  expect(other.loadLate).not.toHaveBeenCalled();
});

test("a page in the background asks for no scorer until it is looked at", async () => {
  visit.hide();
  const loadLate = vi.fn(everything.loadLate);
  await visit.start({ loadLate });
  await visit.pass(5000);
  expect(loadLate).not.toHaveBeenCalled();
  visit.show();
  await visit.pass(10);
  expect(loadLate).toHaveBeenCalledTimes(1);
});

test("names that every object knows are names like others", () => {
  const score = openScoring();
  const at = 1_700_000_000_000;
  const on = (page: string, form: string): Signal[] => [
    { kind: "page_view", n: 1, at, page, url: "https://shop.example/checkout", device: "desktop" },
    { kind: "form_abandon", n: 2, at, page, form, fields: 4, filled: 3, engaged_ms: 45_000, lead: true },
  ];
  expect(score(on("__proto__", "constructor")).risen).toEqual([]);
  expect(score(on("p1", "__proto__")).risen).toEqual([]);
  expect(score(on("constructor", "toString")).risen).toMatchObject([{ kind: "form_abandon", page: "constructor", band: "now" }]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("what an order of the site is worth weighs in the browser's count too", () => {
  const at = 1_700_000_000_000;
  const signals: Signal[] = [
    { kind: "page_view", n: 1, at, page: "p1", url: "https://shop.example/cart", device: "desktop" },
    { kind: "view_cart", n: 2, at, page: "p1", items: [{ id: "sku-1", price: 200, quantity: 1 }], value: 200, currency: "EUR" },
    { kind: "offer_declined", n: 3, at, page: "p1" },
  ];
  const [unknown, known] = [{}, { average_order: 80 }].map(
    (worth) =>
      openScoring()(signals, { ...settings, ...worth } as Settings).risen.findLast(({ kind }) => kind === "decline")?.score,
  );
  expect(known).toBeGreaterThan(unknown as number);
});

test("a page's id sorts by the time of its view, and so do those of the pages before", async () => {
  await visit.start();
  await visit.pass(2000);
  const view = visit.signals().find(({ kind }) => kind === "page_view") as Signal;
  expect(view.page > view.at.toString(36)).toBe(true);
  expect(view.page < (view.at + 1).toString(36)).toBe(true);
});

test("a page in a document of its own scores as one that the edge knows the way to", () => {
  const at = 1_700_000_000_000;
  const policy: Signal[] = [
    { kind: "page_view", n: 1, at, page: `${at.toString(36)}a`, url: "https://shop.example/returns", device: "desktop" },
    { kind: "dwell", n: 2, at: at + 15_000, page: `${at.toString(36)}a`, engaged_ms: 15_000 },
  ];
  const best = (...trail: Visit[]) =>
    openScoring(() => ({ trail }))(policy).risen.findLast(({ kind }) => kind === "reassurance")?.score;
  expect(best()).toBe(4);
  expect(best({ url: "https://shop.example/p/mill", at: at - 6000 })).toBe(6.1);
});
