import { expect, test, vi } from "vitest";
import type { Head } from "../contract/wire.ts";
import { openVisit, withScoring } from "./test-visit.ts";

type Rejections = (event: "unhandledRejection", listener: () => void) => void;
/** jsdom's window has no event for a promise that nobody caught. */
const node = globalThis as unknown as { process: Record<"on" | "off", Rejections> };

const visit = openVisit();
const views = () => visit.signals().flatMap((signal) => (signal.kind === "page_view" ? [signal] : []));

test("a document's visitor and session go on in the next one, in another stream", async () => {
  (await visit.start()).stop();
  await visit.pass(60_000);
  await visit.start({ path: "/pricing?gclid=abc" });
  await visit.pass(2500);
  const [first, second] = visit.batches;
  expect(second).toMatchObject({ visitor: first?.visitor, session: first?.session });
  expect(second?.stream).not.toBe(first?.stream);
  expect(views()[1]).toMatchObject({ again: true, landing: "paid", url: "http://localhost:3000/pricing" });
});

test("after half an hour without activity the next session begins, with a view of its page", async () => {
  await visit.start();
  await visit.pass(2500);
  visit.hide();
  await visit.pass(31 * 60_000);
  visit.show();
  await visit.pass(3000);
  const last = visit.batches.at(-1);
  expect(last?.session.number).toBe(2);
  expect(last?.signals[0]?.kind).toBe("page_view");
  expect(last?.visitor).toBe(visit.batches[0]?.visitor);
});

test("two tabs that start at once are one visitor", async () => {
  const { openClient } = await import("./client.ts");
  const other = openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted" }, withScoring);
  await visit.start();
  await visit.pass(3000);
  other.stop();
  expect(visit.batches.length).toBeGreaterThanOrEqual(2);
  expect(new Set(visit.batches.map(({ visitor }) => visitor)).size).toBe(1);
  expect(new Set(visit.batches.map(({ session }) => session.id)).size).toBe(1);
});

test("identify begins a stream that says who it is; the signals before it keep their head", async () => {
  const cusp = await visit.start();
  cusp.identify("u-1", { token: "t" });
  cusp.identify("u-1", { token: "t" });
  document.body.click();
  await visit.pass(2500);
  const [after, before] = visit.batches;
  expect(visit.batches).toHaveLength(2);
  expect(before?.user).toBeUndefined();
  expect(after).toMatchObject({ user: { id: "u-1", token: "t" }, visitor: before?.visitor });
});

test("another user at the same browser, and nobody after signing out, are other visitors", async () => {
  const cusp = await visit.start();
  cusp.identify("u-1");
  document.body.click();
  cusp.identify("u-2");
  await visit.pass(2500);
  cusp.reset();
  await visit.pass(12_000);
  const visitors = new Map(visit.batches.map(({ user, visitor }) => [visitor, user?.id]));
  expect(visitors.size).toBe(3);
  expect(visit.batches.at(-1)?.user).toBeUndefined();
});

test("a router's page is a view, the same path, a fragment and replaceState are none", async () => {
  await visit.start();
  history.pushState({}, "", "/p/1");
  history.pushState({}, "", "/p/1?color=red#top");
  history.replaceState({}, "", "/p/2");
  await visit.pass(2500);
  expect(views().map(({ url }) => new URL(url).pathname)).toEqual(["/pricing", "/p/1"]);
  const pages = views().map(({ page }) => page);
  expect([...pages].sort()).toEqual(pages);
});

test("a page restored from the back/forward cache is a new view in the same stream", async () => {
  await visit.start();
  visit.leave();
  await visit.pass(1000);
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  await visit.pass(3000);
  expect(views()).toHaveLength(2);
  expect(new Set(visit.batches.map(({ stream }) => stream)).size).toBe(1);
});

test("what a crashed tab left is sent by the next document under its own stream", async () => {
  const crashed = await visit.start();
  visit.answer(() => "down");
  document.body.click();
  await visit.pass(1500);
  const [left] = (await visit.stored()).filter((record) => record.signals);
  crashed.stop();
  visit.answer(() => undefined);
  const before = visit.batches.length;
  await visit.pass(40_000);
  await visit.start();
  await visit.pass(10_000);
  const adopted = visit.batches.slice(before).find(({ stream }) => (left?.head as Partial<Head>)?.stream === stream);
  expect(adopted?.signals.map(({ n }) => n).slice(0, 2)).toEqual([1, 2]);
  expect((await visit.stored()).filter((record) => record.signals)).toEqual([]);
});

test("who the visitor was in a record of another shape is nobody, and the page counts anew", async () => {
  (await visit.start()).stop();
  await visit.pass(1500);
  const old = { visitor: "old", session: { id: "s", started_at: Date.now() }, active_at: Date.now(), seen: { p1: 20_000 } };
  await visit.store("me", old);
  const before = visit.batches.length;
  await visit.start();
  await visit.pass(2500);
  expect(visit.batches.length).toBe(before + 1);
  expect(visit.batches.at(-1)).toMatchObject({ session: { number: 1 }, visitor: expect.not.stringMatching(/^old$/) });
});

test("of the pages seen only hashes are kept", async () => {
  await visit.start({ path: "/somewhere-private" });
  await visit.pass(2500);
  const [me] = (await visit.stored()).filter((record) => record.seen);
  expect(me?.seen).toEqual([{ page: expect.any(Number), at: expect.any(Number) }]);
  expect(JSON.stringify(me)).not.toContain("private");
});

test.each([
  [
    "throws",
    () =>
      vi.stubGlobal(
        "indexedDB",
        new Proxy(
          {},
          {
            get: () => {
              throw new Error("denied");
            },
          },
        ),
      ),
  ],
  ["is missing", () => vi.stubGlobal("indexedDB", undefined)],
  ["never answers", () => vi.spyOn(indexedDB, "open").mockReturnValue({} as IDBOpenDBRequest)],
])("storage that %s costs memory only", async (_, breakStorage) => {
  breakStorage();
  await visit.start();
  await visit.pass(4000);
  expect(visit.signals().map(({ kind }) => kind)).toContain("page_view");
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a callback that throws, and an edge that answers nonsense, never reach the page", async () => {
  const seen = vi.fn();
  window.addEventListener("error", seen);
  node.process.on("unhandledRejection", seen);
  const cusp = await visit.start();
  cusp.on("signal", () => {
    throw new Error("the page's own");
  });
  visit.answer(() => ({ status: 202, body: "nonsense" }));
  document.body.click();
  await visit.pass(20_000);
  node.process.off("unhandledRejection", seen);
  expect(seen).not.toHaveBeenCalled();
});
