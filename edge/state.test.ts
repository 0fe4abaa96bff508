import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  admin,
  batchOf,
  bindings,
  call,
  type Hook,
  hesitation,
  now,
  origin,
  post,
  pushDemo,
  receiver,
  skip,
} from "./test/edge.ts";
import { get } from "./test/site.ts";

const yaml = `version: 1
site: pk_demo
origins: [${origin}]
pages:
  pricing: { match: [/pricing*], key: true }
triggers:
  lingering: { on: [hesitation], when: page.type == "pricing", band: now, message: help }
messages:
  help:
    purpose: service
    subject: Can we help?
    action: { label: Chat now, chat: open, shown_if: chat.agents_online > 0, else: { label: Read, link: /help } }
destinations:
  email: { url: "https://inbox.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

let came: Hook[] = [];
beforeEach(async () => {
  await pushDemo(() => yaml);
  came = receiver();
});
afterEach(() => vi.restoreAllMocks());

let key: string | undefined;
async function put(body: unknown, headers: Record<string, string> = {}, site = "pk_demo"): Promise<Response> {
  key ??= (await (await admin("/sites/pk_demo/tokens", { method: "POST", body: '{"role":"server"}' })).json<{ token: string }>())
    .token;
  const init = { method: "PUT", body: JSON.stringify(body), headers: { authorization: `Bearer ${key}`, ...headers } };
  return await call(`/v1/sites/${site}/state`, init);
}

let aheadMs = 0;
/** On the system's clock, by which the age of what an isolate knows is counted. It never goes back. */
function tenSecondsLater(): void {
  aheadMs += 10_001;
  vi.useFakeTimers({ toFake: ["Date"], now: vi.getRealSystemTime() + aheadMs });
}

async function label(): Promise<unknown> {
  const batch = batchOf(hesitation);
  expect((await post(batch)).status).toBe(202);
  const mine = () => came.filter(({ text }) => text.includes(batch.session.id));
  await vi.waitFor(() => expect(mine()).not.toHaveLength(0));
  const { content } = (mine()[0] as Hook).body.data as unknown as { content: { action: { label: string } } };
  return content.action.label;
}

test("agents that the site's server tells of are there within 10 s, and for a minute", async () => {
  tenSecondsLater();
  expect(await label()).toBe("Read");
  const answer = await put({ agents_online: 3 });
  const { until, ...told } = await answer.json<{ until: string }>();
  expect([answer.status, told]).toEqual([200, { agents_online: 3, ttl_s: 60 }]);
  expect(Date.parse(until) - (await now())).toBeGreaterThan(50_000);
  tenSecondsLater();
  expect(await label()).toBe("Chat now");
  await skip(50_000);
  expect(await label()).toBe("Read"); // the isolate still knows of them: what it knows has run out
});

test("told again they stay, and told to be none they are gone", async () => {
  await put({ agents_online: 1 });
  await skip(40_000);
  await put({ agents_online: 1 });
  await skip(40_000);
  tenSecondsLater();
  expect(await label()).toBe("Chat now");
  await put({ agents_online: 0 });
  tenSecondsLater();
  expect(await label()).toBe("Read");
});

test("nothing but a whole number of agents is taken, from nobody but the site's server", async () => {
  for (const body of [
    {},
    { agents_online: -1 },
    { agents_online: 1.5 },
    { agents_online: "3" },
    { agents_online: 1, more: 1 },
    3,
  ])
    expect((await put(body)).status, JSON.stringify(body)).toBe(422);
  expect((await put({ agents_online: 1 }, { origin })).status).toBe(403);
  expect((await put({ agents_online: 1 }, {}, "pk_other")).status).toBe(403);
  expect((await put({ agents_online: 1 }, { authorization: "Bearer sk_pk_demo_x" })).status).toBe(401);
  const answer = await put({ agents_online: 0 });
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("what is told of agents is no version of the file and lies in no copy of it", async () => {
  const before = await get<{ versions: object[] }>("/sites/pk_demo/versions");
  await put({ agents_online: 4 });
  expect(await get("/sites/pk_demo/versions")).toEqual(before);
  const copies = await bindings.SITES?.list();
  for (const { name } of copies?.keys ?? []) expect(await bindings.SITES?.get(name)).not.toContain('"agents"');
});
