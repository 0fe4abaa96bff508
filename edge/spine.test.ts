import { runInDurableObject } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  batchOf,
  bindings,
  call,
  type Hook,
  hesitation,
  now,
  owed,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
} from "./test/edge.ts";

beforeEach(() => pushDemo());
afterEach(() => vi.restoreAllMocks());

const arrived = (came: Hook[], count: number) => vi.waitFor(() => expect(came).toHaveLength(count));

test("a hesitation on pricing leads to one signed message with its kind, score, evidence and trigger", async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  const answer = await post(batch);
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ ack: { mark: 3, ranges: [] }, onsite: [], pass: expect.any(String) });
  await arrived(came, 1);
  const [{ id, headers, text, body }] = came as [Hook];
  new Webhook((bindings as unknown as { DEST_PK_DEMO_EMAIL: string }).DEST_PK_DEMO_EMAIL).verify(
    text,
    Object.fromEntries(headers),
  );
  expect(id).toMatch(/^msg_[\w-]{43}_\d+$/);
  expect(body).toMatchObject({
    type: "message.send",
    data: {
      message_id: id,
      site: "pk_demo",
      person: { id: batch.user?.id, identity: "verified" },
      send: { channel: "email", if_late: "drop" },
      why: {
        trigger: "pricing-hesitation",
        text: "A visitor hesitated on the pricing page: 20 s on the page, clicked nothing, scrolled 50 %. Score 7.7.",
        moment: { kind: "hesitation", score: 7.7, band: "now" },
      },
      content: { template: "compare-plans", action: { url: expect.stringContaining(`cusp_m=${id}`) } },
    },
  });
});

test("the object's id stands in the message id, so that what is reported back finds it", async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  const inner = (came[0] as Hook).id.slice(4, (came[0] as Hook).id.lastIndexOf("_"));
  const hex = [...atob(inner.replace(/-/g, "+").replace(/_/g, "/"))].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0"));
  expect(hex.join("")).toBe(personOf(batch).id.toString());
});

test("the same batch sent 1,000 times in parallel reaches the receiver once", { timeout: 30_000 }, async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => post(batch)));
  expect(new Set(answers.map((a) => a.status))).toEqual(new Set([202]));
  await arrived(came, 1);
  await vi.waitFor(async () => expect((await owed(batch)).rows).toEqual([]), { timeout: 8000, interval: 250 });
  await skip(21_000);
  await runAlarm(batch);
  expect(came).toHaveLength(1);
});

test("a later batch that overtakes an earlier one loses nothing: the moment opens when the gap is filled", async () => {
  const came = receiver();
  const whole = batchOf(hesitation);
  const last = await post({ ...whole, signals: whole.signals.slice(2) });
  expect(await last.json()).toMatchObject({ ack: { mark: 0, ranges: [[3, 3]] } });
  expect(came).toHaveLength(0);
  expect(await (await post({ ...whole, signals: whole.signals.slice(0, 2) })).json()).toMatchObject({
    ack: { mark: 3, ranges: [] },
  });
  await arrived(came, 1);
});

test("a 3 s bounce is reported as a moment and mailed to nobody", async () => {
  const came = receiver();
  const fromMs = (await now()) - 4000;
  const batch = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/", device: "desktop" },
      { kind: "dwell", engaged_ms: 3000, left: true, at: 3500 },
    ],
    { sent_at: fromMs + 3500 },
    fromMs,
  );
  await post(batch);
  expect(came).toHaveLength(0);
  await skip(14_000);
  await runAlarm(batch);
  await arrived(came, 1);
  expect(came[0]?.body).toMatchObject({
    type: "moment.detected",
    data: { moment: { kind: "bounce", score: 1.9, band: "none" } },
  });
});

test("a visitor who opens a second page within 10 s has not bounced", async () => {
  const came = receiver();
  const fromMs = (await now()) - 4000;
  const first = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/", device: "desktop" },
      { kind: "dwell", engaged_ms: 3000, left: true, at: 3000 },
    ],
    { sent_at: fromMs + 4000 },
    fromMs,
  );
  await post(first);
  const next = batchOf([{ kind: "page_view", url: "https://shop.example/pricing", device: "desktop" }], {}, fromMs + 4000);
  await post({ ...first, stream: crypto.randomUUID(), signals: next.signals.map((s) => ({ ...s, page: "p2" })) });
  await skip(14_000);
  await runAlarm(first);
  expect(came).toHaveLength(0);
});

test("a calm visit reaches nobody and writes one row for each batch", async () => {
  const came = receiver();
  const calm = batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }]);
  await post(calm);
  const next = { ...calm, signals: [{ n: 2, at: calm.sent_at, page: "p1", kind: "click", target: "a" }] };
  const rows = await runInDurableObject(personOf(calm) as never, async (_person, ctx) => {
    const before = [...ctx.storage.sql.exec("SELECT total_changes() AS n")][0]?.n as number;
    return {
      before,
      tables: [...ctx.storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'")].map((t) => t.name),
    };
  });
  await post(next);
  const after = await runInDurableObject(
    personOf(calm) as never,
    async (_person, ctx) => [...ctx.storage.sql.exec("SELECT total_changes() AS n")][0]?.n as number,
  );
  expect(after - rows.before).toBeLessThanOrEqual(1);
  expect(rows.tables).not.toContain("outbox");
  expect(came).toHaveLength(0);
});

test("what is a day old is remembered and starts nothing", async () => {
  const came = receiver();
  const old = batchOf(hesitation, {}, Date.now() - 25 * 3_600_000);
  expect((await post(old)).status).toBe(202);
  expect(came).toHaveLength(0);
});

test("a clock that is years off is corrected by what the sender's clock said", async () => {
  const came = receiver();
  const fromMs = Date.UTC(2001, 0, 1);
  await post(batchOf(hesitation, { sent_at: fromMs + 20_000 }, fromMs));
  await arrived(came, 1);
  const { timing } = (came[0] as Hook).body.data as never as { timing: { signal_at: string } };
  const at = timing.signal_at;
  expect(Math.abs(Date.parse(at) - (await now()))).toBeLessThan(5000);
});

test("a withdrawal erases the visitor and leaves one row that says until when", async () => {
  receiver();
  const batch = batchOf(hesitation, { user: undefined });
  const { pass } = await (await post(batch)).json<{ pass: string }>();
  expect((await post({ ...batch, pass, consent: "denied", signals: [] })).status).toBe(202);
  const left = await runInDurableObject(personOf(batch) as never, async (_person, ctx) => ({
    tables: [...ctx.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'outbox'")],
    rows: [...ctx.storage.sql.exec<{ json: string }>("SELECT json FROM profile")].map(({ json }) =>
      Object.keys(JSON.parse(json)),
    ),
  }));
  expect(left).toEqual({ tables: [], rows: [["withdrawnUntilMs"]] });
});

test("settings say what the site acts on, the same bytes for everyone", async () => {
  const answer = await call("/v1/sites/pk_demo");
  const settings = await answer.json();
  expect(settings).toMatchObject({
    site: "pk_demo",
    bands: { now: 7, later: 4 },
    urgent: {
      kinds: ["hesitation", "exit", "form_abandon", "checkout_stall", "bounce"],
      signals: ["purchase"],
      lowest: { hesitation: 7, exit: 7, form_abandon: 7, checkout_stall: 4 },
    },
  });
  const again = await call("/v1/sites/pk_demo", { headers: { "if-none-match": answer.headers.get("etag") ?? "" } });
  expect(again.status).toBe(304);
});
