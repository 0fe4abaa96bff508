import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { objectName } from "./env.ts";
import { lineOf, personTimeline } from "./objects/person/timeline.ts";
import type { Timeline, TimelineLine } from "./site/answers.ts";
import {
  batchOf,
  bindings,
  call,
  type Hook,
  hesitation,
  now,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
  tokenOf,
} from "./test/edge.ts";
import { as, newSite, root, send } from "./test/site.ts";

/** The demo's file, with a reminder an hour after somebody hesitated at the cart. */
const withReminder = (yaml: string) =>
  yaml
    .replace(
      "triggers:\n",
      `triggers:
  cart-kept: { on: [hesitation], when: page.type == "cart", band: later, message: reminder }
`,
    )
    .replace("messages:\n", "messages:\n  reminder: { subject: As you left it, action: { label: Back, link: /cart } }\n");

beforeEach(() => pushDemo(withReminder));
afterEach(() => vi.restoreAllMocks());

const ask = (id: string, query = "", token = root) =>
  as(token, `/people/${encodeURIComponent(id)}/timeline?${token === root ? "site=pk_demo&" : ""}${query}`);
const timelineOf = async (id: string, query = ""): Promise<Timeline> => await (await ask(id, query)).json<Timeline>();
const told = ({ lines }: Timeline) => lines.map(({ what, gate }) => (gate ? `${what} ${gate}` : what)).reverse();

const sent = (came: Hook[]) => came.filter(({ body }) => body.type === "message.send");

async function somebodyHesitates(more: Parameters<typeof batchOf>[1] = {}) {
  const nowMs = await now();
  const batch = batchOf(hesitation, { sent_at: nowMs, ...more }, nowMs - 20_000);
  const answer = await post(batch);
  if (answer.status !== 202) throw new Error(await answer.text());
  return { batch, user: batch.user?.id ?? "" };
}

async function somebodyIsTold() {
  const came = receiver();
  const { batch, user } = await somebodyHesitates();
  await vi.waitFor(() => expect(sent(came)).toHaveLength(1));
  return { batch, user, message: (sent(came)[0] as Hook).id };
}

test("a person is found by user, by address and by message, and says what was seen, decided and sent", async () => {
  const { user, message } = await somebodyIsTold();
  const mine = await timelineOf(user);
  expect(mine).toMatchObject({
    person: user,
    site: "pk_demo",
    live: true,
    identity: "verified",
    stage: "consideration",
    running: [],
  });
  expect(told(mine).filter((what) => what !== "not_entered when")).toEqual(["seen", "entered", "sent", "exited done"]);
  expect(mine.lines.find(({ what }) => what === "sent")).toMatchObject({
    message_id: message,
    channel: "email",
    step: "compare-plans",
  });
  expect(mine.lines.at(-1)?.text).toMatch(/^A visitor hesitated on the pricing page: 20 s on the page, .*Score 7\.\d\.$/);
  expect(await timelineOf(message)).toEqual(mine);
  expect(await timelineOf(`${user}@shop.example`)).toEqual(mine);
});

const cart: Parameters<typeof batchOf>[0] = [
  { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
  { kind: "add_to_cart", items: [{ id: "beans", name: "Beans", price: 12 }], currency: "EUR", at: 1000 },
  { kind: "scroll_depth", depth: 0.5, at: 5000 },
  { kind: "dwell", engaged_ms: 30_000, at: 31_000 },
];

test("who buys on another device is told of as such: how long ago, and what is not sent for it", async () => {
  receiver();
  const nowMs = await now();
  const laptop = batchOf(cart, { sent_at: nowMs }, nowMs - 31_000);
  const { user } = laptop;
  expect((await post(laptop)).status).toBe(202);
  expect(await timelineOf(user?.id ?? "")).toMatchObject({
    running: [{ trigger: "cart-kept", step: "reminder" }],
  });
  const purchase: typeof cart = [
    { kind: "page_view", url: "https://shop.example/thanks", device: "phone" },
    { kind: "purchase", order: "0a1b2c3d4e5f6071" },
  ];
  await skip(20_000);
  const atMs = (await now()) - 11_000;
  await post(batchOf(purchase, { user, sent_at: atMs + 11_000 }, atMs));
  const mine = await timelineOf(user?.id ?? "");
  expect(mine).toMatchObject({ running: [], stage: "ownership" });
  expect(mine.lines[0]).toMatchObject({ what: "exited", trigger: "cart-kept", gate: "purchase" });
  expect(mine.lines[0]?.text).toMatch(/^"reminder" not sent: bought 1[12] s ago on another device$/);
});

test("who has no address that the site vouches for, or never agreed, hears nothing, and why is told once", async () => {
  receiver();
  const anonymous = await somebodyHesitates({ user: undefined });
  const mine = (await personOf(anonymous.batch).timeline({ limit: 100 })) as Timeline;
  expect(mine).toMatchObject({ identity: "anonymous", running: [{ held_by: "unreachable" }] });
  expect(told(mine)).toContain("held unreachable");

  const nobody = { id: `u-${crypto.randomUUID()}` };
  const without = await tokenOf(nobody.id, { opt_in: {} });
  await pushDemo((yaml) => withReminder(yaml).replace("purpose: service", "purpose: marketing"));
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const { batch } = await somebodyHesitates({ user: { ...nobody, token: without } });
  await runAlarm(batch);
  expect(told(await timelineOf(nobody.id)).filter((what) => what.includes("held"))).toEqual(["held no_opt_in"]);
}, 15_000);

test("what a visitor did before signing in is in the user's timeline, in its place and once, also after the object slept", async () => {
  receiver();
  const { batch } = await somebodyHesitates({ user: undefined });
  const user = { id: `u-${batch.visitor.slice(-8)}` };
  const home: typeof cart = [{ kind: "page_view", url: "https://shop.example/", device: "desktop" }];
  for (let i = 0; i < 2; i++) await post(batchOf(home, { visitor: batch.visitor, user, session: batch.session }));
  await vi.waitFor(async () => expect(told(await timelineOf(user.id))).toContain("sent"));
  const mine = await timelineOf(user.id);
  expect(told(mine).filter((what) => what === "seen" || what === "held unreachable" || what === "merged")).toEqual([
    "seen",
    "held unreachable",
    "merged",
  ]);
  await evictDurableObject(personOf({ ...batch, user }) as never);
  expect((await timelineOf(user.id)).lines).toEqual(mine.lines);
  const left = await runInDurableObject(personOf({ visitor: batch.visitor }) as never, async (_one, { storage: { sql } }) =>
    sql.exec("SELECT id FROM profile WHERE id < 0").toArray(),
  );
  expect(left).toEqual([]);
}, 15_000);

test("A4: neither a visitor's id nor an address stands in a timeline", async () => {
  receiver();
  const { batch, user } = await somebodyHesitates();
  const text = await (await ask(user)).text();
  expect(text).toContain("compare-plans");
  for (const secret of [batch.visitor, "@shop.example", "+33612345678"]) expect(text).not.toContain(secret);
});

test.each(["msg_42", `msg_${"A".repeat(43)}_1`])("a user who is called %s is found as every other", async (name) => {
  const id = name === "msg_42" ? `${name}-${crypto.randomUUID()}` : name;
  expect((await post(batchOf(hesitation, { user: { id } }))).status).toBe(202);
  const answer = await ask(id);
  expect([answer.status, (await answer.json<Timeline>()).person]).toEqual([200, id]);
});

test("a token sees its own site's people, and who asks for somebody unknown is told nothing", async () => {
  const { user, message } = await somebodyIsTold();
  const other = await newSite();
  const tokenFor = async (site: string, role: string) =>
    (await (await send(root, "POST", `/sites/${site}/tokens`, { role })).json<{ token: string }>()).token;
  const [own, reviewer, foreign] = [
    await tokenFor("pk_demo", "read"),
    await tokenFor("pk_demo", "review"),
    await tokenFor(other, "read"),
  ];
  const status = async (id: string, query = "", token = root) => (await ask(id, query, token)).status;
  expect(await status(user, "", own)).toBe(200);
  expect(await status(user, "site=pk_demo", own)).toBe(200);
  expect(await status(user, "", reviewer)).toBe(403);
  expect(await status(user, "site=pk_demo", foreign)).toBe(403);
  for (const id of [user, message]) expect(await status(id, "", foreign)).toBe(404);
  for (const id of ["u-nobody", "nobody@shop.example", "+33699999999", "msg_x_1", `msg_${"B".repeat(43)}_1`, `${message}x`])
    expect(await status(id), id).toBe(404);
  expect((await as(root, `/people/${user}/timeline`)).status).toBe(422);
  for (const query of ["limit=0", "limit=501", "before=x", "more=1"]) expect(await status(user, query), query).toBe(422);
  expect((await call(`/v1/admin/people/${user}/timeline?site=pk_demo`)).status).toBe(401);
});

test("a page of a timeline goes on where the one before it ended", async () => {
  const { user } = await somebodyIsTold();
  const whole = await timelineOf(user);
  const pages: TimelineLine[] = [];
  for (let before = ""; ; ) {
    const page = await timelineOf(user, `limit=2${before}`);
    pages.push(...page.lines);
    if (page.next === undefined) break;
    before = `&before=${page.next}`;
  }
  expect(pages).toEqual(whole.lines);
});

test("a batch that leads to nothing costs one row; a decision is written with the person, whole or not at all", async () => {
  const came = receiver();
  const home: typeof cart = [{ kind: "page_view", url: "https://shop.example/", device: "desktop", page: "p0" }];
  const nowMs = await now();
  const batch = batchOf(home, { sent_at: nowMs }, nowMs - 30_000);
  await post(batch);
  let failures = 1;
  const ids = await runInDurableObject(personOf(batch) as never, async (_one, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    const all = exec<{ id: number }>("SELECT id FROM profile WHERE id <= 1")
      .toArray()
      .map(({ id }) => id);
    vi.spyOn(sql, "exec").mockImplementation(((query: string, ...values: never[]) => {
      if (query.startsWith("INSERT INTO profile") && failures-- > 0) throw new Error("the disk is full");
      return exec(query, ...values);
    }) as never);
    return all;
  });
  expect(ids).toEqual([1]);
  const { visitor, user, session } = batch;
  const hesitates = batchOf(hesitation, { visitor, user, session, sent_at: nowMs }, nowMs - 20_000);
  const mine = () => sent(came).filter(({ text }) => text.includes(session.id));
  expect((await post(hesitates)).status).toBe(500);
  expect(told(await timelineOf(user?.id ?? ""))).not.toContain("seen");
  expect((await post(hesitates)).status).toBe(202);
  await vi.waitFor(() => expect(mine()).toHaveLength(1));
  const lines = told(await timelineOf(user?.id ?? ""));
  for (const what of ["seen", "entered", "sent"]) expect(lines.filter((one) => one === what)).toHaveLength(1);
});

const fresh = <T>(look: (sql: SqlStorage) => T): Promise<T> =>
  runInDurableObject(
    bindings.PERSON.getByName(objectName("pk_demo", "v", crypto.randomUUID())) as never,
    async (_one, { storage: { sql } }) => {
      sql.exec("CREATE TABLE profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
      return look(sql);
    },
  );

const day = 86_400_000;
const said = (i: number, atMs = i): TimelineLine => lineOf({ atMs, what: "not_sent", text: `${i}` }, String);

/** Writes as the row does, object after object. */
function writes(sql: SqlStorage, lines: TimelineLine[], at = personTimeline(sql, () => true)) {
  at.note(lines);
  for (const [id, json] of at.taken()) sql.exec("INSERT INTO profile VALUES (?, ?)", id, json);
  at.prune();
  return at;
}

test("500 lines are kept of a person, for 90 days, however often the object slept in between", async () => {
  await fresh((sql) => {
    for (let i = 0; i < 700; i++) writes(sql, [said(2 * i), said(2 * i + 1)]);
    const { lines } = personTimeline(sql, () => true).page({ limit: 1000 }, 1400);
    expect(lines.map(({ text }) => Number(text))).toEqual(Array.from({ length: 500 }, (_, i) => 1399 - i));
    expect(sql.exec<{ n: number }>("SELECT count(*) AS n FROM profile").one().n).toBeLessThanOrEqual(250 + 16);
    const at = writes(sql, [said(5000, 91 * day)]);
    expect(at.page({ limit: 1000 }, 91 * day).lines).toHaveLength(1);
    for (let i = 1; i < 16; i++) writes(sql, [said(5000 + i, 91 * day)]);
    expect(sql.exec<{ n: number }>("SELECT count(*) AS n FROM profile").one().n).toBeLessThanOrEqual(16);
  });
});

test("a silence is told once in a session, what was sent every time", async () => {
  await fresh((sql) => {
    const line = (what: "not_entered" | "sent", atMs: number) =>
      lineOf({ atMs, what, trigger: "t", gate: "when", text: "x" }, String);
    for (const atMs of [0, 60_000, 29 * 60_000]) writes(sql, [line("not_entered", atMs), line("sent", atMs)]);
    writes(sql, [line("not_entered", 31 * 60_000)]);
    const all = personTimeline(sql, () => true).all();
    expect(all.map(({ what, at }) => [what, at / 60_000])).toEqual([
      ["not_entered", 0],
      ["sent", 0],
      ["sent", 1],
      ["sent", 29],
      ["not_entered", 31],
    ]);
  });
});

test("the demo's page asks for its own person", async () => {
  receiver();
  const { batch, user } = await somebodyHesitates();
  const mine = await timelineOf(user);
  expect(await (await call(`/dev/timeline?user=${user}`)).json()).toEqual(mine);
  expect(await (await call(`/dev/timeline?visitor=${batch.visitor}`)).json()).toEqual(mine);
  expect(await (await call("/dev/timeline?user=nobody")).json()).toEqual({ lines: [] });
  expect((await call("/dev/timeline")).status).toBe(422);
});

test("how often a time zone that does not exist gave way to the site's is said with the timeline", async () => {
  const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 16);
  const night = (await now()) + 43_200_000;
  const hours = `from: "${clock(night)}", to: "${clock(night + 60_000)}", purposes: [marketing, service, transactional]`;
  await pushDemo((yaml) => `${yaml.replace(/^time_zone:.*/m, "")}\ntime_zone: UTC\nlimits: { quiet_hours: { ${hours} } }\n`);
  const came = receiver();
  const heard = async (time_zone: string) => {
    const { user } = await somebodyHesitates({ context: { time_zone } });
    await vi.waitFor(() => expect(sent(came).filter(({ text }) => text.includes(user))).toHaveLength(1));
    return (await timelineOf(user)).zone_fallbacks;
  };
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  expect(await heard("Nowhere/Land")).toBe(1);
  expect(await heard("Europe/Paris")).toBeUndefined();
}, 15_000);
