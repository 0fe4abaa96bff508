import { expect, test, vi } from "vitest";
import type { Head } from "../contract/wire.ts";
import { everything, openVisit } from "./test-visit.ts";

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

test("what comes of itself prolongs no session: a click on a page left open for 51 min begins the next", async () => {
  await visit.start();
  await visit.pass(51 * 60_000);
  document.body.click();
  await visit.pass(3000);
  const [view, click] = visit.batches.find(({ session }) => session.number === 2)?.signals ?? [];
  expect([view?.kind, click?.kind]).toEqual(["page_view", "click"]);
  expect(click?.page).toBe(view?.page);
});

test("what settling says of a page left for long belongs to the session it ends, and begins none", async () => {
  document.body.innerHTML = "<form name=order><input name=size value=M></form>";
  await visit.start();
  document.querySelector("input")?.focus();
  await visit.pass(2500);
  visit.hide();
  await visit.pass(40 * 60_000);
  visit.show();
  await visit.pass(3000);
  const sessionOf = (kind: string) =>
    visit.batches.findLast(({ signals }) => signals.some((signal) => signal.kind === kind))?.session.number;
  expect(sessionOf("form_abandon")).toBe(1);
  expect(sessionOf("page_view")).toBe(2);
});

test("two tabs that start at once are one visitor", async () => {
  const { openClient } = await import("./client.ts");
  const other = openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted" }, everything);
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

test("a page of a router that uses the Navigation API alone is a view", async () => {
  const navigation = new EventTarget();
  vi.stubGlobal("navigation", navigation);
  const go = (path: string, navigationType: string) => {
    history.replaceState({}, "", path);
    navigation.dispatchEvent(Object.assign(new Event("currententrychange"), { navigationType }));
  };
  await visit.start();
  go("/p/1", "push");
  go("/p/2", "replace");
  await visit.pass(2500);
  expect(views().map(({ url }) => new URL(url).pathname)).toEqual(["/pricing", "/p/1"]);
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

test("a page restored from the back/forward cache knows the pages seen since", async () => {
  await visit.start();
  visit.leave();
  await visit.pass(1000);
  const [me] = (await visit.stored()).filter((record) => record.seen) as { trail: object[] }[];
  const since = { url: `${location.origin}/returns`, at: Date.now() };
  await visit.store("me", { ...me, trail: [...(me?.trail ?? []), since], pass: "later" });
  await visit.pass(3000);
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  visit.answer(() => "down");
  await visit.pass(2100);
  expect(visit.said("quick_back")).toEqual([{ kind: "quick_back", away_ms: expect.closeTo(3000, -2) }]);
  expect(visit.batches.at(-1)?.pass).toBe("later");
});

test.each([
  ["first shown", ["visibilitychange", "pageshow"]],
  ["shown last", ["pageshow", "visibilitychange"]],
])("a page restored after half an hour, %s, is one view of the next session", async (_, events) => {
  await visit.start();
  visit.leave();
  visit.hide();
  await visit.pass(31 * 60_000);
  vi.spyOn(document, "hidden", "get").mockReturnValue(false);
  for (const type of events) {
    const target = type === "pageshow" ? window : document;
    target.dispatchEvent(Object.assign(new Event(type), { persisted: true }));
  }
  await visit.pass(3000);
  expect(views()).toHaveLength(2);
  expect(visit.batches.at(-1)?.session.number).toBe(2);
});

/** The database opens only after so long. */
const slowStorage = (waitMs: number) => {
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementationOnce((name) => {
    const late = {} as { result: IDBDatabase; onsuccess?: () => void };
    setTimeout(() => {
      const request = open(name);
      request.onsuccess = () => {
        late.result = request.result;
        late.onsuccess?.();
      };
    }, waitMs);
    return late as unknown as IDBOpenDBRequest;
  });
};

test("a visitor whom storage names late is who they were, as long as the edge was told of nobody else", async () => {
  (await visit.start()).stop();
  await visit.pass(1000);
  slowStorage(1500);
  await visit.start();
  await visit.pass(5000);
  const [first, second] = visit.batches;
  expect(second).toMatchObject({ visitor: first?.visitor, session: first?.session });
  expect(new Set(visit.batches.map(({ visitor }) => visitor)).size).toBe(1);
});

test("a visitor whom storage names too late is another for that page only", async () => {
  const starts = [0, 4000, 0];
  const visitors: (string | undefined)[] = [];
  for (const waitMs of starts) {
    if (waitMs) slowStorage(waitMs);
    const cusp = await visit.start();
    await visit.pass(10_000);
    document.body.click();
    await visit.pass(10_000);
    cusp.stop();
    await visit.pass(100);
    visitors.push(...new Set(visit.batches.splice(0).map(({ visitor }) => visitor)));
  }
  expect(visitors).toEqual([visitors[0], expect.any(String), visitors[0]]);
  expect(visitors[1]).not.toBe(visitors[0]);
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
  expect((await visit.stored()).filter(({ id }) => id && id === left?.id)).toEqual([]);
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

test("of the pages seen only hashes outlive the session, and of its own pages only the latest 16 addresses, without query", async () => {
  const cusp = await visit.start({ path: "/somewhere-private?name=ada-lovelace" });
  for (let i = 0; i < 20; i++) history.pushState({}, "", `/p/${i}?name=ada-lovelace`);
  await visit.pass(2500);
  const [me] = (await visit.stored()).filter((record) => record.seen);
  expect(me?.seen).toHaveLength(21);
  expect(me?.seen).toContainEqual({ page: expect.any(Number), at: expect.any(Number) });
  expect(me?.trail).toHaveLength(16);
  expect(JSON.stringify(me)).not.toContain("lovelace");
  cusp.stop();
  await visit.pass(31 * 60_000);
  await visit.start();
  const [later] = (await visit.stored()).filter((record) => record.seen);
  expect(later?.seen).toHaveLength(22);
  expect(later?.trail).toHaveLength(1);
});

test("a look at another page and back is known for what it is, in documents of their own too", async () => {
  for (const path of ["/pricing", "/returns", "/pricing"]) {
    (await visit.start({ path })).stop();
    await visit.pass(3000);
  }
  await visit.pass(40_000);
  await visit.start();
  await visit.pass(10_000);
  const places = visit.batches.flatMap(({ stream, signals }) =>
    signals.filter(({ kind }) => kind === "quick_back").map(({ n }) => `${stream} ${n}`),
  );
  expect(new Set(places).size).toBe(1);
  expect(visit.said("quick_back")[0]).toEqual({ kind: "quick_back", away_ms: expect.closeTo(3000, -2) });
});

test("products are compared across documents, by what a page says it shows where its address does not", async () => {
  const layer = window as { dataLayer?: object[] };
  for (const [path, id] of [
    ["/p/1", undefined],
    ["/blue-shoes.html", "sku-2"],
  ] as const) {
    layer.dataLayer = id ? [{ event: "view_item", ecommerce: { items: [{ item_id: id }] } }] : [];
    const cusp = await visit.start({ path });
    await visit.pass(4000);
    cusp.stop();
    await visit.pass(100);
  }
  delete layer.dataLayer;
  expect(visit.said("comparison")).toEqual([{ kind: "comparison", products: 2 }]);
});

test("products are known by the site's own rules of its pages too", async () => {
  const pages = [{ type: "product", match: ["/shoes/*"] }];
  visit.serve({ v: 1, site: "pk_demo", pages, bands: { later: 4, now: 7 }, urgent: { kinds: [], signals: [], lowest: {} } });
  await visit.start({ path: "/" });
  await visit.pass(100);
  for (const path of ["/shoes/red", "/about", "/shoes/blue"]) {
    history.pushState({}, "", path);
    await visit.pass(4000);
  }
  await visit.pass(10_000);
  expect(visit.said("comparison")).toEqual([{ kind: "comparison", products: 2 }]);
});

test("what was seen before consent is part of the trail after it", async () => {
  const cusp = await visit.start({ consent: "pending", path: "/p/1" });
  await visit.pass(4000);
  history.pushState({}, "", "/p/2");
  await visit.pass(100);
  cusp.consent("granted");
  await visit.pass(15_000);
  expect(visit.said("comparison")).toEqual([{ kind: "comparison", products: 2 }]);
});

test("detectors that come late speak before the page's last word, on the page that was there and on those after it", async () => {
  document.body.innerHTML = "<p data-cusp-decline>No, thanks</p>";
  await visit.start();
  document.querySelector("p")?.click();
  history.pushState({}, "", "/p/1");
  document.querySelector("p")?.click();
  visit.turnAway();
  const signals = await visit.leaving();
  expect(visit.said("offer_declined")).toHaveLength(2);
  expect(signals.at(-1)).toMatchObject({ kind: "dwell", left: true });
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

test("a page fetched ahead of its visitor begins when it is shown", async () => {
  Object.defineProperty(document, "prerendering", { value: true, configurable: true });
  const cusp = await visit.start();
  cusp.page();
  cusp.reset();
  await visit.pass(10_000);
  expect(visit.batches).toEqual([]);
  Reflect.deleteProperty(document, "prerendering");
  document.dispatchEvent(new Event("prerenderingchange"));
  const shownAt = Date.now();
  await visit.pass(3000);
  expect(views()).toHaveLength(1);
  expect(visit.signals()[0]?.at).toBeGreaterThanOrEqual(shownAt);
});

test("sent and acknowledged, a visit leaves nothing behind but who the visitor is", async () => {
  const cusp = await visit.start();
  document.body.click();
  visit.leave();
  await visit.pass(1500);
  cusp.stop();
  await visit.pass(1500);
  expect((await visit.stored()).filter((record) => !record.seen)).toEqual([]);
});
