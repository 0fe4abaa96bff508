import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { orderHash } from "../../contract/order.ts";
import { addressNames } from "../address-names.ts";
import { objectName } from "../env.ts";
import { newProfile, type Profile, takeBatch } from "../profile/state.ts";
import {
  admin,
  batchOf,
  bindings,
  call,
  hesitation,
  now,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
  tokenOf,
} from "../test/edge.ts";
import { siteOf } from "../test/somebody.ts";

const traits = `
traits:
  tier: { type: string, default: none }
  orders: { type: int, default: 0 }
`;

/** One file for all tests: an isolate asks for a newer one only after 5 s. */
const kept = `
journeys:
  kept:
    goal: { event: purchase, within: 1d }
    exit_on: [purchase]
    steps: [{ id: mail, layer: immediate, after: 3m, before: 15m, hold_while: none, channels: [email], message: before-you-go }]
`;
const trigger = "  kept: { on: [hesitation], enter: { now: mail, later: mail }, journey: kept, priority: 99 }";

beforeEach(() => pushDemo((yaml) => yaml.replace("triggers:", `triggers:\n${trigger}`) + traits + kept));
afterEach(() => vi.restoreAllMocks());

let key: string | undefined;

async function serverKey(): Promise<string> {
  const answer = await admin("/sites/pk_demo/tokens", {
    method: "POST",
    body: JSON.stringify({ role: "server", expires: "365d" }),
  });
  const { token } = await answer.json<{ token: string }>();
  return token;
}

async function server(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  key ??= await serverKey();
  return await call(`/v1${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
}

const profileOf = (person: DurableObjectStub) =>
  runInDurableObject(person as never, async (_person, { storage: { sql } }) => {
    const { json } = sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").one();
    return JSON.parse(json) as Profile;
  });

const user = () => `u-${crypto.randomUUID().slice(0, 8)}`;
const leave = { status: "granted", at: Date.UTC(2026, 0, 1), source: "checkout", proof: "text 3" };
const reached = { email: "someone@shop.example", opt_in: { email: leave } };

test("a server key begins with sk_, is told once, and opens nothing of the admin API", async () => {
  key ??= await serverKey();
  expect(key).toMatch(/^sk_pk_demo_/);
  const asAdmin = await call("/v1/admin/sites/pk_demo/versions", { headers: { authorization: `Bearer ${key}` } });
  expect(asAdmin.status).toBe(403);
});

test("A9: the server API answers no page, and nobody without a key", async () => {
  for (const [method, path, body] of [
    ["PUT", "/profiles/u-42", {}],
    ["POST", "/events", { events: [] }],
  ] as const) {
    const page = await server(method, path, body, { origin: "https://shop.example" });
    expect([page.status, page.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    const preflight = await call(`/v1${path}`, { method: "OPTIONS", headers: { origin: "https://shop.example" } });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    for (const authorization of ["", "Bearer ", "Bearer pk_demo", `Bearer ${key}x`, `Bearer adm_${key?.slice(3)}`])
      expect((await server(method, path, body, { authorization })).status).toBe(401);
  }
});

test("what the site's server tells is known from then on, and answered without the addresses", async () => {
  const id = user();
  const answer = await server("PUT", `/profiles/${id}`, { ...reached, traits: { tier: "gold" }, time_zone: "Europe/Paris" });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  expect(JSON.parse(text)).toEqual({
    user: id,
    traits: { tier: "gold" },
    reach: { email: { address: true, opt_in: "granted" } },
  });
  const later = await server("PUT", `/profiles/${id}`, { traits: { orders: 2 }, email: null });
  expect(await later.json()).toMatchObject({ traits: { tier: "gold", orders: 2 }, reach: {} });
});

test.each([
  [{ traits: { vip: true } }, "/traits/vip", "declare it under `traits`"],
  [{ traits: { orders: "two" } }, "/traits/orders", "int"],
  [{ email: "a@shop.example, b@shop.example" }, "/email", "one plain e-mail address"],
  [{ phone: "0612345678" }, "/phone", "with its country"],
  [{ time_zone: "Mars/Olympus" }, "/time_zone", "Europe/Paris"],
  [{ opt_in: { email: { status: "yes", at: 0, source: "x" } } }, "/opt_in/email/status", ""],
  [{ opt_in: { fax: leave } }, "/opt_in", "not part of this request"],
  [{ visitor: "short" }, "/visitor", "id of a visitor"],
])("%j is refused, and told where", async (body, pointer, detail) => {
  const answer = await server("PUT", `/profiles/${user()}`, body);
  const problem = await answer.json<{ pointer: string; detail: string }>();
  expect([answer.status, problem.pointer]).toEqual([422, pointer]);
  expect(problem.detail).toContain(detail);
});

test.each(["..", ".", "a b", "a/b", "x".repeat(129)])("B7: a user called %j is refused", async (id) => {
  const answer = await server("PUT", `/profiles/${encodeURIComponent(id).replace(/\./g, "%2E")}`, {});
  expect([404, 422]).toContain(answer.status);
});

test("a visitor whom the server binds to a user is written to at the user's address", async () => {
  const came = receiver();
  const batch = batchOf(hesitation, { user: undefined });
  expect((await post(batch)).status).toBe(202);
  expect(came.filter(({ body }) => body.type === "message.send")).toEqual([]);
  const id = user();
  expect((await server("PUT", `/profiles/${id}`, { ...reached, visitor: batch.visitor })).status).toBe(200);
  await vi.waitFor(() => expect(came.filter(({ body }) => body.type === "message.send")).toHaveLength(1));
  expect(came.at(-1)?.body.data).toMatchObject({
    person: { id, identity: "verified", email: "someone@shop.example", opt_in: { email: { status: "granted" } } },
  });
  const again = await server("PUT", `/profiles/${user()}`, { visitor: batch.visitor });
  expect(again.status).toBe(409);
});

test("each event counts once, however often it is told", async () => {
  const id = user();
  const events = [
    { id: "a", user: id, kind: "purchase", at: await now(), order: "o-1" },
    { id: "b", user: id, name: "ticket_opened", at: "2026-11-22T19:03:00Z" },
  ];
  const first = await server("POST", "/events", { events });
  expect([first.status, await first.json()]).toEqual([202, { taken: 2, repeated: 0 }]);
  const all = await Promise.all(Array.from({ length: 20 }, () => server("POST", "/events", { events })));
  for (const one of all) expect(await one.json()).toEqual({ taken: 0, repeated: 2 });
  for (const days of [16, 16]) await skip(days * 86_400_000);
  expect(await (await server("POST", "/events", { events })).json()).toEqual({ taken: 2, repeated: 0 });
});

test("one id of two users is two events: each id counts once for its user", async () => {
  const events = [user(), user()].map((id) => ({ id: "crm-1", user: id, name: "ticket_opened", at: 0 }));
  expect(await (await server("POST", "/events", { events })).json()).toEqual({ taken: 2, repeated: 0 });
});

test("ids that count no more are forgotten, looked for once a day", async () => {
  const id = user();
  const person = bindings.PERSON.getByName(objectName("pk_demo", "u", id));
  const kept = () =>
    runInDurableObject(person as never, async (_person, { storage: { sql } }) =>
      sql
        .exec<{ id: string }>("SELECT id FROM event ORDER BY id")
        .toArray()
        .map((row) => row.id),
    );
  const tell = async (event: string) =>
    expect(
      await (await server("POST", "/events", { events: [{ id: event, user: id, name: "seen", at: 0 }] })).json(),
    ).toMatchObject({
      taken: 1,
    });
  await tell("a");
  await skip(29.5 * 86_400_000);
  await tell("b");
  await skip(0.6 * 86_400_000);
  await tell("c");
  expect(await kept()).toEqual(["a", "b", "c"]);
  await tell("a"); // once more: though it is still there, its 30 days are over
  await skip(29.5 * 86_400_000);
  await tell("d");
  expect(await kept()).toEqual(["a", "c", "d"]);
});

test.each([
  [{ events: [] }, "/events"],
  [{ events: [{ id: "a", user: "u-1", at: 0 }] }, "/events/0"],
  [{ events: [{ id: "a", user: "u-1", at: 0, kind: "purchase", name: "x" }] }, "/events/0"],
  [{ events: [{ id: "a", user: "..", at: 0, kind: "purchase" }] }, "/events/0/user"],
  [{ events: [{ id: "a", user: "u-1", at: "yesterday", kind: "purchase" }] }, "/events/0/at"],
  [{ events: [{ id: "a", user: "u-1", at: 0, kind: "dwell" }] }, "/events/0/kind"],
])("%j is refused whole, and told where", async (body, pointer) => {
  const answer = await server("POST", "/events", body);
  expect([answer.status, (await answer.json<{ pointer: string }>()).pointer]).toEqual([422, pointer]);
});

test("a purchase by telephone stops what was to be said, and is a recovery of that journey", async () => {
  const came = receiver();
  const [bought, other] = [batchOf(hesitation), batchOf(hesitation)];
  for (const batch of [bought, other]) expect((await post(batch)).status).toBe(202);
  const events = [{ id: crypto.randomUUID(), user: bought.user?.id, kind: "purchase", at: await now(), order: "by telephone" }];
  expect((await server("POST", "/events", { events })).status).toBe(202);
  await skip(4 * 60_000);
  for (const batch of [bought, other]) await runAlarm(batch);
  const ids = [bought.user?.id, other.user?.id]; // those of the tests before have their own
  const told = () =>
    came
      .filter(({ body: { data } }) => data.why?.trigger === "kept")
      .map(({ body: { data } }) => (data.person as never as { id: string }).id)
      .filter((id) => ids.includes(id));
  await vi.waitFor(() => expect(told()).toEqual([other.user?.id]));
});

test("an order that the page and the server both tell of is one purchase", async () => {
  const order = orderHash("pk_demo", "o-77");
  const batch = batchOf([
    { kind: "page_view", url: "https://shop.example/", device: "desktop" },
    { kind: "purchase", order },
  ]);
  await post(batch);
  const id = batch.user?.id ?? "";
  const event = { id: crypto.randomUUID(), user: id, kind: "purchase", at: await now(), order: "o-77" };
  expect((await server("POST", "/events", { events: [event] })).status).toBe(202);
  const person = bindings.PERSON.getByName(objectName("pk_demo", "u", id));
  const { history } = await profileOf(person);
  expect(history?.purchase).toHaveLength(1);
});

test("an order that a page told of before signing in, and the server meanwhile, is one purchase", async () => {
  const batch = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/", device: "desktop" },
      { kind: "purchase", order: orderHash("pk_demo", "o-78") },
    ],
    { user: undefined },
  );
  await post(batch);
  const id = user();
  const at = await now();
  const events = ["o-78", "o-79"].map((order) => ({ id: order, user: id, kind: "purchase", at, order }));
  expect((await server("POST", "/events", { events })).status).toBe(202);
  expect((await server("PUT", `/profiles/${id}`, { visitor: batch.visitor })).status).toBe(200);
  const { history } = await profileOf(bindings.PERSON.getByName(objectName("pk_demo", "u", id)));
  expect(history?.purchase).toHaveLength(2);
});

const addressAt = addressNames(bindings.EDGE_SECRET ?? "");
/** Why a message of this topic may not go there, of whomever. */
const gateAt = async (email: string, topic = "hints"): Promise<string> => {
  const optIn = { status: "granted", atMs: leave.at, source: "checkout" } as const;
  const asked = { channel: "email", purpose: "marketing", topic, needsOptIn: true, caps: [], mayBegin: true, optIn } as const;
  const said = await bindings.ADDRESS.getByName(await addressAt("pk_demo", "email", email)).claim({
    messageId: crypto.randomUUID(),
    ...asked,
  });
  return said.ok ? "ok" : said.gate;
};

test.each([null, "another"])(
  "a refusal reaches the address that it answers, though it is told together with email %j",
  async (next) => {
    const [id, old] = [user(), `${user()}@shop.example`];
    const email = next && `${user()}@shop.example`;
    const denial = { ...leave, status: "denied", at: leave.at + 1 };
    await server("PUT", `/profiles/${id}`, { email: old, opt_in: { email: leave } });
    expect(await gateAt(old)).toBe("ok");
    expect((await server("PUT", `/profiles/${id}`, { email, opt_in: { email: denial }, topics_off: [] })).status).toBe(200);
    expect(await gateAt(old)).toBe("no_opt_in");
    if (email) expect(await gateAt(email)).toBe("no_opt_in");
  },
);

test("a topic that is not wanted is not wanted at the address, whoever uses it, until the server tells otherwise", async () => {
  const [id, old, email] = [user(), `${user()}@shop.example`, `${user()}@shop.example`];
  await server("PUT", `/profiles/${id}`, { email: old, opt_in: { email: leave } });
  await server("PUT", `/profiles/${id}`, { email, topics_off: ["hints"] });
  expect([await gateAt(old), await gateAt(email), await gateAt(email, "news")]).toEqual(["unsubscribed", "unsubscribed", "ok"]);
  await server("PUT", `/profiles/${id}`, { topics_off: [] });
  expect([await gateAt(old), await gateAt(email)]).toEqual(["unsubscribed", "ok"]);
});

test("a refusal that comes in a token reaches the address that it answers", async () => {
  const [id, old] = [user(), `${user()}@shop.example`];
  await server("PUT", `/profiles/${id}`, { email: old, opt_in: { email: leave } });
  const denial = { ...leave, status: "denied", at: leave.at + 1 } as const;
  await skip(2000);
  const token = await tokenOf(id, { email: null, opt_in: { email: denial } });
  expect(
    (await post(batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }], { user: { id, token } })))
      .status,
  ).toBe(202);
  await vi.waitFor(async () => expect(await gateAt(old)).toBe("no_opt_in"));
});

test("a visitor of somebody else who is named in a refused request is shared with nobody", async () => {
  const [first, second] = [user(), user()];
  const view = { kind: "page_view", url: "https://shop.example/", device: "desktop" } as const;
  const batch = batchOf([view], { user: { id: first } });
  await post(batch);
  expect((await server("PUT", `/profiles/${second}`, { visitor: batch.visitor, traits: { tier: "gold" } })).status).toBe(409);
  const old = await tokenOf(second, { exp: Math.floor(Date.now() / 1000) - 60 });
  expect((await post(batchOf([view], { visitor: batch.visitor, user: { id: second, token: old } }))).status).toBe(202);
  const person = bindings.PERSON.getByName(objectName("pk_demo", "u", second));
  expect(await person.timeline({ limit: 1 })).toBeNull();
});

test("B3: what a browser tells makes nothing known", async () => {
  const batch = batchOf([
    { kind: "page_view", url: "https://shop.example/", device: "desktop" },
    { kind: "identify", traits: { tier: "gold" } },
    { kind: "purchase", order: "0a1b2c3d4e5f6071" },
  ]);
  await post(batch);
  const profile = await profileOf(bindings.PERSON.getByName(objectName("pk_demo", "u", batch.user?.id ?? "")));
  expect(profile.traits).toEqual({ claimed: { tier: "gold" } });
});

test("A1: an address that a page tells is not kept, unless the site file says so; then it is a claim", async () => {
  const contact = { kind: "contact", email: "Victim@Mail.example", phone: "+33612345678", opt_in: true } as const;
  const batch = batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }, contact], { user: undefined });
  expect((await post(batch)).status).toBe(202);
  expect((await profileOf(bindings.PERSON.getByName(objectName("pk_demo", "v", batch.visitor)))).reach).toBeUndefined();

  const site = await siteOf(
    `version: 1\nsite: pk_demo\norigins: [https://shop.example]\nidentity: { claimed_addresses: true }\n`,
  );
  const profile = newProfile("pk_demo", "somebody", batch.sent_at);
  takeBatch(profile, batch, batch.sent_at, site);
  expect(profile.reach).toMatchObject({ email: { by: "claimed", address: "victim@mail.example" }, sms: { by: "claimed" } });
});

test("a token that was made before the server told otherwise tells nothing, one that was made after does", async () => {
  const id = user();
  const view = { kind: "page_view", url: "https://shop.example/", device: "desktop" } as const;
  const iat = (await now()) / 1000 - 60;
  expect((await server("PUT", `/profiles/${id}`, { traits: { tier: "gold" }, email: "new@shop.example" })).status).toBe(200);
  const signedIn = async (token: string) => (await post(batchOf([view], { user: { id, token } }))).status;
  const kept = async () => await profileOf(bindings.PERSON.getByName(objectName("pk_demo", "u", id)));
  expect(await signedIn(await tokenOf(id, { iat, traits: { tier: "silver" }, email: "old@shop.example" }))).toBe(202);
  expect(await kept()).toMatchObject({ traits: { known: { tier: "gold" } }, reach: { email: { address: "new@shop.example" } } });
  const later = (await now()) / 1000 + 1;
  await skip(2000);
  expect(await signedIn(await tokenOf(id, { iat: later, traits: { tier: "silver" } }))).toBe(202);
  expect(await kept()).toMatchObject({ traits: { known: { tier: "silver" } } });
});
