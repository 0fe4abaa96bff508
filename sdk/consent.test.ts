import { expect, test, vi } from "vitest";
import { openClient } from "./client.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();

test("until consent is given nothing is sent and nothing is stored", async () => {
  const open = vi.spyOn(indexedDB, "open");
  await visit.start({ consent: "pending" });
  await visit.pass(20_000);
  visit.leave();
  await visit.pass(1000);
  expect(visit.batches).toEqual([]);
  expect(open).not.toHaveBeenCalled();
});

test("consent releases what was seen before it, at its own times", async () => {
  const cusp = await visit.start({ consent: "pending" });
  const startedAt = Date.now();
  await visit.pass(10_000);
  cusp.consent("granted");
  await visit.pass(3000);
  const [view, ...dwells] = visit.signals();
  expect(view).toMatchObject({ kind: "page_view", n: 1 });
  expect(view?.at).toBeLessThanOrEqual(startedAt);
  expect(dwells.map(({ kind }) => kind)).toContain("dwell");
});

test("what waits for consent is at most 200 signals, and the view of the page among them", async () => {
  const cusp = await visit.start({ consent: "pending" });
  await visit.pass(31 * 60_000);
  for (let i = 0; i < 250; i++) document.body.click();
  cusp.consent("granted");
  await visit.pass(3000);
  const kinds = visit.signals().map(({ kind }) => kind);
  expect(kinds.length).toBeLessThanOrEqual(202);
  expect(kinds).toContain("page_view");
});

test("a refusal forgets all of it", async () => {
  const cusp = await visit.start({ consent: "pending" });
  await visit.pass(5000);
  cusp.consent("denied");
  document.body.click();
  await visit.pass(60_000);
  expect(visit.batches).toEqual([]);
});

test("a withdrawal wipes the browser and tells the edge, in a request that outlives the page", async () => {
  const cusp = await visit.start();
  await visit.pass(2500);
  const visitor = visit.batches[0]?.visitor;
  cusp.consent("denied");
  await visit.pass(60_000);
  document.body.click();
  visit.leave();
  await visit.pass(60_000);
  const denials = visit.batches.slice(1);
  expect(denials).toEqual([expect.objectContaining({ consent: "denied", visitor, signals: [], keepalive: true })]);
  expect(await visit.stored()).toEqual([]);
});

test("consent given again makes a new visitor", async () => {
  const cusp = await visit.start();
  await visit.pass(2500);
  cusp.consent("denied");
  await visit.pass(100);
  cusp.consent("granted");
  await visit.pass(3000);
  expect(visit.batches.at(-1)?.signals[0]?.kind).toBe("page_view");
  expect(visit.batches.at(-1)?.visitor).not.toBe(visit.batches[0]?.visitor);
});

test("Global Privacy Control is a refusal, whatever the site says, also of what an earlier visit left", async () => {
  const cusp = await visit.start();
  await visit.pass(2500);
  cusp.stop();
  await visit.pass(10);
  Object.defineProperty(navigator, "globalPrivacyControl", { value: true, configurable: true });
  const before = visit.batches.length;
  await visit.start();
  await visit.pass(10_000);
  Reflect.deleteProperty(navigator, "globalPrivacyControl");
  expect(visit.batches.slice(before)).toEqual([expect.objectContaining({ consent: "denied", signals: [] })]);
  expect(await visit.stored()).toEqual([]);
});

test("a withdrawal that the edge did not hear is said again until it did, and once only then", async () => {
  const cusp = await visit.start();
  await visit.pass(2500);
  visit.answer(() => "down");
  cusp.consent("denied");
  await visit.pass(25_000);
  const tries = visit.batches.filter(({ consent }) => consent === "denied").length;
  expect(tries).toBe(3);
  visit.answer(() => undefined);
  await visit.pass(60_000);
  expect(visit.batches.filter(({ consent }) => consent === "denied")).toHaveLength(tries + 1);
});

test("what storage is slow to say is withdrawn and wiped all the same", async () => {
  (await visit.start()).stop();
  await visit.pass(2500);
  const before = visit.batches.length;
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementationOnce((name) => {
    const slow = {} as { result: IDBDatabase; onsuccess?: () => void };
    setTimeout(() => {
      const request = open(name);
      request.onsuccess = () => {
        slow.result = request.result;
        slow.onsuccess?.();
      };
    }, 700);
    return slow as unknown as IDBOpenDBRequest;
  });
  await visit.start({ consent: "denied" });
  await visit.pass(3000);
  expect(visit.batches.slice(before)).toEqual([expect.objectContaining({ consent: "denied" })]);
  expect(await visit.stored()).toEqual([]);
});

test("consent taken back in the task in which it was given leaves nothing in the browser", async () => {
  vi.spyOn(indexedDB, "databases").mockResolvedValue([]); // as where the one being made is not listed yet
  const cusp = openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted" }, everything);
  cusp.consent("denied");
  await visit.pass(3000);
  cusp.stop();
  await visit.pass(100);
  vi.restoreAllMocks();
  expect(await visit.stored()).toEqual([]);
});

test("settings are not asked for by a page that was denied meanwhile", async () => {
  vi.stubGlobal("requestIdleCallback", (task: () => void) => setTimeout(task, 1000));
  const cusp = openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted" }, everything);
  await visit.pass(100);
  cusp.consent("denied");
  await visit.pass(2000);
  cusp.stop();
  expect(visit.asked).toEqual([]);
});

test("a browser that does not list its databases is asked for what an earlier visit left", async () => {
  (await visit.start()).stop();
  await visit.pass(2500);
  const before = visit.batches.length;
  Object.defineProperty(indexedDB, "databases", { value: undefined, configurable: true });
  await visit.start({ consent: "denied" });
  await visit.pass(1000);
  Reflect.deleteProperty(indexedDB, "databases");
  expect(visit.batches.slice(before)).toEqual([expect.objectContaining({ consent: "denied" })]);
  expect(await visit.stored()).toEqual([]);
});

test("denied in one tab is denied in all: the others stop, and store nothing more", async () => {
  const other = openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted" }, everything);
  const cusp = await visit.start();
  await visit.pass(2500);
  visit.batches.length = 0;
  cusp.consent("denied");
  await visit.pass(100);
  document.body.click();
  await visit.pass(120_000);
  other.stop();
  await visit.pass(100);
  expect(visit.batches).toEqual([expect.objectContaining({ consent: "denied", signals: [] })]);
  expect(await visit.stored()).toEqual([]);
});
