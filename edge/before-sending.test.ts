import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Adapter } from "./destinations/adapter.ts";
import { adapters } from "./destinations/adapters.ts";
import { objectName } from "./env.ts";
import { batchOf, bindings, hesitation, personOf, post, pushDemo, runAlarm, skip } from "./test/edge.ts";
import { get, root, send } from "./test/site.ts";

type Somebody = ReturnType<typeof batchOf>;
const sources = import.meta.glob("./**/*.ts", { query: "?raw", import: "default", eager: true }) as Record<string, string>;

/** At each fetch: whether a transaction is open in the person's object, and what its storage says of the message. */
interface Seen {
  id: string;
  isInTransaction: boolean;
  stored: string[];
}

let depth = 0;
let seen: Seen[] = [];
let answer: (attempt: number) => Response | Promise<Response> = () => new Response("{}");
let who: Somebody;

beforeEach(async () => {
  await pushDemo();
  await send(root, "POST", "/sites/pk_demo/destinations/email/enable", "");
  seen = [];
  answer = () => new Response("{}");
});
afterEach(() => vi.restoreAllMocks());

/** Looks into a person's storage at the very moment of each fetch. */
async function watched(batch: Somebody): Promise<void> {
  who = batch;
  await runInDurableObject(personOf(batch) as never, async (_person, { storage }) => {
    const transaction = storage.transactionSync.bind(storage);
    vi.spyOn(storage, "transactionSync").mockImplementation(((change: () => unknown) => {
      depth++;
      try {
        return transaction(change);
      } finally {
        depth--;
      }
    }) as never);
    const rowsOf = (id: string): string[] => {
      const { sql } = storage;
      const seq = Number(id.slice(id.lastIndexOf("_") + 1));
      const has = (table: string) => sql.exec("SELECT name FROM sqlite_master WHERE name = ?", table).toArray().length > 0;
      const first = has("profile")
        ? sql
            .exec("SELECT id FROM profile WHERE id = ?", seq)
            .toArray()
            .map(() => "profile")
        : [];
      const later = has("outbox")
        ? sql
            .exec<{ state: string }>("SELECT state FROM outbox WHERE seq = ?", seq)
            .toArray()
            .map(({ state }) => `outbox ${state}`)
        : [];
      return [...first, ...later];
    };
    vi.spyOn(bindings.RECEIVER, "fetch").mockImplementation(async (url, init) => {
      const request = new Request(url as string, init as RequestInit);
      const id = request.headers.get("webhook-id") ?? "";
      const text = await request.text();
      if (text.includes(who.session.id) && text.includes("message.send"))
        seen.push({ id, isInTransaction: depth > 0, stored: rowsOf(id) });
      return await answer(Number(request.headers.get("cusp-attempt")));
    });
  });
}

const times = (count: number) => vi.waitFor(() => expect(seen).toHaveLength(count));

test("no fetch begins before what it sends is stored: first attempt, alarm, lease, replay", async () => {
  answer = (attempt) => (attempt === 1 ? new Response("", { status: 500 }) : new Response("{}"));
  const batch = batchOf(hesitation);
  await watched(batch);
  await post(batch);
  await times(1);
  const [{ id }] = seen as [Seen];
  await vi.waitFor(async () => expect((await get<{ state: string }>(`/sites/pk_demo/deliveries/${id}`)).state).toBe("again"));
  await skip(7000);
  await runAlarm(batch);
  await times(2);
  await vi.waitFor(async () => expect((await get<{ state: string }>(`/sites/pk_demo/deliveries/${id}`)).state).toBe("delivered"));
  expect((await send(root, "POST", `/sites/pk_demo/deliveries/${id}/replay`, "")).status).toBe(200);
  expect(seen).toEqual([
    { id, isInTransaction: false, stored: ["profile"] },
    { id, isInTransaction: false, stored: ["outbox begun"] },
    { id, isInTransaction: false, stored: ["outbox delivered"] },
  ]);
});

test("nothing is fetched when what was decided could not be written", async () => {
  const batch = batchOf(hesitation);
  await watched(batch);
  await runInDurableObject(personOf(batch) as never, async (_person, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    vi.spyOn(sql, "exec").mockImplementation(((query: string, ...values: never[]) => {
      if (query.startsWith("INSERT INTO profile")) throw new Error("the disk is full");
      return exec(query, ...values);
    }) as never);
  });
  expect((await post(batch)).status).toBe(503);
  await scheduler.wait(50);
  expect(seen).toEqual([]);
});

test("requests leave by one function, and by none of the code that runs in a transaction", () => {
  const code = Object.entries(sources).filter(([path]) => !path.endsWith(".test.ts") && !path.startsWith("./test/"));
  const holding = (pattern: RegExp) => code.filter(([, text]) => pattern.test(text)).map(([path]) => path);
  expect(holding(/(?<![.\w])fetch\((?!request|c\.|url)/).sort()).toEqual([]);
  expect(holding(/(?<![.\w])fetch\(url/)).toEqual(["./index.ts"]);
  expect(holding(/await send\(url/)).toEqual(["./destinations/call.ts"]);
  expect(holding(/await deliver\(/).sort()).toEqual([
    "./objects/endpoint/notices.ts",
    "./objects/endpoint/test-send.ts",
    "./objects/person/attempts.ts",
    "./objects/person/replays.ts",
  ]);
  for (const [path, text] of code) {
    // What is written is one synchronous piece: nothing in it can wait for an answer.
    expect(text, path).not.toMatch(/transactionSync\(\s*async|whole\(\s*async/);
  }
});

/** A vendor that sends a message as often as it is told to. */
const twice: Adapter = {
  ...{ channels: ["email"], modes: ["event"], dedupes: false, secretLike: "whsec_…", secretPattern: /./, settings: {} },
  hosts: ["api.twice.example"],
  async deliver({ message }, call) {
    const headers = { "webhook-id": message.message_id, "cusp-attempt": "1" };
    await call({ url: "https://api.twice.example/send", headers, body: JSON.stringify({ type: "message.send", data: message }) });
    return { state: "delivered" };
  },
};

test("a vendor that takes a message twice is told once: a lost answer and a lost lease are `unknown`, and final", async () => {
  (adapters as Record<string, Adapter>).mandrill = twice;
  const vendor = "other:\n    vendor: mandrill\n    channels: [email]\n    secret: DEST_PK_DEMO_OTHER\n";
  await pushDemo((yaml) => yaml.replace(/email:\n {4}url: (?:.*\n)*/, vendor));
  vi.useFakeTimers({ toFake: ["Date"], now: vi.getRealSystemTime() + 10_001 });
  answer = () => Promise.reject(new TypeError("connection reset"));
  const lost = batchOf(hesitation);
  await watched(lost);
  await post(lost);
  await times(1);
  const stateOf = async (id: string) => (await get<{ state: string }>(`/sites/pk_demo/deliveries/${id}`)).state;
  await vi.waitFor(async () => expect(await stateOf(seen[0]?.id ?? "")).toBe("unknown"));
  await skip(60_000);
  await runAlarm(lost);
  expect(seen).toHaveLength(1);

  answer = () => new Promise<Response>(() => {});
  const hung = batchOf(hesitation);
  await watched(hung);
  await post(hung);
  await times(2);
  await runInDurableObject(personOf(hung) as never, (_person, ctx) => ctx.abort("it dies")).catch(() => undefined);
  await watched(hung); // the object that comes in its place
  await skip(21_000);
  await runAlarm(hung);
  const tried = async () =>
    (await get<{ tried: { attempt: number; state: string }[] }>(`/sites/pk_demo/deliveries/${seen[1]?.id}`)).tried.at(-1);
  await vi.waitFor(async () => expect(await tried()).toMatchObject({ attempt: 2, state: "unknown" }));
  await runDurableObjectAlarm(bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "other")) as never);
  expect(seen).toHaveLength(2);
});
