import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { admin, batchOf, type Hook, now, origin, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";

afterEach(() => vi.restoreAllMocks());

const minute = 60_000;
const hour = 60 * minute;

/** Three messages over five hours, quiet from nine to nine in Paris, and at most two in six hours. */
const yaml = `version: 1
site: pk_demo
origins: [${origin}]
time_zone: Europe/Paris
pages: { pricing: { match: [/pricing*], key: true }, cart: { match: [/cart] }, checkout: { match: [/checkout*] } }
limits:
  sms_to: ["+33"]
  cap: { max: 2, per: 6h }
  quiet_hours: { from: "21:00", to: "09:00", then: defer }
triggers:
  lingering: { on: [hesitation], enter: { now: first }, journey: slow }
journeys:
  slow:
    exit_on: [purchase]
    hold_while: none
    steps:
      - { id: first, layer: immediate, after: 1m, before: 15m, channels: [email, sms], fallback_on: [failed, unreachable], fallback_within: 5m, message: hello }
      - { id: second, layer: re-engagement, after: 1h, before: 4h, channels: [email, sms], fallback_on: [failed, unreachable], fallback_within: 1h, message: hello }
      - { id: third, layer: reinforcement, after: 5h, before: 24h, channels: [sms, email], fallback_on: [unreachable], fallback_within: 10h, message: hello }
messages:
  hello: { subject: Hello, sms: { text: Hello } }
destinations:
  email: { url: "https://inbox.example/hook", channels: [email, sms], secret: DEST_PK_DEMO_EMAIL }
`;

const answers = {
  "takes it": () => new Response("{}"),
  "is down": () => new Response("", { status: 503 }),
  "asks for an hour": () => new Response("", { status: 429, headers: { "retry-after": "3600" } }),
  "refuses it": () => new Response("", { status: 422 }),
  "breaks off": () => Promise.reject(new TypeError("connection reset")),
};
const answer = fc.constantFrom(...(Object.keys(answers) as (keyof typeof answers)[]));
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }).map((min) => ({ skipsMs: min * minute })) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 7 }).map((h) => ({ skipsMs: h * hour })) },
  { weight: 1, arbitrary: fc.constant({ buys: true }) },
  { weight: 2, arbitrary: fc.constant({ rings: true }) },
);

const hourIn = (zone: string, atMs: number): number =>
  Number(new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(atMs));

interface Attempt {
  id: string;
  atMs: number;
  isTaken: boolean;
  text: string;
  step: string;
  expiresAtMs: number;
}

const attemptOf = ({ id, text, body }: Hook, atMs: number, isTaken: boolean): Attempt => {
  const { why, send } = body.data as never as { why: { step: string }; send: { expires_at: string } };
  return { id, atMs, isTaken, text, step: why.step, expiresAtMs: Date.parse(send.expires_at) };
};

test("however a tool answers, no attempt is made at night, too late, above the cap, after a purchase or in other words", {
  timeout: 120_000,
}, async () => {
  await pushDemo(() => yaml);
  let attempted = 0;
  const zones = fc.constantFrom("Europe/Paris", "America/New_York", "Asia/Tokyo");
  await fc.assert(
    fc.asyncProperty(
      zones,
      fc.infiniteStream(answer),
      fc.array(happening, { minLength: 5, maxLength: 10 }),
      async (time_zone, says, life) => {
        vi.restoreAllMocks();
        await admin("/sites/pk_demo/destinations/email/enable", { method: "POST" }); // it may have failed on and on in the life before
        let boughtAtMs = Infinity;
        const all: Attempt[] = [];
        let aheadMs = (await now()) - Date.now();
        let session = "";
        receiver((hook) => {
          const said = says.next().value as keyof typeof answers;
          if (hook.text.includes(session)) all.push(attemptOf(hook, Date.now() + aheadMs, said === "takes it"));
          return answers[said]();
        });
        const goesBy = async (ms: number) => {
          aheadMs += ms;
          await skip(ms);
        };
        const batch = await hesitates(time_zone, (id) => {
          session = id;
        });
        for (const one of life) {
          if ("buys" in one && boughtAtMs === Infinity) boughtAtMs = await buys(batch);
          if ("skipsMs" in one) await goesBy(one.skipsMs);
          await runAlarm(batch);
          await scheduler.wait(5); // what is on its way gets there
        }
        await goesBy(26 * hour);
        await runAlarm(batch);
        attempted += all.length;

        for (const { id, atMs, text, expiresAtMs } of all) {
          expect(hourIn(time_zone, atMs)).toBeGreaterThanOrEqual(9);
          expect(hourIn(time_zone, atMs)).toBeLessThan(21);
          expect(atMs).toBeLessThan(expiresAtMs);
          expect(atMs).toBeLessThanOrEqual(boughtAtMs);
          expect(all.filter((one) => one.id === id && one.text !== text)).toEqual([]);
        }
        const taken = all.filter(({ isTaken }) => isTaken);
        for (const { atMs } of taken)
          expect(taken.filter((one) => one.atMs <= atMs && atMs - one.atMs < 6 * hour).length).toBeLessThanOrEqual(2);
      },
    ),
    { numRuns: 20 },
  );
  expect(attempted).toBeGreaterThan(2);
});

/** Signed in, 20 s on the pricing page, gone since. */
async function hesitates(time_zone: string, begins: (session: string) => void): Promise<Batch> {
  const fromMs = (await now()) - 21_000;
  const batch = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
      { kind: "scroll_depth", depth: 0.5, at: 5000 },
      { kind: "dwell", engaged_ms: 20_000, at: 20_000 },
      { kind: "dwell", engaged_ms: 20_000, left: true, at: 21_000 },
    ],
    { sent_at: fromMs + 21_000, context: { time_zone } },
    fromMs,
  );
  begins(batch.session.id);
  expect((await post(batch)).status).toBe(202);
  return batch;
}

async function buys(batch: Batch): Promise<number> {
  const at = await now();
  const purchase = { n: batch.signals.length + 1, at, page: "p1", kind: "purchase", order: "0a1b2c3d4e5f6071" } as const;
  expect((await post({ ...batch, sent_at: at, signals: [purchase] })).status).toBe(202);
  return await now();
}
