import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limits } from "../contract/wire.ts";
import {
  batchOf,
  bindings,
  hesitation,
  now,
  owed,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
  tokenOf,
} from "./test/edge.ts";

type Given = Parameters<typeof batchOf>[0];

beforeEach(() => pushDemo());
afterEach(() => vi.restoreAllMocks());

const onP2 = { page: "p2" };

test("who fills every session with what a cart can hold still fits into a row", async () => {
  receiver();
  const items = Array.from({ length: limits.items }, (_, i) => ({ id: `${i}${"字".repeat(98)}`, category: "字".repeat(100) }));
  const first = batchOf([]);
  const { visitor } = first;
  let pass: string | undefined;
  for (let s = 0; s < 5; s++) {
    const session = { id: `s${s}`, started_at: Date.now() - 1000, number: s + 1 };
    const page: Given[number] = { kind: "page_view", url: "https://shop.example/cart", device: "desktop" };
    const signals: Given = [page, ...Array.from({ length: 20 }, () => ({ kind: "add_to_cart" as const, items }))];
    for (const [i, signal] of signals.entries()) {
      const batch = batchOf([signal], { visitor, session, stream: `st${s}`, ...(pass && { pass }) });
      const reply = await post({ ...batch, signals: batch.signals.map((one) => ({ ...one, n: i + 1 })) });
      expect(reply.status).toBe(202);
      pass = (await reply.json<{ pass: string }>()).pass;
    }
  }
  const bytes = await runInDurableObject(
    personOf(first) as never,
    async (_person, { storage }) =>
      storage.sql.exec<{ bytes: number }>("SELECT max(length(cast(json AS BLOB))) AS bytes FROM profile").one().bytes,
  );
  expect(bytes).toBeLessThan(2_000_000);
}, 30_000);

test("storage that fails once while an attempt is settled leaves nothing behind in memory: the message goes out", async () => {
  const came = receiver(({ attempt }) => new Response("", { status: attempt === "1" ? 500 : 200 }));
  const batch = batchOf(hesitation);
  const mine = () => came.filter(({ text }) => text.includes(batch.session.id));
  let failures = 1;
  await post(batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }], { visitor: batch.visitor }));
  await runInDurableObject(personOf(batch) as never, async (_person, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    vi.spyOn(sql, "exec").mockImplementation(((query: string, ...values: never[]) => {
      if (query.startsWith("INSERT INTO outbox") && failures-- > 0) throw new Error("the disk is full");
      return exec(query, ...values);
    }) as never);
  });
  await post(batch);
  await vi.waitFor(() => expect(mine()).toHaveLength(1));
  await skip(21_000);
  await runAlarm(batch);
  await vi.waitFor(() => expect(mine()).toHaveLength(2));
  await vi.waitFor(async () => expect((await owed(batch)).rows.filter(({ state }) => state !== "delivered")).toEqual([]));
  expect(new Set(mine().map(({ id }) => id)).size).toBe(1);
});

test("a refusal that could not be written is told to no address; once it is, everybody there is left alone", async () => {
  receiver();
  const visit: Given = [{ kind: "page_view", url: "https://shop.example/", device: "desktop" }];
  const first = batchOf(visit);
  const id = first.user?.id ?? "";
  expect((await post(first)).status).toBe(202);
  let failures = 1;
  const asked: string[] = [];
  const { ADDRESS } = bindings;
  vi.spyOn(ADDRESS, "getByName").mockImplementation((name) => {
    asked.push(name);
    return ADDRESS.get(ADDRESS.idFromName(name));
  });
  await runInDurableObject(personOf(first) as never, async (_person, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    vi.spyOn(sql, "exec").mockImplementation(((query: string, ...values: never[]) => {
      if (query.startsWith("INSERT INTO profile") && failures-- > 0) throw new Error("the disk is full");
      return exec(query, ...values);
    }) as never);
  });
  const opt_in = { email: { status: "denied", at: await now(), source: "account" } } as const;
  const { visitor, session } = first;
  const token = await tokenOf(id, { iat: Math.floor((await now()) / 1000) + 1, opt_in });
  const refuses = batchOf(visit, { visitor, session, user: { id, token } });
  expect((await post(refuses)).status).toBe(500);
  await scheduler.wait(50);
  expect(asked).toEqual([]);
  expect((await post(refuses)).status).toBe(202);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
});

test("two pages that come late, one after the other, are no bounce between them", async () => {
  const came = receiver();
  const fromMs = (await now()) - 600_000;
  const session = { id: "offline", started_at: fromMs, number: 1 };
  const left = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
      { kind: "dwell", engaged_ms: 5000, left: true, at: 5000 },
    ],
    { session, sent_at: await now() },
    fromMs,
  );
  const { pass } = await (await post(left)).json<{ pass: string }>();
  await runAlarm(left);
  const view: Given = [{ kind: "page_view", url: "https://shop.example/", device: "desktop", ...onP2 }];
  await post(batchOf(view, { visitor: left.visitor, pass, session, sent_at: await now() }, fromMs + 5300));
  await skip(5000);
  await runAlarm(left);
  expect(came).toHaveLength(0);
});

test("a page that gave way to the next in the same millisecond is not left for good", async () => {
  await pushDemo((yaml) => yaml.replace("moments: [bounce]", "moments: [cart_abandon]"));
  const came = receiver();
  const fromMs = (await now()) - 80_000;
  const batch = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
      { kind: "add_to_cart", items: [{ id: "kettle", price: 80 }], at: 5000 },
      { kind: "dwell", engaged_ms: 70_000, left: true, at: 80_000 },
      { kind: "page_view", url: "https://shop.example/checkout", device: "desktop", ...onP2, at: 80_000 },
    ],
    { sent_at: fromMs + 80_000 },
    fromMs,
  );
  await post(batch);
  await skip(130_000);
  await runAlarm(batch);
  expect(came).toHaveLength(0);
});

test("a tab that stood open for two days and a pointer that jumped are taken", async () => {
  receiver();
  const batch = batchOf([{ kind: "exit_intent", quality: 1, speed: 2000, quiet_ms: 2 * 86_400_000 }]);
  expect((await post(batch)).status).toBe(202);
});

test.each([{ price: -500 }, { quantity: 1e-308 }, { id: "a\u0000b" }])(
  "an item with %j is refused, with its place",
  async (wrong) => {
    const batch = batchOf([{ kind: "add_to_cart", items: [{ id: "kettle", ...wrong }], value: 1e9 }]);
    const answer = await post(batch);
    expect(answer.status).toBe(422);
    expect((await answer.json<{ pointer: string }>()).pointer).toBe(`/signals/0/items/0/${Object.keys(wrong)[0]}`);
  },
);
