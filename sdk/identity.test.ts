import { expect, test, vi } from "vitest";
import { openClient } from "./client.ts";
import type { Cusp } from "./cusp.ts";
import * as late from "./late.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();
const options = { site: "pk_demo", edge: "https://edge.test", consent: "granted" } as const;
const buy = (cusp: Cusp, id: string) => cusp.track("add_to_cart", { items: [{ item_id: id }] });

/** An earlier document, in which somebody was signed in. */
async function signedIn(user: string) {
  const cusp = await visit.start();
  cusp.identify(user);
  await visit.pass(2500);
  cusp.stop();
  await visit.pass(60_000);
  const [batch] = visit.batches.splice(0);
  return batch?.visitor;
}
/** Whose the views of the present document are; the one before may have left something too. */
const seers = () =>
  visit.batches.flatMap(({ signals, visitor }) =>
    signals.some(({ kind, n }) => kind === "page_view" && n === 1) ? visitor : [],
  );

test.each<[string, (cusp: Cusp) => void]>([
  ["another user", (cusp) => cusp.identify("u-2")],
  ["nobody any more", (cusp) => cusp.reset()],
])("%s, said in the task of the start, is another visitor", async (_, say) => {
  const visitor = await signedIn("user:1");
  const cusp = openClient(options, everything);
  say(cusp);
  await visit.pass(5000);
  cusp.stop();
  await visit.pass(100);
  expect(seers()).toHaveLength(1);
  expect(seers()).not.toContain(visitor);
  expect(JSON.stringify(await visit.stored())).not.toContain("user:1");
});

test("nobody any more, said before consent, is another visitor after it", async () => {
  const visitor = await signedIn("u-1");
  const cusp = await visit.start({ consent: "pending" });
  cusp.reset();
  await visit.pass(1000);
  cusp.consent("granted");
  await visit.pass(5000);
  expect(seers()).toHaveLength(1);
  expect(seers()).not.toContain(visitor);
});

test.each<[string, (cusp: Cusp) => void]>([
  ["signs out", (cusp) => cusp.reset()],
  ["gives way to another", (cusp) => cusp.identify("u-2")],
])("who %s and leaves before storage can answer is another visitor on the next page", async (_, say) => {
  const visitor = await signedIn("u-1");
  const cusp = await visit.start();
  const get = vi.spyOn(IDBObjectStore.prototype, "get").mockReturnValue({} as IDBRequest);
  say(cusp);
  visit.leave();
  await visit.pass(1);
  cusp.stop();
  get.mockRestore();
  visit.batches.length = 0;
  await visit.start();
  await visit.pass(5000);
  expect(visit.batches).not.toHaveLength(0);
  expect(visit.batches.map((batch) => batch.visitor)).not.toContain(visitor);
});

test("the same user, said in the task of the start, goes on", async () => {
  const visitor = await signedIn("u-1");
  const cusp = openClient(options, everything);
  cusp.identify("u-1");
  await visit.pass(5000);
  cusp.stop();
  expect(new Set(visit.batches.map((batch) => `${batch.visitor} ${batch.user?.id}`))).toEqual(new Set([`${visitor} u-1`]));
});

test.each<[string, (cusp: Cusp) => void]>([
  ["signs out", (cusp) => cusp.reset()],
  ["gives way to another", () => {}],
])("what a user who %s did before consent is not told of the next", async (_, leave) => {
  const cusp = await visit.start({ consent: "pending", path: "/account" });
  cusp.identify("u-1");
  document.body.click();
  buy(cusp, "sku-1");
  leave(cusp);
  cusp.identify("u-2");
  cusp.consent("granted");
  await visit.pass(5000);
  expect(visit.batches[0]?.user?.id).toBe("u-2");
  expect(visit.signals()[0]).toMatchObject({ n: 1, kind: "page_view" });
  expect(visit.said("click")).toEqual([]);
  expect(visit.said("add_to_cart")).toEqual([]);
});

test("what a user tracked before the part that understands it had come is not told of the next", async () => {
  let come = () => {};
  const loadLate = () =>
    new Promise<typeof late>((resolve) => {
      come = () => resolve(late);
    });
  const cusp = await visit.start({ loadLate });
  cusp.identify("u-1");
  buy(cusp, "sku-1");
  cusp.reset();
  cusp.identify("u-2");
  come();
  await visit.pass(5000);
  expect(visit.said("add_to_cart")).toEqual([]);
});

test("what was tracked before consent is forgotten with the session it was part of", async () => {
  const cusp = await visit.start({ consent: "pending" });
  buy(cusp, "sku-1");
  await visit.pass(100 * 60_000);
  document.body.click();
  cusp.consent("granted");
  await visit.pass(5000);
  expect(visit.said("click")).toHaveLength(1);
  expect(visit.said("add_to_cart")).toEqual([]);
});

test("a token that is none, a text that is empty, is not sent", async () => {
  const cusp = await visit.start();
  cusp.identify("u-1", { token: null as never });
  await visit.pass(10_000);
  expect(visit.batches.map(({ user }) => user)).toContainEqual({ id: "u-1" });
});
