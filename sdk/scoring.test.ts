import { expect, test, vi } from "vitest";
import type { Signal } from "../contract/signals.ts";
import { type LoadScoring, openScoring } from "./scoring.ts";
import { openVisit, withScoring } from "./test-visit.ts";

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
  const loadScoring = vi.fn<LoadScoring>(
    () =>
      new Promise((resolve, reject) => {
        arrivals.push({ come: () => resolve({ openScoring }), fail: () => reject(new TypeError("network")) });
      }),
  );
  return { loadScoring, arrivals };
}
const exit = async () => {
  visit.move("mouseleave", { clientY: -1 });
  await visit.pass(250);
};

test("signals from before the scorer came count, in order, and their moment hurries at once", async () => {
  visit.serve(settings);
  const { loadScoring, arrivals } = late();
  const cusp = await visit.start({ loadScoring });
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
  expect(loadScoring).toHaveBeenCalledExactlyOnceWith("https://edge.test");
});

test("what waits for the scorer is bounded, and the view of the page is among it", async () => {
  const waited: (readonly Signal[])[] = [];
  const scorer = (signals: readonly Signal[]) => ({ risen: [], urgent: waited.push(signals) < 0 });
  let come = () => {};
  const loadScoring: LoadScoring = () =>
    new Promise((resolve) => {
      come = () => resolve({ openScoring: () => scorer });
    });
  await visit.start({ loadScoring });
  for (let i = 0; i < 250; i++) document.body.click();
  come();
  await visit.pass(0);
  expect(waited[0]).toHaveLength(201);
  expect(waited[0]?.[0]?.kind).toBe("page_view");
  expect(waited[0]?.map(({ n }) => n).slice(-200)).toEqual(Array.from({ length: 200 }, (_, i) => i + 52));
});

test("without a scorer signals go by time, and those the site acts on at once", async () => {
  visit.serve(settings);
  const { loadScoring, arrivals } = late();
  await visit.start({ loadScoring });
  arrivals[0]?.fail();
  await visit.pass(16_500);
  await exit();
  await visit.pass(60_000);
  expect(visit.signals().map(({ kind }) => kind)).toContain("exit_intent");
  document.body.innerHTML = "<form name=order></form>";
  const before = visit.batches.length;
  visit.move("click", {});
  document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
  expect(visit.batches.length).toBe(before + 1);
});

test("a scorer that could not be loaded is asked for again at the next page view, one that came is not", async () => {
  const { loadScoring, arrivals } = late();
  await visit.start({ loadScoring });
  history.pushState({}, "", "/p/1");
  await visit.pass(10);
  expect(loadScoring).toHaveBeenCalledTimes(1); // still under way
  arrivals[0]?.fail();
  await visit.pass(10);
  history.pushState({}, "", "/p/2");
  await visit.pass(10);
  expect(loadScoring).toHaveBeenCalledTimes(2);
  arrivals[1]?.come();
  await visit.pass(10);
  history.pushState({}, "", "/p/3");
  await visit.pass(10);
  expect(loadScoring).toHaveBeenCalledTimes(2);
});

test("nothing is fetched before consent; what was seen till then is scored after it", async () => {
  const { loadScoring, arrivals } = late();
  const cusp = await visit.start({ consent: "pending", loadScoring });
  const moments: string[] = [];
  cusp.on("moment", ({ kind }) => moments.push(kind));
  await visit.pass(16_500);
  await exit();
  history.pushState({}, "", "/p/1");
  await visit.pass(1000);
  expect(loadScoring).not.toHaveBeenCalled();
  cusp.consent("granted");
  await visit.pass(10);
  arrivals[0]?.come();
  await visit.pass(10);
  expect(moments).toEqual(["exit"]);
});

test("a refusal forgets what waited for the scorer, and asks for none", async () => {
  const { loadScoring, arrivals } = late();
  const cusp = await visit.start({ loadScoring });
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
  await visit.start({ consent: "denied", loadScoring: other.loadScoring });
  await visit.pass(5000);
  expect(other.loadScoring).not.toHaveBeenCalled();
});

test("a page in the background asks for no scorer until it is looked at", async () => {
  visit.hide();
  const loadScoring = vi.fn(withScoring);
  await visit.start({ loadScoring });
  await visit.pass(5000);
  expect(loadScoring).not.toHaveBeenCalled();
  visit.show();
  await visit.pass(10);
  expect(loadScoring).toHaveBeenCalledTimes(1);
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
