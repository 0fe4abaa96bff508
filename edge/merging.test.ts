import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import type { Profile } from "./profile/state.ts";
import {
  admin,
  batchOf,
  bindings,
  type Hook,
  hesitation,
  personOf,
  post,
  pushDemo,
  receiver,
  skip,
  tokenOf,
} from "./test/edge.ts";

beforeEach(() => pushDemo((yaml) => yaml.replace("moments: [bounce]", "moments: [hesitation]")));
afterEach(() => vi.restoreAllMocks());

type Given = Parameters<typeof batchOf>[0];

const home: Given = [{ kind: "page_view", url: "https://shop.example/", device: "desktop" }];
const search = (query: string): Given => [
  { kind: "page_view", url: `https://shop.example/${query}`, device: "desktop" },
  { kind: "search", query_class: "product", query, results: 3, at: 500 },
];

const { PERSON } = bindings;
const objectOf = (kind: "u" | "v", id: string) => PERSON.get(PERSON.idFromName(objectName("pk_demo", kind, id)));
const ofVisitor = (visitor: string) => objectOf("v", visitor);
const ofUser = (id: string) => objectOf("u", id);

const someUser = (id = `u-${crypto.randomUUID().slice(0, 8)}`) => ({ id });

type Stub = ReturnType<typeof ofUser>;

const rings = (stub: Stub) => runDurableObjectAlarm(stub as never);

/** All that an object keeps, table by table. */
const kept = (stub: Stub) =>
  runInDurableObject(stub as never, async (_person, { storage: { sql } }) => {
    const tables = sql.exec<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_master ORDER BY name").toArray();
    const shown = tables.filter(({ name, sql }) => sql && !name.startsWith("_cf"));
    return JSON.stringify(shown.map(({ name }) => [name, [...sql.exec(`SELECT * FROM "${name}"`).raw()]]));
  });

const rowOf = (stub: Stub) =>
  runInDurableObject(stub as never, async (_person, { storage: { sql } }) => {
    if (!sql.exec("SELECT name FROM sqlite_master WHERE name = 'profile'").toArray().length) return undefined;
    const { json } = sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").one();
    return JSON.parse(json) as Profile & { movedTo?: string; snapshot?: object };
  });

/** The attempts that messages of this object wait for. */
const waiting = (stub: Stub) =>
  runInDurableObject(stub as never, async (_person, { storage: { sql } }) =>
    sql.exec("SELECT name FROM sqlite_master WHERE name = 'outbox'").toArray().length
      ? sql.exec("SELECT attempt FROM outbox WHERE state IN ('pending', 'begun')").toArray()
      : [],
  );

/** The same visitor goes on, in a document of its own. */
const next = (batch: Batch, signals: Given, user?: Batch["user"]): Batch =>
  batchOf(signals, { visitor: batch.visitor, session: batch.session, user });

const mails = (came: Hook[]) => came.filter(({ body }) => body.type === "message.send");
const arrived = (came: Hook[], count: number) => vi.waitFor(() => expect(mails(came)).toHaveLength(count));

async function taken(batch: Batch): Promise<void> {
  const answer = await post(batch);
  if (answer.status !== 202) throw new Error(await answer.text());
}

/** Calls of people's objects, as `v.take`. `fails`: those that do not come through. */
function calls(fails: (call: string) => boolean = () => false): string[] {
  const made: string[] = [];
  vi.spyOn(PERSON, "getByName").mockImplementation((name) => {
    const stub = PERSON.get(PERSON.idFromName(name));
    return new Proxy(stub, {
      get: (_stub, method) => {
        const own = (stub as never)[method] as unknown;
        if (typeof own !== "function" || typeof method !== "string") return own;
        return (...given: unknown[]) => {
          const call = `${name.split("/")[1]?.[0]}.${method}`;
          made.push(call);
          if (fails(call)) return Promise.reject(new Error("it cannot be reached"));
          return (stub as never as Record<string, (...given: unknown[]) => unknown>)[method]?.(...given);
        };
      },
    });
  });
  return made;
}

test("a visitor who is signed in costs one call of one object for each batch", async () => {
  receiver();
  const batch = batchOf(home);
  await taken(batch);
  const made = calls();
  await taken(next(batch, search("beans"), batch.user));
  await taken(next(batch, search("cups"), batch.user));
  expect(made).toEqual(["u.take", "u.take"]);
});

test("what a visitor did before signing in counts for the user, once", async () => {
  receiver();
  const before = batchOf(search("beans"), { user: undefined });
  await taken(before);
  const user = someUser();
  await taken(next(before, search("cups"), user));
  const profile = await rowOf(ofUser(user.id));
  expect(profile?.history?.search).toHaveLength(2);
  expect(Object.keys(profile?.streams ?? {})).toHaveLength(2);
  expect(profile?.person).toBe(user.id);
  expect(await rowOf(ofVisitor(before.visitor))).toMatchObject({ movedTo: user.id });
  expect(await rowOf(ofVisitor(before.visitor))).not.toHaveProperty("snapshot");
  await taken(before); // of which the reply was lost
  expect((await rowOf(ofUser(user.id)))?.history?.search).toHaveLength(2);
});

test("a step that waited for an address is said when the visitor signs in", async () => {
  const came = receiver();
  const before = batchOf(hesitation, { user: undefined });
  await taken(before);
  expect(mails(came)).toHaveLength(0);
  const user = someUser();
  await taken(next(before, home, user));
  await arrived(came, 1);
  expect(mails(came)[0]?.body.data).toMatchObject({ person: { id: user.id }, send: { channel: "email" } });
});

test("a snapshot that is brought twice is taken once", async () => {
  receiver();
  const before = batchOf(search("beans"), { user: undefined });
  await taken(before);
  const profile = await rowOf(ofVisitor(before.visitor));
  const { id } = someUser();
  const visitor = ofVisitor(before.visitor).id.toString();
  const bring = () => ofUser(id).import(visitor, JSON.stringify({ profile, rows: [] }));
  await bring();
  const once = await kept(ofUser(id));
  await bring();
  expect(await kept(ofUser(id))).toBe(once);
});

test("a past that cannot be brought is kept, and the page is told to come again", async () => {
  receiver();
  const before = batchOf(search("beans"), { user: undefined });
  await taken(before);
  const user = someUser();
  const signedIn = next(before, search("cups"), user);
  calls((call) => call === "u.import");
  const answer = await post(signedIn);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await rowOf(ofUser(user.id))).toBeUndefined();
  expect(await rowOf(ofVisitor(before.visitor))).toMatchObject({ movedTo: user.id, snapshot: {} });
  vi.restoreAllMocks();

  await evictDurableObject(ofVisitor(before.visitor) as never); // and it died meanwhile
  receiver();
  await skip(21_000);
  await rings(ofVisitor(before.visitor));
  expect((await rowOf(ofUser(user.id)))?.history?.search).toHaveLength(1);
  expect(await rowOf(ofVisitor(before.visitor))).not.toHaveProperty("snapshot");
  await taken(signedIn);
  expect((await rowOf(ofUser(user.id)))?.history?.search).toHaveLength(2);
});

/** Seconds from one alarm to the next, so many times. */
async function waits(stub: Stub, times: number): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const atMs = await runInDurableObject(stub as never, async (_person, { storage }) => await storage.getAlarm());
    all.push(Math.round(((atMs ?? Infinity) - Date.now()) / 1000));
    await rings(stub);
  }
  return all;
}

const timelineOf = async (id: string) => {
  const answer = await admin(`/people/${id}/timeline?site=pk_demo`);
  return (await answer.json<{ lines: { what: string; text: string }[] }>()).lines;
};

test("a past that cannot be brought is tried later each time, and after a month given up with a line that says so", async () => {
  receiver();
  const before = batchOf(search("beans"), { user: undefined });
  await taken(before);
  const [user, visitor] = [someUser(), ofVisitor(before.visitor)];
  calls((call) => call === "u.import");
  expect((await post(next(before, home, user))).status).toBe(503);
  expect(await waits(visitor, 9)).toEqual([20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
  await skip(15 * 86_400_000);
  await rings(visitor);
  expect(await rowOf(visitor)).toHaveProperty("snapshot");
  await skip(15 * 86_400_000 + 1000);
  await rings(visitor);
  expect(await rowOf(visitor)).not.toHaveProperty("snapshot");
  expect((await waits(visitor, 1))[0]).toBeGreaterThan(86_400);
  vi.restoreAllMocks();
  receiver();
  await taken(next(before, home, user));
  expect(await rowOf(ofUser(user.id))).not.toHaveProperty("history");
  const said = (await timelineOf(user.id)).filter(({ what }) => what === "merged");
  expect(said.map(({ text }) => text)).toEqual([expect.stringContaining("could not be brought")]);
});

test("an attempt that was under way when its visitor signed in is not made twice", async () => {
  let mayAnswer = false;
  const came = receiver(async () => {
    while (!mayAnswer) await scheduler.wait(5);
    return new Response("{}");
  });
  const before = batchOf(hesitation, { user: undefined });
  await taken(before);
  await vi.waitFor(() => expect(came).toHaveLength(1));
  const user = someUser();
  await taken(next(before, home, user));
  mayAnswer = true;
  await vi.waitFor(async () => expect(await waiting(ofUser(user.id))).toEqual([]));
  await skip(21_000);
  await rings(ofUser(user.id));
  expect(came.filter(({ id }) => id === came[0]?.id)).toHaveLength(1);
});

test("what a visitor's object could not deliver the user's does, under the same id and with the same bytes", async () => {
  const came = receiver((hook) => new Response("", { status: hook.attempt === "1" ? 500 : 200 }));
  const before = batchOf(hesitation, { user: undefined });
  await taken(before);
  await vi.waitFor(() => expect(came).toHaveLength(1));
  await vi.waitFor(async () => expect(await waiting(ofVisitor(before.visitor))).toHaveLength(1));
  const user = someUser();
  await taken(next(before, home, user));
  expect(await waiting(ofVisitor(before.visitor))).toEqual([]);
  await skip(7000);
  await rings(ofUser(user.id));
  const [first] = came as [Hook];
  await vi.waitFor(() => expect(came.filter(({ id }) => id === first.id)).toHaveLength(2));
  const [, again] = came.filter(({ id }) => id === first.id);
  expect([again?.text, again?.attempt]).toEqual([first.text, "2"]);
});

const expired = (id: string) => tokenOf(id, { exp: Math.floor(Date.now() / 1000) - 60 });

test("A6: a token that expired binds nobody, and a visitor who was bound before stays so", async () => {
  receiver();
  const before = batchOf(search("beans"), { user: undefined });
  const { id } = someUser();
  const token = await expired(id);
  await taken({ ...before, user: { id, token } });
  expect(await kept(ofUser(id))).toBe("[]");
  await taken(next(before, home, { id }));
  await taken(next(before, search("cups"), { id, token }));
  expect((await rowOf(ofUser(id)))?.history?.search).toHaveLength(2);
});

test("A4: a token that names another visitor binds nobody", async () => {
  receiver();
  const { id } = someUser();
  const token = await tokenOf(id, { visitor: crypto.randomUUID() });
  await taken(batchOf(home, { user: { id, token } }));
  expect(await kept(ofUser(id))).toBe("[]");
  const visitor = crypto.randomUUID();
  await taken(batchOf(home, { visitor, user: { id, token: await tokenOf(id, { visitor }) } }));
  expect(await rowOf(ofUser(id))).toMatchObject({ user: id });
});

test.each(["A, then B", "B, then A"])("A5: two who sign in on one device learn nothing of each other: %s", async (order) => {
  receiver();
  const [one, two] = order === "A, then B" ? ["u-a", "u-b"] : ["u-b", "u-a"];
  const [first, second] = [one, two].map((id) => someUser(`${id}-${crypto.randomUUID().slice(0, 8)}`)) as [
    { id: string },
    { id: string },
  ];
  const late = { first: await expired(first.id), second: await expired(second.id) };
  const before = batchOf(search("seen-by-nobody"), { user: undefined });
  await taken(before);
  await taken(next(before, search("seen-by-first"), first));
  await taken(next(before, search("seen-by-second"), second));
  // What was kept while there was no network comes when neither token holds any more.
  await taken(next(before, search("late-by-first"), { ...first, token: late.first }));
  await taken(next(before, search("late-by-second"), { ...second, token: late.second }));
  await taken(next(before, search("late-by-third"), { id: "u-third", token: late.second }));
  const searches = async ({ id }: { id: string }) => (await rowOf(ofUser(id)))?.history?.search?.length;
  expect([await searches(first), await searches(second)]).toEqual([3, 2]);
  expect(await kept(ofUser(first.id))).not.toMatch(/by-(second|third)/);
  expect(await kept(ofUser(second.id))).not.toMatch(/by-(first|nobody|third)/);
  expect(await kept(ofUser("u-third"))).toBe("[]");
});

test("A7: of the visitors of one user twenty a month bring their past, the others come without", async () => {
  receiver();
  const user = someUser();
  for (let i = 0; i < 22; i++) {
    const before = batchOf([...home, { kind: "identify", traits: { tier: `t${i}` } }], { user: undefined });
    await taken(before);
    await taken(next(before, home, user));
  }
  const profile = await rowOf(ofUser(user.id));
  expect(Object.keys(profile?.visitors ?? {})).toHaveLength(22);
  expect(Object.keys(profile?.streams ?? {})).toHaveLength(20 + 22);
  const said = (await timelineOf(user.id)).filter(({ text }) => text.includes("more visitors than anybody has browsers"));
  expect(said).toHaveLength(2);
});

test("A8: a visitor's object takes no signal far ahead of the others from a user either", async () => {
  receiver();
  const batch = batchOf(home);
  await taken(batch);
  const far = { ...batch, signals: batch.signals.map((signal) => ({ ...signal, n: 20_000 })) };
  const answer = await post(far);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ pointer: "/signals/0/n" });
});

const withdraws = (batch: Batch) => taken({ ...next(batch, [], undefined), consent: "denied", signals: [] });

test("what was sent before a visitor became a user is erased with them when they take back the consent", async () => {
  const came = receiver();
  const batch = batchOf(hesitation, { user: undefined });
  await taken(batch);
  await vi.waitFor(() => expect(came).toHaveLength(1));
  const [hook] = came;
  const visitor = ofVisitor(batch.visitor);
  // Written down as over by what comes next.
  await vi.waitFor(async () => expect(await kept(visitor)).toMatch(/kept.{1,4}:\[\[/), { timeout: 8000, interval: 250 });
  await taken(next(batch, home, someUser()));
  expect(await kept(visitor)).toContain(hook?.id);
  await withdraws(batch);
  expect(await kept(visitor)).not.toContain(hook?.id);
}, 15_000);

test("who takes back the consent is forgotten as a user too, but for what the site's server told and what was sent", async () => {
  const came = receiver((hook) => new Response("", { status: mails([hook]).length ? 500 : 200 }));
  const batch = batchOf(hesitation);
  await taken(batch);
  await arrived(came, 1);
  await vi.waitFor(async () => expect(await waiting(personOf(batch))).toHaveLength(1));
  await withdraws(batch);
  const profile = await rowOf(personOf(batch));
  expect(profile).toMatchObject({
    sessions: {},
    watches: [],
    runs: [],
    context: {},
    visitors: {},
    reach: { email: { by: "known" } },
  });
  expect(profile?.withdrawnAtMs).toBeGreaterThan(0);
  expect(await waiting(personOf(batch))).toEqual([]);
  expect(await kept(personOf(batch))).not.toContain("shop.example/pricing");
  expect(await rowOf(ofVisitor(batch.visitor))).toEqual({ withdrawnUntilMs: expect.any(Number) });
  await skip(3_600_000);
  await rings(personOf(batch));
  expect(mails(came).filter(({ text }) => text.includes(batch.session.id))).toHaveLength(1);

  expect((await post(next(batch, home, batch.user))).status).toBe(403); // what was on its way
  await taken(batchOf(home, { user: batch.user })); // granted again, as a visitor who was never seen
  expect(await rowOf(personOf(batch))).not.toHaveProperty("withdrawnAtMs");
});

test("a withdrawal is acknowledged at once, and each user of that browser is told until they have heard of it", async () => {
  receiver();
  const [batch, other] = [batchOf(search("beans")), someUser()];
  await taken(batch);
  await taken(next(batch, search("cups"), other));
  calls((call) => call === "u.forget");
  await withdraws(batch);
  const visitor = ofVisitor(batch.visitor);
  const untold = [batch.user?.id, other.id];
  expect(await rowOf(visitor)).toEqual({ withdrawnUntilMs: expect.any(Number), untold, site: "pk_demo" });
  await evictDurableObject(visitor as never);
  await skip(9 * 86_400_000); // longer than the withdrawal itself has to be remembered
  await rings(visitor);
  expect(await rowOf(visitor)).toMatchObject({ untold });
  expect((await post(next(batch, home))).status).toBe(403);
  expect(await rowOf(ofUser(other.id))).toHaveProperty("history");

  vi.restoreAllMocks();
  receiver();
  await rings(visitor);
  for (const id of untold) expect(await rowOf(ofUser(id ?? ""))).not.toHaveProperty("history");
  expect(await kept(visitor)).toBe("[]");
});

test("a user's object that does not hear of a withdrawal is asked again later each time, an hour at most", async () => {
  receiver();
  const batch = batchOf(search("beans"));
  await taken(batch);
  calls((call) => call === "u.forget");
  await withdraws(batch);
  expect(await waits(ofVisitor(batch.visitor), 10)).toEqual([20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
});

test("a withdrawal that comes while the past is on its way leaves nothing of it with the user", async () => {
  receiver();
  const before = batchOf(search("beans"), { user: undefined });
  await taken(before);
  const user = someUser();
  calls((call) => call === "u.import");
  expect((await post(next(before, home, user))).status).toBe(503);
  vi.restoreAllMocks();
  receiver();
  const visitor = ofVisitor(before.visitor);
  // What was on its way arrives after the user's object heard of the withdrawal.
  vi.spyOn(PERSON, "getByName").mockImplementation((name) => {
    const stub = PERSON.get(PERSON.idFromName(name));
    return new Proxy(stub, {
      get: (_stub, method) =>
        method === "import"
          ? async (...given: [string, string]) => {
              await ofVisitor(before.visitor).withdraw();
              await stub.import(...given);
            }
          : (...given: unknown[]) =>
              (stub as never as Record<string, (...given: unknown[]) => unknown>)[String(method)]?.(...given),
    });
  });
  await rings(visitor);
  expect(await rowOf(visitor)).toEqual({ withdrawnUntilMs: expect.any(Number) });
  expect((await rowOf(ofUser(user.id)))?.visitors).toEqual({});
  expect(await rowOf(ofUser(user.id))).not.toHaveProperty("history");
});

test("A3: the withdrawal of a visitor who was never bound reaches no user", async () => {
  receiver();
  const victim = batchOf(search("beans"));
  await taken(victim);
  const before = await kept(personOf(victim));
  await taken({ ...batchOf([], { user: { id: victim.user?.id ?? "", token: "x" } }), consent: "denied" });
  expect(await kept(personOf(victim))).toBe(before);
});

/** Tokens that hold for nobody, or for somebody else than they come with. */
async function forgeries(id: string): Promise<(string | undefined)[]> {
  const good = await tokenOf(id);
  const [first = "", mac = ""] = good.split(".");
  const swapped = (await tokenOf(`${id}x`)).split(".")[0];
  const jwt = btoa(JSON.stringify({ alg: "none" })).replace(/=/g, "");
  return [
    undefined,
    "",
    "x",
    first,
    `${first}.`,
    `${first}.${mac}.${mac}`,
    `${swapped}.${mac}`,
    `${jwt}.${first}.`,
    await expired(id),
    await tokenOf(`${id}x`),
    await tokenOf(id, { site: "pk_other" }),
    await tokenOf(id, { exp: Math.floor(Date.now() / 1000) + 400 * 86_400 }),
    await tokenOf(id, { visitor: crypto.randomUUID() }),
    await tokenOf(id, {}, "another-secret-of-the-tests-0123456789abcdef"),
  ];
}

test("A3: whatever a visitor sends who was never bound by a token that holds, the user's object stays as it is, to the byte", {
  timeout: 120_000,
}, async () => {
  receiver();
  const victim = batchOf([...hesitation, { kind: "search", query_class: "product", query: "beans", results: 3, at: 21_000 }]);
  await taken(victim);
  const { id } = victim.user as { id: string };
  await vi.waitFor(async () => expect(await waiting(ofUser(id))).toEqual([]));
  await scheduler.wait(5500); // what was delivered is tidied away
  const before = await kept(ofUser(id));
  const tokens = await forgeries(id);
  const visitors = Array.from({ length: 3 }, () => crypto.randomUUID());
  const move = fc.record({
    visitor: fc.constantFrom(...visitors),
    token: fc.constantFrom(...tokens),
    claims: fc.boolean(),
    signals: fc.constantFrom(home, hesitation, search("forged")),
    denied: fc.boolean(),
    session: fc.constantFrom(victim.session, undefined),
    stream: fc.constantFrom(victim.stream, undefined),
    rings: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 6 }), async (moves) => {
      for (const { visitor, token, claims, signals, denied, session, stream, rings: doesRing } of moves) {
        const user = claims ? { id, ...(token !== undefined && { token }) } : undefined;
        const more = { visitor, user, ...(session && { session }), ...(stream && { stream }) };
        const batch = batchOf(denied ? [] : signals, { ...more, consent: denied ? "denied" : "granted" });
        await post(JSON.stringify(batch)); // as it is: nobody signs it
        if (doesRing) await rings(ofVisitor(visitor));
      }
      expect(await kept(ofUser(id))).toBe(before);
      expect(await kept(ofUser(`${id}x`))).toBe("[]");
    }),
    { numRuns: 40 },
  );
});

const visit = fc.record({
  visitor: fc.nat(2),
  user: fc.constantFrom(undefined, 0, 1),
  isGood: fc.boolean(),
  isTwice: fc.boolean(),
  fails: fc.boolean(),
});

type Visit = typeof visit extends fc.Arbitrary<infer V> ? V : never;

/** Who was vouched for where: says whose a visit is when it is sent. */
function ledger() {
  const first = new Map<number, number>();
  const all = new Set<string>();
  return {
    isBound: (visitor: number) => first.has(visitor),
    vouch(visitor: number, user: number): void {
      if (!first.has(visitor)) first.set(visitor, user);
      all.add(`${visitor} ${user}`);
    },
    ownerOf({ visitor, user, isGood }: Visit): string {
      const became = first.get(visitor);
      if (user !== undefined && (isGood || all.has(`${visitor} ${user}`))) return `u${user}`;
      if (became === undefined) return `v${visitor}`;
      return user === undefined || user === became ? `u${became}` : "nobody";
    },
    /** What was the visitor's is in the end the user's whom the visitor became. */
    inTheEnd: (owner: string, { visitor }: Visit) => (owner[0] === "v" && first.has(visitor) ? `u${first.get(visitor)}` : owner),
  };
}

test("A7: however visitors, users, tokens and failures mix, nobody moves twice or in a circle, and each signal counts once", async () => {
  receiver();
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { minLength: 1, maxLength: 14 }), async (visits) => {
      serial += 1;
      const users = ["a", "b"].map((id) => `u-${serial}-${id}`);
      const old = await Promise.all(users.map(expired));
      const visitors = Array.from({ length: 3 }, () => crypto.randomUUID());
      const book = ledger();
      const expected = new Map<string, number>();
      const again: [Visit, Batch][] = [];
      const owners = new Map<Visit, string>();
      for (const one of visits) {
        const { visitor, user, isGood, isTwice, fails } = one;
        const id = user === undefined ? undefined : (users[user] as string);
        const named = id === undefined ? undefined : isGood ? { id } : { id, token: old[user as number] as string };
        const batch = batchOf(search("beans"), { visitor: visitors[visitor] as string, user: named });
        if (isGood && user !== undefined) book.vouch(visitor, user);
        if (fails) calls((call) => call === "u.import");
        const { status } = await post(batch);
        vi.restoreAllMocks();
        receiver();
        if (status === 202) owners.set(one, book.ownerOf(one));
        if (status !== 202 || isTwice) again.push([one, batch]);
      }
      for (const [one, batch] of again) {
        await taken(batch);
        const owner = owners.get(one) ?? "nobody";
        owners.set(one, owner === "nobody" ? book.ownerOf(one) : owner);
      }
      for (const visitor of visitors) await rings(ofVisitor(visitor));

      for (const [one, owner] of owners) {
        const name = book.inTheEnd(owner, one);
        expected.set(name, (expected.get(name) ?? 0) + 1);
      }
      for (const [i, user] of users.entries()) {
        const row = await rowOf(ofUser(user));
        expect(row?.history?.search?.length ?? 0).toBe(expected.get(`u${i}`) ?? 0);
        expect(Object.keys(row ?? {})).not.toContain("movedTo");
      }
      for (const [i, visitor] of visitors.entries()) {
        const row = await rowOf(ofVisitor(visitor));
        if (book.isBound(i)) expect(Object.keys(row ?? {})).not.toContain("snapshot");
        else expect(row?.history?.search?.length ?? 0).toBe(expected.get(`v${i}`) ?? 0);
        if (book.isBound(i)) expect(users).toContain(row?.movedTo);
      }
    }),
    { numRuns: 20 },
  );
}, 120_000);

test("a visitor who became a user is remembered as one as long as the user is there, though only the user is ever seen", async () => {
  const batch = batchOf(home, { user: someUser() });
  await taken(batch);
  const [visitor, user] = [ofVisitor(batch.visitor), ofUser(batch.user?.id ?? "")];
  for (let month = 0; month < 14; month++) {
    await skip(30 * 86_400_000);
    await taken(next(batch, home, { id: batch.user?.id ?? "" }));
  }
  await rings(visitor);
  expect(await rowOf(visitor)).toMatchObject({ movedTo: batch.user?.id });
  await taken(next(batch, home)); // without a token
  expect(Object.keys((await rowOf(user))?.streams ?? {}).length).toBeGreaterThan(1);
  for (let month = 0; month < 14; month++) await skip(30 * 86_400_000);
  await rings(user);
  await rings(visitor);
  expect(await rowOf(visitor)).toBeUndefined();
}, 30_000);
