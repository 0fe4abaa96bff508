import { listDurableObjectIds } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Batch, limits } from "../contract/wire.ts";
import { admin, batchOf, bindings, call, hesitation, post, pushDemo, receiver } from "./test/edge.ts";

beforeEach(() => pushDemo((yaml) => yaml.replace("moments: [bounce]", "moments: [hesitation]")));
afterEach(() => vi.restoreAllMocks());

const people = async () => (await listDurableObjectIds(bindings.PERSON as never)).length;
const calm = () => batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }]);
const first = () => calm().signals[0] as object;

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

test.each<[string, () => unknown, number, string | undefined]>([
  ["is not JSON", () => "{", 400, undefined],
  ["is empty", () => "", 400, undefined],
  ["is larger than 64 KiB", () => JSON.stringify({ a: "x".repeat(1_000_000) }), 413, undefined],
  [
    "is nested 9,000 levels deep",
    () => JSON.stringify(calm()).replace('"signals":', `"context":${deep(9000)},"signals":`),
    422,
    "/context",
  ],
  [
    "holds a signal nested 9,000 levels deep",
    () => JSON.stringify(calm()).replace('"signals":[', `"signals":[${deep(9000)},`),
    422,
    "/signals/0/kind",
  ],
  ["is nothing but 10,000 nested objects without a site", () => deep(10_000), 401, "/site"],
  ["is 64 KiB of open brackets", () => "[".repeat(60_000), 400, undefined],
  ["is an array", () => [], 401, "/site"],
  ["is null", () => "null", 401, "/site"],
  ["names an unknown site", () => ({ ...calm(), site: "pk_AAAAAAAAAAAAAAAAAAAAAA" }), 401, "/site"],
  ["names a server key", () => ({ ...calm(), site: "sk_demo" }), 401, "/site"],
  ["has an unknown key", () => ({ ...calm(), extra: 1 }), 422, ""],
  ["has an unknown key in a signal", () => ({ ...calm(), signals: [{ ...first(), extra: 1 }] }), 422, "/signals/0"],
  [
    "has a signal of an unknown kind",
    () => ({ ...calm(), signals: [{ ...first(), kind: "keystroke" }] }),
    422,
    "/signals/0/kind",
  ],
  ["has n = 2^53", () => ({ ...calm(), signals: [{ ...first(), n: 2 ** 53 }] }), 422, "/signals/0/n"],
  ["has n far ahead", () => ({ ...calm(), signals: [{ ...first(), n: limits.nAhead + 1 }] }), 422, "/signals/0/n"],
  ["has n = 0", () => ({ ...calm(), signals: [{ ...first(), n: 0 }] }), 422, "/signals/0/n"],
  ["has a time that is no time", () => ({ ...calm(), signals: [{ ...first(), at: -1 }] }), 422, "/signals/0/at"],
  ["has a text of 2 KiB", () => ({ ...calm(), signals: [{ ...first(), url: "x".repeat(2048) }] }), 422, "/signals/0/url"],
  [
    "has 101 signals",
    () => ({ ...calm(), signals: Array.from({ length: 101 }, (_, i) => ({ ...first(), n: i + 1 })) }),
    422,
    "/signals",
  ],
  ["has no consent", () => ({ ...calm(), consent: "pending" }), 422, "/consent"],
  ["has signals after a withdrawal", () => ({ ...calm(), consent: "denied" }), 422, "/consent"],
  ["has a visitor that can be guessed", () => ({ ...calm(), visitor: "1" }), 422, "/visitor"],
  ["has __proto__", () => JSON.stringify(calm()).replace('"v":1', '"v":1,"__proto__":{"vip":true}'), 422, ""],
  [
    "has 17 gaps",
    () => ({ ...calm(), signals: Array.from({ length: 17 }, (_, i) => ({ ...first(), n: 2 * i + 3 })) }),
    409,
    undefined,
  ],
])("a body that %s is refused with a problem document that names the field", async (_name, body, status, pointer) => {
  const before = await people();
  const answer = await post(body());
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const problem = await answer.json<{ status: number; detail: string; pointer?: string }>();
  expect(problem).toMatchObject({ status, detail: expect.stringMatching(/\w{3}/) });
  expect(problem.pointer).toBe(pointer);
  expect(await people()).toBe(before);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "the id %s is refused wherever an id may stand",
  async (word) => {
    const batch = calm();
    const [signal] = batch.signals as [Batch["signals"][number]];
    const bodies = [
      { ...batch, session: { ...batch.session, id: word } },
      { ...batch, stream: word },
      { ...batch, signals: [{ ...signal, page: word }] },
      { ...batch, signals: [{ n: 1, at: signal.at, page: "p1", kind: "form_start", form: word, fields: 2 }] },
      { ...batch, session: { ...batch.session, id: word }, signals: [] },
    ];
    for (const body of bodies) {
      const text = JSON.stringify(body).replace(/"\["__proto__"\]"/g, '"__proto__"');
      expect((await post(text)).status).toBe(422);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((await post(calm())).status).toBe(202);
  },
);

test("what was withdrawn stays withdrawn when the same batch comes late, and sends nothing more", async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  const { pass } = await (await post(batch)).json<{ pass: string }>();
  await vi.waitFor(() => expect(came).toHaveLength(2)); // what was seen, and what is said
  expect((await post({ ...batch, pass, consent: "denied", signals: [] })).status).toBe(202);
  expect((await post({ ...batch, pass })).status).toBe(403);
  expect((await post(batch)).status).toBe(403);
  expect(came).toHaveLength(2);
});

test.each<[string, Record<string, string>, number]>([
  ["a foreign origin", { origin: "https://evil.example" }, 403],
  ["an origin that only begins like ours", { origin: "http://127.0.0.1:87871" }, 403],
  ["origin null and no pass", { origin: "null" }, 403],
  ["a compressed body", { "content-encoding": "gzip" }, 415],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["Global Privacy Control", { "sec-gpc": "1" }, 422],
])("%s is refused, is told why, and makes no object", async (_name, headers, status) => {
  const before = await people();
  const answer = await post(calm(), headers);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("access-control-allow-origin")).toBe(status === 422 ? "http://127.0.0.1:8787" : "*");
  expect(await people()).toBe(before);
});

test("a visitor known by the pass may speak without an origin, and nobody else", async () => {
  const batch = calm();
  const { pass } = await (await post(batch)).json<{ pass: string }>();
  const more = { ...batch, signals: [{ ...first(), n: 2 }] };
  expect((await post({ ...more, pass }, { origin: "null" })).status).toBe(202);
  expect((await post({ ...more, pass: `${pass.slice(0, -2)}AA` }, { origin: "null" })).status).toBe(403);
  expect((await post({ ...calm(), pass }, { origin: "null" })).status).toBe(403);
});

test("only the site's own origin may read the reply", async () => {
  const answer = await post(calm());
  expect(answer.headers.get("access-control-allow-origin")).toBe("http://127.0.0.1:8787");
  expect(answer.headers.get("vary")).toBe("Origin");
  expect(answer.headers.get("set-cookie")).toBeNull();
});

test("the admin API is shut without a token of its own and to any other", async () => {
  expect((await call("/v1/admin/sites/pk_demo/file")).status).toBe(401);
  expect((await call("/v1/admin/sites/pk_demo/file", { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
  expect((await admin("/sites/pk_demo/file")).status).toBe(200);
});

test("a site file with mistakes is refused with their positions", async () => {
  const answer = await admin("/sites/pk_demo/file", { method: "PUT", body: "version: 1\nsite: pk_demo\norigins: [nowhere]\n" });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ pointer: "/origins/0", mistakes: [{ line: 3, column: 11 }] });
});

test("a page elsewhere that has its own name point at the demo is turned away", async () => {
  const { exports } = await import("cloudflare:workers");
  const worker = (exports as unknown as { default: Fetcher }).default;
  expect((await worker.fetch("http://evil.test:8787/healthz")).status).toBe(421);
});

test("no log line, webhook or problem document holds a visitor id, an address or a secret", async () => {
  const said: string[] = [];
  for (const level of ["log", "info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void said.push(words.join(" ")));
  const came = receiver(() => new Response("no", { status: 500 }));
  const batch = batchOf(hesitation, { user: { id: "canary@example.com", token: "canary-token" } });
  batch.context = {
    url: "https://shop.example/u/canary@example.com?token=canary-token",
    referrer: "https://shop.example/?q=canary-word",
  };
  const replies = [
    await post(batch),
    await post({ ...batch, extra: "canary-value" }),
    await post({ ...batch, visitor: "canary visitor" }),
    await post({ ...batch, signals: [{ ...first(), kind: "canary-kind" }] }),
    await post(batch, { origin: "https://canary.example" }),
  ];
  await vi.waitFor(() => expect(came).toHaveLength(1));
  const texts = await Promise.all(replies.map((r) => r.text()));
  const all = [...said, ...came.flatMap((hook) => [hook.text, JSON.stringify([...hook.headers])]), ...texts].join("\n");
  const { EDGE_SECRET, ADMIN_TOKEN, DEST_PK_DEMO_EMAIL } = bindings as unknown as Record<string, string>;
  for (const secret of ["canary", batch.visitor, EDGE_SECRET, ADMIN_TOKEN, DEST_PK_DEMO_EMAIL]) expect(all).not.toContain(secret);
});

const known = fc.constantFrom("__proto__", "constructor", "toString", "valueOf", "prototype");
const session = fc.record({ id: known, started_at: fc.nat(), number: fc.nat() });
const mutated = fc
  .tuple(
    fc.constantFrom(...hesitation.map((_, i) => i)),
    fc.constantFrom("n", "at", "page", "kind", "url", "depth", "engaged_ms", "extra"),
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), known),
  )
  .map(([i, key, value]) => {
    const batch = batchOf(hesitation);
    return JSON.stringify({ ...batch, signals: batch.signals.map((s, j) => (i === j ? { ...s, [key]: value } : s)) });
  });
const outer = fc
  .tuple(
    fc.constantFrom("v", "site", "visitor", "stream", "session", "user", "sent_at", "consent", "pass", "context", "signals"),
    fc.oneof(fc.jsonValue({ maxDepth: 4 }), known, session),
  )
  .map(([key, value]) => JSON.stringify({ ...batchOf(hesitation), [key]: value }));
const anything = fc.oneof(mutated, outer, fc.json({ maxDepth: 8 }), fc.string({ maxLength: 200, unit: "binary" }));

/** More of them: `CUSP_BODIES=100000 npm run unit`. */
const bodies = Number((bindings as unknown as Record<string, string>).CUSP_BODIES);

test(`${bodies} generated bodies are answered without a 5xx`, async () => {
  receiver();
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 50, maxLength: 50 }), async (all) => {
      for (const answer of await Promise.all(all.map((body) => post(body)))) expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: Math.ceil(bodies / 50) },
  );
}, 600_000);
