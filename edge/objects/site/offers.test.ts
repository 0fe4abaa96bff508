import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { objectName } from "../../env.ts";
import { bindings, now, skip } from "../../test/edge.ts";
import { get, newSite, root, send } from "../../test/site.ts";
import type { Granted } from "./offers.ts";

afterEach(() => vi.restoreAllMocks());

const hour = 3_600_000;
const asked = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * hour })),
  people: fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
  offer: fc.constantFrom("one", "other"),
  dies: fc.boolean(),
});

test("whoever asks when and as often as they like: no code reaches two people, and none is given above the budget", {
  timeout: 60_000,
}, async () => {
  const key = await newSite();
  const object = () => bindings.SITE.getByName(objectName(key, "site", key));
  const run = async (all: readonly (typeof asked extends fc.Arbitrary<infer T> ? T : never)[], count: number, max: number) => {
    const [id, pool] = [crypto.randomUUID().slice(0, 8), `p${crypto.randomUUID().slice(0, 8)}`];
    const codes = Array.from({ length: count }, (_, i) => `${id}-${i}`);
    await send(root, "PUT", `/sites/${key}/pools/${pool}`, codes.join("\n"));
    const given: { person: string; offer: string; atMs: number; grant: Granted & { ok: true } }[] = [];
    for (const { waitMs, people, offer: name, dies } of all) {
      await skip(waitMs);
      const atMs = await now();
      const offer = `${id}-${name}`;
      const budget = { max, perMs: hour };
      const ask = async (one: number) => {
        const person = `${id}-${one}`;
        const grant = await object().makeOffer({ offer, person, pool, atMs, validMs: 3 * hour, budget });
        if (grant.ok) given.push({ person, offer, atMs, grant });
      };
      await Promise.all(people.map(ask));
      if (dies) await evictDurableObject(object() as never);
    }
    for (const { grant, person, offer, atMs } of given) {
      for (const other of given) if (other.grant.code === grant.code) expect(other.person).toBe(person);
      const held = given.filter(
        (one) => one.person === person && one.offer === offer && one.grant.untilMs > atMs && one.atMs <= atMs,
      );
      expect(new Set(held.map((one) => `${one.grant.code} ${one.grant.untilMs}`)).size).toBe(1);
      const made = given.filter((one) => one.offer === offer && one.grant.atMs === one.atMs);
      const within = new Set(made.filter((one) => one.atMs <= atMs && atMs - one.atMs < hour).map((one) => one.grant.code));
      expect(within.size).toBeLessThanOrEqual(max);
    }
    const { left } = await get<{ left: number }>(`/sites/${key}/pools/${pool}`);
    expect(left).toBe(count - new Set(given.map(({ grant }) => grant.code)).size);
  };
  const schedules = fc.asyncProperty(
    fc.array(asked, { maxLength: 12 }),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 3 }),
    run,
  );
  await fc.assert(schedules, { numRuns: 20 });
});

test("a pool holds a hundred thousand codes that nobody has, and takes them in one push", { timeout: 60_000 }, async () => {
  const key = await newSite();
  const codes = Array.from({ length: 100_000 }, (_, i) => `MANY-${i}`);
  const put = (all: readonly string[]) => send(root, "PUT", `/sites/${key}/pools/many`, all.join("\n"));
  expect(await (await put(codes)).json()).toEqual({ pool: "many", added: 100_000, had: 0, left: 100_000 });
  expect(await (await put(codes)).json()).toMatchObject({ added: 0, had: 100_000 });
  expect((await put(["ONE-MORE"])).status).toBe(422);
  expect(await get<object>(`/sites/${key}/pools/many`)).toEqual({ pool: "many", left: 100_000 });
});
