import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import type { PersonObject } from "./objects/person.ts";
import { batchOf, bindings, hesitation, now, owed, personOf, post, pushDemo, receiver } from "./test/edge.ts";

beforeEach(() => pushDemo());
afterEach(() => vi.restoreAllMocks());

/** The person's object as a message finds it after a restart of the edge: by the object's own id, which says no name. */
async function wokenById(batch: Batch): Promise<PersonObject> {
  const object = personOf(batch);
  await runInDurableObject(object as never, (_person, ctx) => ctx.abort("it dies")).catch(() => undefined);
  const byId = bindings.PERSON.get(bindings.PERSON.idFromString(object.id.toString()));
  expect(await runInDurableObject(byId as never, (_person, ctx) => ctx.id.name)).toBeUndefined();
  return byId as unknown as PersonObject;
}

/** Somebody who got a message, known by name (a user) or not. */
async function told(user?: string) {
  const came = receiver();
  const batch = batchOf(hesitation, user === undefined ? {} : { user: { id: user } });
  expect((await post(batch)).status).toBe(202);
  const hook = () => came.find(({ text }) => text.includes(batch.session.id));
  await vi.waitFor(() => expect(hook()).toBeDefined());
  return { came, batch, id: hook()?.id ?? "" };
}

const isSent = (came: { id: string; attempt: string }[], of: string, attempt: string) =>
  came.some((one) => one.id === of && one.attempt === attempt);

test("an operator sends a message again, though nobody but the message knew its person since the edge began", {
  timeout: 15_000,
}, async () => {
  const { came, batch, id } = await told();
  await vi.waitFor(async () => expect((await owed(batch)).rows).toEqual([]), { timeout: 10_000 });
  expect(await (await wokenById(batch)).replay(id, 2)).toMatchObject({ ok: true, entry: { state: "delivered" } });
  expect(isSent(came, id, "2")).toBe(true);
});

test("what a tool reports reaches its person, though nobody but the message knew them since the edge began", async () => {
  const { batch, id } = await told();
  const report = { id: "r1", messageId: id, what: "delivered", atMs: await now() } as const;
  expect(await (await wokenById(batch)).reported(report)).toBe("noted");
});

test("who was found by a message is the same person to whoever comes by name", async () => {
  const user = `u-found-${crypto.randomUUID()}`;
  const { batch, id } = await told(user);
  const found = await wokenById(batch);
  const before = await found.timeline({ limit: 100 });
  expect(await found.reported({ id: "r2", messageId: id, what: "delivered", atMs: await now() })).toBe("noted");
  const next = batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }], { user: { id: user } });
  expect((await post(next)).status).toBe(202);
  const object = bindings.PERSON.getByName(objectName("pk_demo", "u", user)) as unknown as PersonObject;
  await object.tell({ traits: { first_name: "Ada" } });
  expect(await object.timeline({ limit: 100 })).toMatchObject({ person: before?.person, site: "pk_demo" });
});

test("an object of nobody says that it knows nobody, and takes nobody in before it knows who that would be", async () => {
  const batch = batchOf(hesitation, { user: undefined });
  const nobody = bindings.PERSON.get(bindings.PERSON.idFromString(personOf(batch).id.toString())) as unknown as PersonObject;
  const id = `msg_${"A".repeat(43)}_1`;
  expect(await nobody.reported({ id: "r3", messageId: id, what: "delivered", atMs: await now() })).toBe("unknown");
  await runInDurableObject(nobody as never, (person: PersonObject) =>
    expect(person.bind("u-1")).rejects.toThrow("woken by its id alone"),
  );
});
