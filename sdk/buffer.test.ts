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

test("leftovers of more tabs than can be taken over are removed, the oldest of them", async () => {
  visit.answer(() => "down");
  for (let tab = 0; tab < 40; tab++) {
    const closed = await visit.start({ path: `/p/${tab}` });
    await visit.pass(1100);
    closed.stop();
    await visit.pass(10);
  }
  await visit.pass(60_000);
  await visit.start();
  await visit.pass(5000);
  const kept = await streams();
  expect(kept.length).toBeLessThanOrEqual(33);
  const urls = JSON.stringify(kept);
  expect(urls).toContain("/p/39");
  expect(urls).not.toContain('/p/0"');
});
