import { expect, test, vi } from "vitest";
import type { Signal } from "../contract/signals.ts";
import { openClient } from "./client.ts";
import type { Cusp } from "./cusp.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();
const dayMs = 86_400_000;
const click = () => document.body.click();
const streams = async () => (await visit.stored()).filter((record) => record.signals) as { signals: Signal[] }[];
/** Every place in a stream that arrived, as often as it did. */
const places = () => visit.batches.flatMap(({ stream, signals }) => signals.map(({ n }) => `${stream} ${n}`));
const otherTab = (): Cusp =>
  openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted" }, { ...everything, signals: [] });

test("offline for a day, then everything arrives, each once", async () => {
  visit.answer(() => "down");
  await visit.start();
  for (let i = 0; i < 50; i++) {
    click();
    await visit.pass(1000);
  }
  visit.hide();
  await visit.pass(dayMs);
  visit.batches.length = 0;
  visit.answer(() => undefined);
  window.dispatchEvent(new Event("online"));
  await visit.pass(70_000);
  expect(visit.said("click")).toHaveLength(50);
  expect(new Set(places()).size).toBe(places().length);
  expect(await streams()).toEqual([]);
});

test("what a tab could not send before it closed, a later one sends, also when two find it at once", async () => {
  visit.answer(() => "down");
  const closed = await visit.start();
  click();
  await visit.pass(1500);
  visit.leave();
  closed.stop();
  await visit.pass(dayMs);
  visit.batches.length = 0;
  visit.answer(() => undefined);
  await visit.start();
  const second = otherTab();
  await visit.pass(20_000);
  second.stop();
  // Sent twice at most, under one place: the edge counts it once.
  const clicks = visit.batches.flatMap(({ stream, signals }) =>
    signals.filter(({ kind }) => kind === "click").map(({ n }) => `${stream} ${n}`),
  );
  expect(new Set(clicks).size).toBe(1);
  expect(JSON.stringify(await streams())).not.toContain("click");
});

test("a page left before storage has said whose it is is delivered by a later one, once", async () => {
  const left = otherTab();
  visit.leave();
  left.stop();
  await visit.pass(60_000);
  expect(visit.batches).toEqual([]);
  const [stored] = (await streams()) as { id: string; signals: Signal[] }[];
  expect(stored?.signals.map(({ kind }) => kind)).toEqual(["page_view", "dwell"]);
  await visit.start();
  await visit.pass(20_000);
  expect(new Set(places().filter((place) => place.startsWith(`${stored?.id} `))).size).toBe(2);
  expect(new Set(visit.batches.map(({ visitor }) => visitor)).size).toBe(1);
  expect(JSON.stringify(await streams())).not.toContain(stored?.id);
});

test("a signal after a second of rest is in storage at once, those that follow it once a second", async () => {
  visit.answer(() => "down");
  await visit.start();
  await visit.pass(1500);
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  click();
  await visit.pass(0);
  expect(JSON.stringify(await streams())).toContain("click");
  for (let i = 0; i < 19; i++) {
    click();
    await visit.pass(100);
  }
  expect(put.mock.calls.filter(([record]) => record.signals).length).toBeLessThanOrEqual(3);
});

test("what is older than 7 days is given up, and not left in the browser", async () => {
  visit.answer(() => "down");
  const closed = await visit.start();
  click();
  await visit.pass(1500);
  closed.stop();
  await visit.pass(8 * dayMs);
  visit.batches.length = 0;
  visit.answer(() => undefined);
  await visit.start();
  await visit.pass(20_000);
  expect(visit.said("click")).toEqual([]);
  expect(JSON.stringify(await streams())).not.toContain("click");
});

test("a connection to the database that was lost is opened again", async () => {
  visit.answer(() => "down");
  await visit.start();
  const transact = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
    throw new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
  });
  const open = vi.spyOn(indexedDB, "open");
  click();
  await visit.pass(1500);
  expect(transact).toHaveBeenCalled();
  expect(open).toHaveBeenCalledTimes(1);
  expect((await streams())[0]?.signals.map(({ kind }) => kind)).toContain("click");
});

test("a full disk costs the copy on it only", async () => {
  await visit.start();
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("", "QuotaExceededError");
  });
  for (let i = 0; i < 5; i++) click();
  await visit.pass(3000);
  expect(visit.said("click")).toHaveLength(5);
});

test("of a stream that nobody takes the newest 1000 signals are kept", async () => {
  visit.answer(() => "down");
  await visit.start();
  for (let i = 0; i < 1500; i++) click();
  await visit.pass(1500);
  const [stream] = await streams();
  expect(stream?.signals).toHaveLength(1000);
  expect(stream?.signals.at(-1)?.n).toBeGreaterThanOrEqual(1500);
});

test("of many streams that nobody takes the oldest go first, as a whole", async () => {
  visit.answer(() => "down");
  const cusp = await visit.start();
  for (let user = 0; user < 7; user++) {
    cusp.identify(`u-${user}`);
    await visit.pass(10);
    for (let i = 0; i < 800; i++) click();
    await visit.pass(1500);
  }
  const kept = (await streams()) as { head: { user?: { id: string } }; signals: Signal[] }[] & object[];
  expect(kept.reduce((sum, { signals }) => sum + signals.length, 0)).toBeLessThanOrEqual(4000);
  const users = kept.map(({ head }) => head.user?.id);
  expect(new Set(users)).toEqual(new Set(["u-3", "u-4", "u-5", "u-6"]));
  for (const { signals } of kept) expect(signals.length).toBeGreaterThanOrEqual(800);
});

const headOf = (site: string) => ({ site, visitor: "v-0123456789-0123456789", session: { id: "s", started_at: 0, number: 1 } });
/** What closed documents left behind, one click each. */
async function leave(documents: number, site = "pk_demo") {
  for (let i = 0; i < documents; i++) {
    const signals = [{ n: 1, at: Date.now(), page: "p1", kind: "click", target: `b-${i}` }];
    const id = `${site}-${i}`;
    await visit.store(id, { id, head: { ...headOf(site), stream: id }, n: 1, signals, touched_at: Date.now() - 60_000 - i });
  }
}

test("a hundred pages left while offline are all delivered, each once", async () => {
  await visit.start();
  await leave(100);
  for (let i = 0; i < 60; i++) await visit.pass(10_000);
  const left = places().filter((place) => place.startsWith("pk_demo-"));
  expect(new Set(left).size).toBe(100);
  expect(JSON.stringify(await streams())).not.toContain("pk_demo-");
});

test("streams of one document that were delivered leave room for those of others", async () => {
  const cusp = await visit.start();
  for (let i = 0; i < 40; i++) {
    cusp.identify("u-1", { token: `token-${i}` });
    click();
    await visit.pass(2500);
  }
  await leave(1);
  await visit.pass(240_000); // it is found
  await visit.pass(60_000);
  expect(visit.said("click")).toContainEqual({ kind: "click", target: "b-0" });
});

test("of more leftovers than can be kept the oldest are removed", async () => {
  visit.answer(() => "down");
  await visit.start();
  const signals = Array.from({ length: 1000 }, (_, i) => ({ n: i + 1, at: Date.now(), page: "p1", kind: "click", target: "b" }));
  for (let i = 0; i < 6; i++) {
    const stream = {
      id: `${i}`,
      head: { ...headOf("pk_demo"), stream: `${i}` },
      n: 1000,
      signals,
      touched_at: Date.now() - 60_000 - i,
    };
    await visit.store(`${i}`, stream);
  }
  await visit.pass(10_000);
  await visit.pass(10_000);
  const ids = (await visit.stored()).flatMap(({ id }) => (typeof id === "string" && id.length === 1 ? [id] : []));
  expect(ids.sort()).toEqual(["0", "1", "2", "3"]);
});

test("leftovers of another key of this origin are left to those who know it", async () => {
  await visit.start();
  await leave(1, "pk_other");
  visit.answer(({ site }) => (site === "pk_demo" ? undefined : { status: 401, body: {} }));
  await visit.pass(60_000);
  click();
  await visit.pass(60_000);
  expect(visit.batches.map(({ site }) => site)).not.toContain("pk_other");
  expect(visit.said("click")).toHaveLength(1);
  expect(JSON.stringify(await streams())).toContain("pk_other");
});

test("one odd record stands in nobody's way", async () => {
  await visit.start();
  await visit.store("odd", { id: "odd", signals: "none" });
  await leave(1);
  await visit.pass(60_000); // it is found
  await visit.pass(60_000);
  expect(visit.said("click")).toContainEqual({ kind: "click", target: "b-0" });
});

test("a page that deletes all databases need not wait for us", async () => {
  await visit.start();
  const deleted = vi.fn();
  const request = indexedDB.deleteDatabase("cusp");
  request.onsuccess = deleted;
  await visit.pass(100);
  expect(deleted).toHaveBeenCalled();
  click();
  await visit.pass(5000);
  expect(visit.said("click")).toHaveLength(1);
});
