import { beforeEach, expect, test, vi } from "vitest";
import { openClient } from "./client.ts";
import type { Cusp } from "./cusp.ts";
import * as late from "./late.ts";
import { startWith } from "./start.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();
const options = { site: "pk_demo", edge: "https://edge.test" };
const complaints = () => vi.mocked(console.error).mock.calls.map(([line]) => String(line));

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

test.each<[string, (cusp: Cusp) => void, RegExp]>([
  ["identify without an id", (cusp) => cusp.identify(undefined as never), /identify: id must be/],
  ["identify with a token that is none", (cusp) => cusp.identify("u-1", { token: 7 as never }), /identify: token must be/],
  ["identify by a number", (cusp) => cusp.identify(42 as never), /identify: id must be/],
  ["consent in other words", (cusp) => cusp.consent("yes" as never), /consent: state must be one of pending, granted, denied/],
  ["an event there is none of", (cusp) => cusp.on("moments" as never, () => {}), /on: event must be one of moment, /],
  ["no listener", (cusp) => cusp.on("moment", undefined as never), /on: listener must be a function/],
  ["track without a name", (cusp) => cusp.track(undefined as never), /track: name must be/],
])("%s is one line on the console, and nothing else", (_, call, line) => {
  const cusp = startWith(everything, options);
  const calls = () => call(cusp);
  expect(calls).not.toThrow();
  expect(complaints()).toEqual([expect.stringMatching(line)]);
  cusp.stop();
});

test("what a wrong `on` gives back can be called like any other", () => {
  const cusp = startWith(everything, options);
  const off = cusp.on("moments" as never, () => {});
  expect(off).not.toThrow();
  cusp.stop();
});

test.each([
  [{ ...options, site: "sk_secret" }, /start: site must be the public key/],
  [{ ...options, site: undefined }, /start: site must be/],
  [{ ...options, edge: "edge.example" }, /start: edge must be an address/],
  [{ ...options, consent: "yes" }, /start: consent must be one of/],
  [undefined, /start: site must be/],
])("a start with %o starts nothing, says why, and gives verbs that do nothing", (wrong, line) => {
  const cusp = startWith(everything, wrong as never);
  cusp.identify("u-1");
  cusp.on("moment", () => {})();
  cusp.flush();
  expect(complaints()).toEqual([expect.stringMatching(line)]);
});

test("A9: with a server's key nothing leaves the page", async () => {
  const fetched = vi.mocked(fetch);
  vi.stubGlobal("fetch", vi.fn(fetched));
  const cusp = startWith(everything, { ...options, site: "sk_pk_demo_0123456789" });
  cusp.identify("u-1", { token: "t" });
  cusp.track("purchase");
  cusp.flush();
  await visit.pass(60_000);
  expect(fetch).not.toHaveBeenCalled();
  expect(complaints().join()).not.toContain("0123456789");
});

test("there is one Cusp per page, until it is stopped", async () => {
  const seen = vi.fn();
  const cusp = startWith(everything, options);
  expect(startWith(everything, { ...options, site: "pk_other" })).toBe(cusp);
  cusp.on("signal", seen);
  cusp.stop();
  seen.mockClear();
  document.body.click();
  expect(seen).not.toHaveBeenCalled();
  startWith(everything, options);
  cusp.on("signal", seen);
  document.body.click();
  expect(seen).toHaveBeenCalledWith(expect.objectContaining({ kind: "click" }));
  cusp.stop();
});

test("after stop() no verb wakes it: not consent, nor what the page tells of", async () => {
  const cusp = startWith(everything, { ...options, consent: "granted" });
  await visit.pass(2500);
  cusp.stop();
  await visit.pass(100);
  const before = visit.batches.length;
  cusp.consent("granted");
  cusp.identify("user:1");
  cusp.track("begin_checkout");
  document.body.click();
  await visit.pass(60_000);
  expect(visit.batches.length).toBe(before);
  expect(JSON.stringify(await visit.stored())).not.toContain("user:1");
});

test("the address of the edge may be a URL object", async () => {
  const cusp = startWith(everything, { ...options, edge: new URL("https://edge.test/") as never, consent: "granted" });
  await visit.pass(2500);
  expect(visit.said("page_view")).toHaveLength(1);
  cusp.stop();
});

test("what is tracked in the task of the start is told after the view of the page, as of this page", async () => {
  const cusp = openClient({ ...options, consent: "granted" }, everything);
  cusp.track("add_to_cart", { items: [{ item_id: "sku-1" }] });
  await visit.pass(2500);
  const [view, added] = visit.signals();
  expect(view?.kind).toBe("page_view");
  expect(added).toMatchObject({ kind: "add_to_cart", page: view?.page });
  cusp.stop();
});

test("flush has no say in the pause that the edge asked for, whatever it is given", async () => {
  const cusp = await visit.start();
  visit.answer(() => ({ status: 429, headers: { "retry-after": "45" } }));
  await visit.pass(2500);
  (cusp.flush as (why: string) => void)("leaving");
  await visit.pass(100);
  expect(visit.batches).toHaveLength(1);
});

test("page() is a view of its own, and what the router does after it is not another", async () => {
  const cusp = await visit.start();
  history.replaceState({}, "", "/p/1");
  cusp.page();
  history.pushState({}, "", "/p/1?color=red");
  await visit.pass(2500);
  expect(visit.said("page_view")).toMatchObject(
    [{ url: /pricing$/ }, { url: /p\/1$/ }].map(({ url }) => ({ url: expect.stringMatching(url) })),
  );
});

test("traits go with the stream of the user they tell of, without what may not leave the page", async () => {
  const cusp = await visit.start();
  cusp.identify("u-1", { traits: { plan: "pro", seats: 4, trial: true, email: "ada@example.com" } });
  cusp.identify("u-1", { traits: { plan: "free" } });
  await visit.pass(2500);
  expect(visit.said("identify")).toEqual([
    { kind: "identify", traits: { plan: "pro", seats: 4, trial: true } },
    { kind: "identify", traits: { plan: "free" } },
  ]);
  const [batch] = visit.batches.filter(({ signals }) => signals.some(({ kind }) => kind === "identify"));
  expect(batch?.user?.id).toBe("u-1");
});

test("what is tracked before the part that understands it has come is told at its own time, on its own page", async () => {
  let come = () => {};
  const loadLate = vi.fn(
    () =>
      new Promise<typeof late>((resolve) => {
        come = () => resolve(late);
      }),
  );
  const cusp = await visit.start({ loadLate });
  const at = Date.now();
  cusp.track("add_to_cart", { items: [{ item_id: "sku-1", price: 9.5, quantity: 2 }], value: 19, currency: "EUR" });
  await visit.pass(1000);
  history.pushState({}, "", "/cart");
  cusp.track("size_chosen", { size: 42 });
  come();
  await visit.pass(2500);
  const [view, next] = visit.signals().filter(({ kind }) => kind === "page_view");
  const signals = visit.signals().filter(({ kind }) => kind === "add_to_cart" || kind === "custom");
  expect(signals).toMatchObject([
    { kind: "add_to_cart", at, page: view?.page, value: 19, items: [{ id: "sku-1" }] },
    { kind: "custom", name: "size_chosen", page: next?.page },
  ]);
  expect(loadLate).toHaveBeenCalledTimes(1);
});

test("what is tracked before consent waits for it, and is forgotten when it is refused", async () => {
  const cusp = await visit.start({ consent: "pending" });
  cusp.track("size_chosen", { size: 42 });
  await visit.pass(5000);
  cusp.consent("granted");
  await visit.pass(2500);
  expect(visit.said("custom")).toHaveLength(1);
  cusp.stop();
  const other = await visit.start({ consent: "pending" });
  other.track("size_chosen", { size: 43 });
  other.consent("denied");
  other.track("size_chosen", { size: 44 });
  await visit.pass(100);
  other.consent("granted");
  await visit.pass(5000);
  expect(visit.said("custom")).toHaveLength(1);
});

test("a wrong call of track says what is wrong, and blocks nothing", async () => {
  const cusp = await visit.start();
  cusp.track("purchase", { items: "shoes" });
  cusp.track("size_chosen", { size: 42 });
  await visit.pass(2500);
  expect(complaints()).toEqual([expect.stringContaining("items must be an array")]);
  expect(visit.said("custom")).toHaveLength(1);
});

test("traits of somebody who has gone before they could be told are not told of the next", async () => {
  let come = () => {};
  const loadLate = () =>
    new Promise<typeof late>((resolve) => {
      come = () => resolve(late);
    });
  const cusp = await visit.start({ loadLate });
  cusp.identify("u-1", { traits: { plan: "pro" } });
  cusp.identify("u-2");
  come();
  await visit.pass(2500);
  expect(visit.said("identify")).toEqual([]);
});
