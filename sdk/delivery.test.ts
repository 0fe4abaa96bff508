import { expect, test, vi } from "vitest";
import { openVisit } from "./test-visit.ts";

const visit = openVisit();
const click = () => document.body.click();
const problem = (status: number, pointer?: string) => ({ status, body: { type: "", title: "", status, detail: "", pointer } });
const places = () => visit.batches.map(({ stream, signals }) => [stream, signals.map(({ n }) => n)] as const);

test("the first flush comes after 2 s, later ones more and more slowly", async () => {
  await visit.start();
  const sentAt: number[] = [];
  const startedAt = Date.now();
  visit.answer(() => void sentAt.push(Math.round((Date.now() - startedAt) / 500) / 2));
  for (let s = 0; s < 40; s++) {
    click();
    await visit.pass(1000);
  }
  expect(sentAt.slice(0, 4)).toEqual([2, 7, 14.5, 26]);
});

test("twenty waiting signals go at once", async () => {
  await visit.start();
  for (let i = 0; i < 18; i++) click();
  await visit.pass(0);
  expect(visit.signals()).toHaveLength(0);
  click();
  await visit.pass(0);
  expect(visit.signals()).toHaveLength(20);
});

test("what is acknowledged is never sent again, what failed is, under its own place", async () => {
  await visit.start();
  let fails = 2;
  visit.answer(() => (fails-- > 0 ? "down" : undefined));
  await visit.pass(2100);
  await visit.pass(20_000);
  const [first, second, third] = places();
  expect(first?.[1]).toEqual([1]);
  expect([second?.[0], third?.[0]]).toEqual([first?.[0], first?.[0]]);
  expect([second?.[1][0], third?.[1][0]]).toEqual([1, 1]);
  const delivered = places()
    .slice(2)
    .flatMap(([, ns]) => ns);
  expect(new Set(delivered).size).toBe(delivered.length);
  await visit.pass(5000);
  expect(await visit.stored()).toHaveLength(1); // who the visitor is
});

test("a request without an answer is not doubled by the next flush", async () => {
  await visit.start();
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    visit.batches.push(JSON.parse(init.body as string));
    return new Promise(() => {});
  });
  await visit.pass(2500);
  click();
  await visit.pass(8000);
  const sent = visit.signals().map(({ n }) => n);
  expect(new Set(sent).size).toBe(sent.length);
});

test("a request in no hurry may end with its page: what it carries is sent again on leaving, in one that may not", async () => {
  await visit.start();
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    visit.batches.push({ ...JSON.parse(init.body as string), keepalive: init.keepalive });
    return new Promise(() => {});
  });
  await visit.pass(2500);
  visit.leave();
  await visit.pass(0);
  expect(visit.batches.map(({ keepalive, signals }) => [keepalive, signals[0]?.n])).toEqual([
    [false, 1],
    [true, 1],
  ]);
});

test("context goes with a stream until it is acknowledged, then changes only", async () => {
  await visit.start();
  let isDown = true;
  visit.answer(() => (isDown ? "down" : undefined));
  await visit.pass(2100);
  isDown = false;
  await visit.pass(3000);
  click();
  await visit.pass(10_000);
  expect(visit.batches.map(({ context }) => context?.url)).toEqual([
    "http://localhost:3000/pricing",
    expect.any(String),
    undefined,
  ]);
  expect(visit.batches[1]?.pass).toBeUndefined();
  expect(visit.batches[2]?.pass).toBe(`pass-${visit.batches[0]?.visitor}`);
});

test("a refused signal is dropped, the others arrive, and later ones begin a new stream", async () => {
  await visit.start();
  click();
  visit.answer((batch) => {
    const index = batch.signals.findIndex(({ kind }) => kind === "click");
    return index >= 0 && visit.batches.length < 2 ? problem(422, `/signals/${index}/target`) : undefined;
  });
  await visit.pass(2500);
  expect(places().map(([, ns]) => ns)).toEqual([[1, 2], [1]]);
  click();
  await visit.pass(12_000);
  const [refused, , later] = places();
  expect(later?.[0]).not.toBe(refused?.[0]);
  expect(later?.[1][0]).toBe(1);
  expect(visit.batches[2]?.visitor).toBe(visit.batches[0]?.visitor);
});

test("a batch refused for something else is given up, so that it blocks nothing", async () => {
  await visit.start();
  visit.answer(() => (visit.batches.length < 2 ? problem(422, "/session/number") : undefined));
  await visit.pass(2500);
  click();
  await visit.pass(12_000);
  expect(places().map(([, ns]) => ns[0])).toEqual([1, 1]);
  expect(new Set(places().map(([stream]) => stream)).size).toBe(2);
});

test("a batch that is too large is halved", async () => {
  await visit.start();
  click();
  click();
  click();
  visit.answer((batch) => (batch.signals.length > 1 ? problem(413) : undefined));
  await visit.pass(2500);
  expect(visit.batches.filter(({ signals }) => signals.length === 1)).toHaveLength(4);
});

test("a stream too full of holes goes on as a new one", async () => {
  await visit.start();
  click();
  visit.answer(() => (visit.batches.length < 2 ? problem(409) : undefined));
  await visit.pass(12_000);
  const [full, fresh] = places();
  expect(fresh?.[0]).not.toBe(full?.[0]);
  expect(visit.batches[1]?.signals.map(({ kind }) => kind).slice(0, 2)).toEqual(["page_view", "click"]);
  expect(fresh?.[1].slice(0, 2)).toEqual([1, 2]);
});

test("when the edge asks to wait, everything waits, also what is urgent", async () => {
  await visit.start();
  visit.answer(() => (visit.batches.length < 2 ? { status: 429, headers: { "retry-after": "45" } } : undefined));
  await visit.pass(40_000);
  expect(visit.batches).toHaveLength(1);
  await visit.pass(8000);
  expect(visit.batches).toHaveLength(2);
});

test("back online is reason to try at once", async () => {
  await visit.start();
  visit.answer(() => "down");
  await visit.pass(30_000);
  const before = visit.batches.length;
  visit.answer(() => undefined);
  window.dispatchEvent(new Event("online"));
  await visit.pass(0);
  expect(visit.batches.length).toBe(before + 1);
});

test("an edge that does not know us is not asked again by this document, and nothing is thrown away", async () => {
  await visit.start();
  visit.answer(() => problem(403));
  await visit.pass(2500);
  for (let i = 0; i < 30; i++) click();
  await visit.pass(120_000);
  expect(visit.batches).toHaveLength(1);
  expect(await visit.stored()).toContainEqual(
    expect.objectContaining({ signals: expect.arrayContaining([expect.objectContaining({ n: 1 })]) }),
  );
});

test("a moment the site acts on is sent in the same task, another is not", async () => {
  visit.serve({
    v: 1,
    site: "pk_demo",
    pages: [{ type: "pricing", match: ["/pricing*"], key: true }],
    bands: { later: 4, now: 7 },
    urgent: { kinds: ["exit"], signals: [], lowest: { exit: 6 } },
  });
  const cusp = await visit.start();
  await visit.pass(16_500);
  const moments: string[] = [];
  const flushes: boolean[] = [];
  cusp.on("moment", ({ kind, band }) => moments.push(`${kind} ${band}`));
  cusp.on("flush", ({ urgent, phase }) => phase === "sent" && flushes.push(urgent));
  const before = visit.batches.length;
  visit.turnAway();
  vi.advanceTimersByTime(200);
  expect(visit.batches.length).toBe(before + 1);
  expect(visit.batches.at(-1)?.signals.at(-1)?.kind).toBe("exit_intent");
  expect(moments).toEqual(["exit now"]);
  expect(flushes).toEqual([true]);
});

test("leaving sends one request that outlives the page, and at most 60 KiB of the newest", async () => {
  await visit.start();
  visit.answer(() => "down");
  for (let i = 0; i < 900; i++) click();
  await visit.pass(100_000);
  const before = visit.batches.length;
  visit.leave();
  await visit.pass(0);
  const last = visit.batches.slice(before);
  const newest = last[0]?.signals.at(-1);
  expect(newest).toMatchObject({ kind: "dwell", left: true });
  expect(last.every(({ keepalive }) => keepalive)).toBe(true);
  expect(last.reduce((sum, batch) => sum + JSON.stringify(batch).length, 0)).toBeLessThanOrEqual(62_000);
});

test("an answer that the browser may not read counts as none: everything is kept, and the wait grows", async () => {
  await visit.start();
  const sentAt: number[] = [];
  vi.spyOn(Math, "random").mockReturnValue(1);
  visit.answer(() => {
    sentAt.push(Math.round(performance.now() / 1000));
    return "down"; // as a problem without `access-control-allow-origin` looks from a page
  });
  await visit.pass(40_000);
  const waits = sentAt.slice(1).map((at, i) => at - (sentAt[i] as number));
  expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8]);
  visit.answer(() => undefined);
  await visit.pass(60_000);
  expect(visit.said("page_view").length).toBeGreaterThan(1);
});

test("an edge that finds every stream too full of holes is asked more and more slowly", async () => {
  await visit.start();
  for (let i = 0; i < 30; i++) click();
  visit.answer(() => problem(409));
  await visit.pass(60_000);
  expect(visit.batches.length).toBeLessThan(20);
  visit.answer(() => undefined);
  await visit.pass(120_000);
  expect(visit.said("click").length).toBeGreaterThanOrEqual(30);
});

test("signals whose user is refused arrive as nobody's in particular", async () => {
  const cusp = await visit.start();
  cusp.identify("u-1", { token: "refused" });
  click();
  visit.answer(({ user }) => (user ? problem(422, "/user/token") : undefined));
  await visit.pass(12_000);
  const arrived = visit.batches.filter(({ user, signals }) => !user && signals.some(({ kind }) => kind === "click"));
  expect(arrived).toHaveLength(1);
});

test("a pause of a month is no pause of none", async () => {
  await visit.start();
  visit.answer(() => ({ status: 429, headers: { "retry-after": `${30 * 86_400}` } }));
  await visit.pass(2500);
  const all = vi.spyOn(IDBObjectStore.prototype, "getAll");
  await visit.pass(60_000);
  expect(visit.batches).toHaveLength(1);
  expect(all).not.toHaveBeenCalled();
});
