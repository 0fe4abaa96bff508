import { runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import {
  batchOf,
  bindings,
  hesitation,
  now,
  origin,
  owed,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
} from "./test/edge.ts";

afterEach(() => vi.restoreAllMocks());

const minute = 60_000;
const journeys = 20;
/** More of them: `CUSP_JOURNEYS=10000 npm run unit`. */
const people = Math.ceil(Number((bindings as unknown as Record<string, string>).CUSP_JOURNEYS) / journeys);
/** Four at a time: of what is due at once, all find a place or a turn to wait for one. */
const firstMin = (journey: number) => 4 + 2 * (journey % 5);
const secondMin = (journey: number) => 60 + 10 * (journey % 5);

/** One moment leads into twenty journeys of two steps, each at its own time. */
const yaml = (() => {
  const all = Array.from({ length: journeys }, (_, j) => j);
  return `version: 1
site: pk_demo
origins: [${origin}]
pages: { pricing: { match: [/pricing*], key: true }, cart: { match: [/cart] }, checkout: { match: [/checkout*] } }
limits: { new_visitors: { max: 100000, per: 1m } }
triggers:
${all.map((j) => `  t${j}: { on: [hesitation], enter: { now: first }, journey: j${j} }`).join("\n")}
journeys:
${all
  .map(
    (j) => `  j${j}:
    exit_on: [purchase]
    steps:
      - { id: first, layer: immediate, after: ${firstMin(j)}m, before: 15m, channels: [team], message: told }
      - { id: second, layer: re-engagement, after: ${secondMin(j)}m, before: 4h, channels: [team], message: told }`,
  )
  .join("\n")}
messages:
  told: { purpose: service, team: { text: Somebody hesitates } }
destinations:
  email: { url: "https://inbox.example/hook", channels: [team], secret: DEST_PK_DEMO_EMAIL }
`;
})();

/** What becomes of somebody, and so what they are in time for. */
const fates = ["stays", "buys at once", "buys after 8 min", "dies while it sends", "withdraws after 8 min"] as const;
const fateOf = (i: number) => fates[i % fates.length] as (typeof fates)[number];
const isDue = (fate: (typeof fates)[number], afterMin: number): boolean =>
  fate !== "buys at once" && (afterMin <= 8 || !fate.endsWith("8 min"));

/** A few at a time, as the edge would have them. */
async function each<T>(all: readonly T[], visit: (one: T, i: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += 100)
    await Promise.all(all.slice(from, from + 100).map((one, i) => visit(one, from + i)));
}

test("a thousand journeys with timers end where they should, with objects that die in the middle", {
  timeout: 600_000,
}, async () => {
  await pushDemo(() => yaml);
  const came = receiver();
  const fromMs = (await now()) - 20_000;
  const all: Batch[] = Array.from({ length: people }, () =>
    batchOf(hesitation, { user: undefined, sent_at: fromMs + 20_000 }, fromMs),
  );
  const passes = new Map<Batch, string>();
  await each(all, async (batch) => {
    const answer = await post(batch);
    expect(answer.status).toBe(202);
    passes.set(batch, (await answer.json<{ pass: string }>()).pass);
  });

  const tells = async (batch: Batch, more: Partial<Batch>) =>
    expect((await post({ ...batch, ...more, pass: passes.get(batch) as string })).status).toBe(202);
  const buys = async (batch: Batch) => {
    const at = await now();
    const purchase = { n: batch.signals.length + 1, at, page: "p1", kind: "purchase", order: "0a1b2c3d4e5f6071" } as const;
    await tells(batch, { sent_at: at, signals: [purchase] });
  };
  const of = (fate: (typeof fates)[number]) => all.filter((_, i) => fateOf(i) === fate);
  const ring = async (min: number, then: (batch: Batch, i: number) => Promise<unknown>) => {
    await skip(fromMs + 20_000 + min * minute - (await now()));
    await each(all, async (batch, i) => {
      await runAlarm(batch);
      await then(batch, i);
    });
  };
  /** What rang is sent within seconds, long before the next hour of this test. */
  const isSent = (batch: Batch) =>
    vi.waitFor(async () => expect((await owed(batch)).rows).toEqual([]), { timeout: 20_000, interval: 100 });
  const dies = (batch: Batch) =>
    runInDurableObject(personOf(batch) as never, (_person, ctx) => ctx.abort("it dies")).catch(() => undefined);

  await each(of("buys at once"), buys);
  for (const min of [4, 6]) await ring(min, isSent);
  await ring(8, (batch, i) => (fateOf(i) === "dies while it sends" ? dies(batch) : isSent(batch)));
  await each(of("buys after 8 min"), buys);
  await each(of("withdraws after 8 min"), (batch) => tells(batch, { consent: "denied", signals: [] }));
  for (const min of [9, 10, 12, 60, 70, 80, 90, 100]) await ring(min, isSent);

  const expected = all.flatMap((batch, i) =>
    Array.from({ length: journeys }, (_, j) => [
      ...(isDue(fateOf(i), firstMin(j)) ? [`${batch.session.id} j${j} first`] : []),
      ...(isDue(fateOf(i), secondMin(j)) ? [`${batch.session.id} j${j} second`] : []),
    ]).flat(),
  );
  const told = () =>
    new Map(
      came.map(({ id, body }) => {
        const { why, correlation } = body.data as never as { why: Record<string, string>; correlation: Record<string, string> };
        return [id, `${correlation.session} ${why.journey} ${why.step}`];
      }),
    );
  expect([...told().values()].sort()).toEqual(expected.sort());

  // Nothing is left that would ever ring again but the end of an idle person.
  await each(all, async (batch) => {
    const { rows, alarmAtMs } = await owed(batch);
    expect(rows).toEqual([]);
    expect(alarmAtMs).toBeGreaterThan(Date.now() + minute);
  });
});
