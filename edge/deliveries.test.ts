import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { objectName } from "./env.ts";
import type { AuditLine, Delivery, DeliveryLine, EndpointLine } from "./site/answers.ts";
import {
  batchOf,
  bindings,
  type Hook,
  hesitation,
  owed,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
} from "./test/edge.ts";
import { get, root, send } from "./test/site.ts";

/** Everybody who hesitates is written to by mail, is told of to another tool, and staff have a channel. */
const yaml = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
limits: { cap: { max: 50, per: 24h }, sms_to: ["+33"] }
triggers:
  lingering: { on: [hesitation], band: now, message: hint }
messages:
  hint: { purpose: service, subject: Which one fits?, action: { label: See plans, link: /pricing } }
destinations:
  email: { url: "https://mail.tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
  other: { url: "https://other.tool.example/hook", channels: [sms], moments: [hesitation], secret: DEST_PK_DEMO_OTHER }
  team: { url: "https://team.tool.example/hook", channels: [team], secret: DEST_PK_DEMO_TEAM }
`;

const minute = 60_000;
const path = "/sites/pk_demo";
const ask = async <T>(method: string, at: string, body: unknown = "") => {
  const answer = await send(root, method, `${path}${at}`, body);
  return { status: answer.status, ...(await answer.json<T>()) };
};
const endpoint = (name: string) => bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", name));
const rings = (name: string) => runDurableObjectAlarm(endpoint(name) as never);

let aheadMs = 0;
/** On the system's clock, by which the age of a site file is counted. */
function tenSecondsLater(): void {
  aheadMs += 10_001;
  vi.useFakeTimers({ toFake: ["Date"], now: vi.getRealSystemTime() + aheadMs });
}

const answers: Record<string, (hook: Hook & { to: string }) => Response> = {};
const came: (Hook & { to: string })[] = [];

beforeEach(async () => {
  await pushDemo(() => yaml);
  for (const name of Object.keys(answers)) delete answers[name];
  listen();
  for (const name of ["email", "other", "team"]) await ask("POST", `/destinations/${name}/enable`);
  tenSecondsLater();
  // What this isolate knows of the last test's failures is over when the log has told it so.
  await vi.waitFor(
    async () => {
      const batch = await hesitates();
      await scheduler.wait(50);
      expect(of(batch, "email")).toHaveLength(1);
    },
    { timeout: 4000, interval: 300 },
  );
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Receivers that answer each for itself, by the address they are reached at. */
function listen(): void {
  receiver();
  vi.spyOn(bindings.RECEIVER, "fetch").mockImplementation(async (url, init) => {
    const request = new Request(url as string, init as RequestInit);
    const text = await request.text();
    const [to = ""] = new URL(request.url).hostname.split(".");
    const { headers } = request;
    const hook = {
      to,
      id: headers.get("webhook-id") ?? "",
      attempt: headers.get("cusp-attempt") ?? "",
      headers,
      text,
      body: JSON.parse(text),
    };
    came.push(hook);
    return answers[to]?.(hook) ?? new Response("{}");
  });
}

type Somebody = ReturnType<typeof batchOf>;

async function hesitates(): Promise<Somebody> {
  const batch = batchOf(hesitation);
  expect((await post(batch)).status).toBe(202);
  return batch;
}

const of = (batch: Somebody, to: string) =>
  came.filter((hook) => hook.to === `${to === "email" ? "mail" : to}` && hook.text.includes(batch.session.id));
const said = (batch: Somebody, to: string, count = 1) =>
  vi.waitFor(() => expect(of(batch, to)).toHaveLength(count), { timeout: 3000 });
const idOf = (batch: Somebody, to = "email"): string => of(batch, to)[0]?.id ?? "";

const logged = async (id: string): Promise<Delivery> => await get(`${path}/deliveries/${id}`);
const isLogged = (id: string, state: string) =>
  vi.waitFor(async () => expect((await logged(id)).state).toBe(state), { timeout: 3000 });
async function comesTo(batch: Somebody, state: string, name = "email"): Promise<void> {
  await said(batch, name);
  await isLogged(idOf(batch, name), state);
}

const stateOf = async (name: string) =>
  (await get<{ destinations: EndpointLine[] }>(`${path}/destinations`)).destinations.find(
    ({ destination }) => destination === name,
  );

/** One who hesitates after another, until the destination is given up for a while. */
async function dies(name: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await hesitates();
      expect((await stateOf(name))?.state).toBe("trying");
    },
    { timeout: 8000, interval: 20 },
  );
}

test("9: what was delivered stands in the log, with its attempts, by state, person and time", async () => {
  answers.mail = ({ attempt }) =>
    attempt === "1" ? new Response("busy: ask jane@tool.example", { status: 503 }) : Response.json({ provider_id: "tool-77" });
  const batch = await hesitates();
  await said(batch, "email");
  const id = idOf(batch);
  await isLogged(id, "again");
  await skip(7000);
  await runAlarm(batch);
  await isLogged(id, "delivered");
  const { tried, ...line } = await logged(id);
  expect(line).toMatchObject({
    ...{ id, destination: "email", type: "message.send", person: batch.user?.id, channel: "email", message: "hint" },
    ...{ state: "delivered", attempts: 2, status: 200, provider_id: "tool-77" },
  });
  expect(tried).toMatchObject([
    { attempt: 1, state: "again", status: 503, text: "busy: ask ~", took_ms: expect.any(Number), again_at: expect.any(Number) },
    { attempt: 2, state: "delivered", status: 200 },
  ]);
  const listed = async (query: string) =>
    (await get<{ deliveries: DeliveryLine[] }>(`${path}/deliveries?${query}`)).deliveries.map((one) => one.id);
  expect(await listed(`person=${batch.user?.id}&destination=email`)).toEqual([id]);
  expect(await listed(`person=${batch.user?.id}&state=failed`)).toEqual([]);
  expect(await listed(`person=${batch.user?.id}&from=${line.at}&to=${line.at + 1}&message=hint`)).toEqual([id]);
  expect(await listed(`person=${batch.user?.id}&to=${line.at}`)).toEqual([]);
  expect(await endpoint("email").messageOf("tool-77")).toBe(id);
});

test("9: the log is read page by page, over all destinations, the newest first and nothing twice", async () => {
  const all = await Promise.all(Array.from({ length: 6 }, hesitates));
  for (const batch of all) for (const name of ["email", "other"]) await comesTo(batch, "delivered", name);
  const read: DeliveryLine[] = [];
  let before: string | undefined = "";
  while (before !== undefined) {
    const page: { deliveries: DeliveryLine[]; next?: string } = await get(
      `${path}/deliveries?limit=5${before && `&before=${before}`}`,
    );
    read.push(...page.deliveries);
    before = page.next;
  }
  expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
  expect(read.map(({ at }) => at)).toEqual(read.map(({ at }) => at).toSorted((a, b) => b - a));
  for (const batch of all) expect(read.filter(({ id }) => [idOf(batch), idOf(batch, "other")].includes(id))).toHaveLength(2);
});

test("3: a replay sends the same bytes under the same id, with the next number, and leaves a line of who did it", async () => {
  const batch = await hesitates();
  await said(batch, "email");
  const id = idOf(batch);
  await isLogged(id, "delivered");
  expect(await ask("POST", `/deliveries/${id}/replay`)).toMatchObject({ status: 200, attempt: 2, state: "delivered" });
  await said(batch, "email", 2);
  const [first, again] = of(batch, "email");
  expect([again?.id, again?.text, again?.attempt]).toEqual([id, first?.text, "2"]);
  expect((await logged(id)).tried.map(({ attempt, state }) => `${attempt} ${state}`)).toEqual(["1 delivered", "2 delivered"]);
  const { audit } = await get<{ audit: AuditLine[] }>(`${path}/audit`);
  expect(audit.at(-1)).toMatchObject({ who: "root", what: "replayed", detail: `${id} to email` });
});

test("3: a body is kept for a week, and erased then; the log still has what came of it", async () => {
  const batch = await hesitates();
  await said(batch, "email");
  const id = idOf(batch);
  await isLogged(id, "delivered");
  const bodies = () =>
    runInDurableObject(personOf(batch) as never, async (_person, { storage: { sql } }) => {
      const [{ n }] = sql
        .exec<{ n: number }>("SELECT count(*) AS n FROM profile WHERE id > 1 AND instr(json, ?) > 0", id)
        .toArray() as [{ n: number }];
      return n;
    });
  await vi.waitFor(async () => expect((await owed(batch)).rows).toEqual([]), { timeout: 8000, interval: 250 });
  expect(await bodies()).toBe(1);
  await skip(6 * 24 * 60 * minute);
  await runAlarm(batch);
  expect(await bodies()).toBe(1);
  await skip(24 * 60 * minute + minute);
  await runAlarm(batch);
  expect(await bodies()).toBe(0);
  expect(await ask("POST", `/deliveries/${id}/replay`)).toMatchObject({
    status: 409,
    detail: "the message is not sent again: its body is kept no longer, or it is still being tried",
  });
  expect((await logged(id)).state).toBe("delivered");
}, 20_000);

test("9: dead letters are sent again by state and time, all of them and nothing else", async () => {
  answers.mail = () => new Response("no", { status: 422 });
  const dead = [await hesitates(), await hesitates(), await hesitates()];
  for (const batch of dead) await comesTo(batch, "failed");
  answers.mail = () => new Response("{}");
  const well = await hesitates();
  await comesTo(well, "delivered");
  const from = Math.min(...(await Promise.all(dead.map(async (batch) => (await logged(idOf(batch))).at))));
  expect(await ask("POST", "/deliveries/replay", { destination: "email", state: "failed", from })).toEqual({
    status: 202,
    replaying: 3,
  });
  for (const batch of dead)
    await vi.waitFor(async () => {
      await rings("email");
      expect((await logged(idOf(batch))).state).toBe("delivered");
    });
  for (const batch of dead) expect(of(batch, "email").map(({ attempt }) => attempt)).toEqual(["1", "2"]);
  expect(of(well, "email")).toHaveLength(1);
  expect(await ask("POST", "/deliveries/replay", { destination: "email" })).toMatchObject({ status: 422 });
});

test("9: what was refused when a range was sent again goes out when it is asked for once more", async () => {
  answers.mail = () => new Response("no", { status: 422 });
  const batch = await hesitates();
  await comesTo(batch, "failed");
  answers.mail = () => new Response("{}");
  const range = { destination: "email", state: "failed", person: batch.user?.id };
  await ask("POST", "/destinations/email/disable");
  tenSecondsLater();
  await ask("POST", "/deliveries/replay", range);
  await vi.waitFor(async () => {
    await rings("email");
    expect((await stateOf("email"))?.replays.refused).toEqual({ "its destination is disabled: enable it first": 1 });
  });
  await ask("POST", "/destinations/email/enable");
  tenSecondsLater();
  expect(await ask("POST", "/deliveries/replay", range)).toMatchObject({ replaying: 1 });
  await vi.waitFor(async () => {
    await rings("email");
    expect(of(batch, "email")).toHaveLength(2);
  });
});

test("9: a test tells whether the address answers, is about nobody, and is no message", async () => {
  answers.other = () => new Response("who are you?", { status: 401 });
  expect(await ask("POST", "/destinations/other/test")).toMatchObject({ status: 401, state: "again", text: "who are you?" });
  const hook = came.find(({ body }) => body.type === "webhook.test");
  expect(hook?.body.data).toMatchObject({ live: false, site: "pk_demo", message_id: hook?.id });
  expect((await send(root, "POST", `${path}/destinations/nobody/test`, "")).status).toBe(404);
});

test("7: a destination that is down delays none of another's, and uses up no attempt while it is left alone", {
  timeout: 20_000,
}, async () => {
  answers.mail = () => new Response("", { status: 500 });
  await dies("email");
  const batch = await hesitates();
  await said(batch, "other"); // at once
  expect((await stateOf("other"))?.state).toBe("well");
  expect(of(batch, "email")).toEqual([]);
  await vi.waitFor(async () =>
    expect((await owed(batch)).rows).toContainEqual(expect.objectContaining({ state: "pending", attempt: 0 })),
  );
  // It is tried again when its time has come, one message first.
  answers.mail = () => new Response("{}");
  await vi.waitFor(
    async () => {
      await skip(minute);
      await runAlarm(batch);
      expect(of(batch, "email").map(({ attempt }) => attempt)).toEqual(["1"]);
    },
    { timeout: 8000 },
  );
  await vi.waitFor(async () => expect((await stateOf("email"))?.state).toBe("well"));
});

test("8: a 410 disables it, staff are told elsewhere, what comes then is held, and goes out when it is released", {
  timeout: 20_000,
}, async () => {
  answers.mail = () => new Response("", { status: 410 });
  const gone = await hesitates();
  await said(gone, "email");
  await isLogged(idOf(gone), "gone");
  await vi.waitFor(async () => {
    await rings("email");
    expect(came.some(({ body, to }) => to === "team" && body.type === "endpoint.disabled")).toBe(true);
  });
  expect(await stateOf("email")).toMatchObject({ state: "disabled", why: expect.stringContaining("410") });
  const { audit } = await get<{ audit: AuditLine[] }>(`${path}/audit`);
  expect(audit.filter(({ who }) => who === "edge").at(-1)).toMatchObject({ what: "endpoint_disabled" });

  tenSecondsLater();
  answers.mail = () => new Response("{}");
  const held = await hesitates();
  await said(held, "other");
  const heldIds = async () =>
    (
      await get<{ deliveries: DeliveryLine[] }>(`${path}/deliveries?destination=email&state=held&person=${held.user?.id}`)
    ).deliveries.map(({ id }) => id);
  await vi.waitFor(async () => expect(await heldIds()).toHaveLength(1));
  expect(of(held, "email")).toEqual([]);
  const [id = ""] = await heldIds();
  expect(await ask("POST", `/deliveries/${idOf(gone)}/replay`)).toMatchObject({ status: 409 });

  await ask("POST", "/destinations/email/enable");
  expect(await ask("POST", "/destinations/email/release")).toMatchObject({ status: 200, released: 1, more: false });
  await runAlarm(held); // whoever looks at once may not know yet that it is enabled
  tenSecondsLater();
  await vi.waitFor(async () => {
    await runAlarm(held);
    expect(of(held, "email").map((hook) => hook.id)).toEqual([id]);
  });
  await isLogged(id, "delivered");
});

test("8: what was released and is held once more can be released once more", { timeout: 20_000 }, async () => {
  await ask("POST", "/destinations/email/disable");
  tenSecondsLater();
  const batch = await hesitates();
  await said(batch, "other");
  const held = async () =>
    (
      await get<{ deliveries: DeliveryLine[] }>(`${path}/deliveries?destination=email&state=held&person=${batch.user?.id}`)
    ).deliveries.map(({ id }) => id);
  await vi.waitFor(async () => expect(await held()).toHaveLength(1));
  const [id = ""] = await held();

  // Released too soon: the destination is disabled still.
  expect(await ask("POST", "/destinations/email/release")).toMatchObject({ released: 1 });
  expect(await held()).toEqual([]);
  await skip(6000);
  await runAlarm(batch);
  await vi.waitFor(async () => expect(await held()).toEqual([id]));

  await ask("POST", "/destinations/email/enable");
  expect(await ask("POST", "/destinations/email/release")).toMatchObject({ released: 1 });
  tenSecondsLater();
  await vi.waitFor(async () => {
    await runAlarm(batch);
    expect(of(batch, "email").map((hook) => hook.id)).toEqual([id]);
  });
});

test("8: what an attempt that died had begun is held and released like all else", { timeout: 20_000 }, async () => {
  answers.mail = () => new Promise<Response>(() => {}) as never;
  const batch = await hesitates();
  await said(batch, "email");
  const id = idOf(batch);
  await ask("POST", "/destinations/email/disable");
  tenSecondsLater();
  await skip(21_000);
  await runAlarm(batch);
  await isLogged(id, "held");
  answers.mail = () => new Response("{}");
  await ask("POST", "/destinations/email/enable");
  expect(await ask("POST", "/destinations/email/release")).toMatchObject({ released: 1 });
  tenSecondsLater();
  await vi.waitFor(async () => {
    await runAlarm(batch);
    expect(of(batch, "email").map((hook) => hook.id)).toEqual([id, id]);
  });
  await isLogged(id, "delivered");
});

test("8: what was answered 410 just before the edge died is held and released like all else", { timeout: 20_000 }, async () => {
  answers.mail = () => new Response("", { status: 410 });
  const batch = await hesitates();
  await said(batch, "email");
  const id = idOf(batch);
  await isLogged(id, "gone");
  await vi.waitFor(async () => {
    await rings("email");
    expect(came.some(({ body, to }) => to === "team" && body.type === "endpoint.disabled")).toBe(true);
  });
  await runInDurableObject(personOf(batch) as never, (_person, ctx) => ctx.abort("it dies")).catch(() => undefined);
  tenSecondsLater();
  await skip(21_000);
  await runAlarm(batch);
  await isLogged(id, "held");
  answers.mail = () => new Response("{}");
  await ask("POST", "/destinations/email/enable");
  expect(await ask("POST", "/destinations/email/release")).toMatchObject({ released: 1 });
  tenSecondsLater();
  await vi.waitFor(async () => {
    await runAlarm(batch);
    expect(of(batch, "email").map((hook) => hook.id)).toEqual([id, id]);
  });
  await isLogged(id, "delivered");
});

test("8: what is held by whoever does not know yet that the destination is enabled goes out by itself", {
  timeout: 30_000,
}, async () => {
  await ask("POST", "/destinations/email/disable");
  tenSecondsLater();
  await said(await hesitates(), "other"); // this isolate knows now that it is disabled
  await ask("POST", "/destinations/email/enable");
  const batch = await hesitates();
  const line = async () =>
    (await get<{ deliveries: DeliveryLine[] }>(`${path}/deliveries?destination=email&person=${batch.user?.id}`)).deliveries[0];
  await vi.waitFor(async () => expect((await line())?.state).toBe("held"));
  tenSecondsLater();
  await vi.waitFor(
    async () => {
      await rings("email");
      await skip(1000);
      await runAlarm(batch);
      expect(of(batch, "email")).toHaveLength(1);
    },
    { timeout: 15_000, interval: 500 },
  );
});

test("8: what is held longer than it is of use expires", { timeout: 20_000 }, async () => {
  await ask("POST", "/destinations/email/disable");
  tenSecondsLater();
  const batch = await hesitates();
  await said(batch, "other");
  const line = async () =>
    (await get<{ deliveries: DeliveryLine[] }>(`${path}/deliveries?destination=email&person=${batch.user?.id}`)).deliveries[0];
  await vi.waitFor(async () => expect((await line())?.state).toBe("held"));
  await skip(16 * minute);
  await runAlarm(batch);
  await vi.waitFor(async () => expect((await line())?.state).toBe("expired"));
  expect(of(batch, "email")).toEqual([]);
});

test("5: who asks for time with a 429 is left alone by all messages until then", { timeout: 20_000 }, async () => {
  answers.mail = () => new Response("", { status: 429, headers: { "retry-after": "120" } });
  const first = await hesitates();
  await said(first, "email");
  await vi.waitFor(async () => expect((await stateOf("email"))?.state).toBe("trying"));
  const second = await hesitates();
  await said(second, "other");
  expect(of(second, "email")).toEqual([]);
  answers.mail = () => new Response("{}");
  await skip(minute);
  await runAlarm(second);
  expect(of(second, "email")).toEqual([]);
  await vi.waitFor(
    async () => {
      await skip(minute);
      await runAlarm(second);
      expect(of(second, "email")).toHaveLength(1);
    },
    { timeout: 8000 },
  );
});

test("nothing is missing from the log when it could not be told: the person's object tells it later", {
  timeout: 20_000,
}, async () => {
  const fails = await runInDurableObject(endpoint("email") as never, async (object) =>
    vi.spyOn(object as never as { note: () => Promise<void> }, "note").mockRejectedValue(new Error("it cannot be reached")),
  );
  const batch = await hesitates();
  await said(batch, "email");
  const id = idOf(batch);
  await vi.waitFor(async () => expect((await owed(batch)).rows).toEqual([]), { timeout: 8000, interval: 250 });
  expect((await send(root, "GET", `${path}/deliveries/${id}`, undefined as never).catch(() => undefined))?.status).not.toBe(200);
  fails.mockRestore();
  await skip(21_000);
  await runAlarm(batch);
  await isLogged(id, "delivered");
  expect(of(batch, "email")).toHaveLength(1);
});
