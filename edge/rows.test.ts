import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import { batchOf, bindings, now, personOf, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";

beforeEach(() => pushDemo());
afterEach(() => vi.restoreAllMocks());

type Given = Parameters<typeof batchOf>[0];

/** When a page of the SDK sends what it has, s after the start; the last as it is left. */
const flushesS = [2, 7, 14, 26, 43, 68, 90];

/** Somebody who looks at three pages for a while and leaves, and of whom nothing follows. */
const told = (flush: number): Given =>
  flush % 3 === 0
    ? [{ kind: "page_view", url: "https://shop.example/", device: "desktop", page: `p${flush}` }]
    : [
        { kind: "click", target: `link-${flush}`, page: `p${flush - (flush % 3)}` },
        {
          kind: "dwell",
          engaged_ms: flush * 1000,
          page: `p${flush - (flush % 3)}`,
          ...(flush === flushesS.length - 1 && { left: true }),
        },
      ];

type Stub = ReturnType<typeof personOf>;

/** Counts what this object writes from here on: rows of tables, not the alarm. */
async function countRows(stub: Stub): Promise<() => number> {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  await runInDurableObject(stub as never, async (_person, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    vi.spyOn(sql, "exec").mockImplementation(((query: string, ...values: never[]) => {
      const cursor = exec(query, ...values);
      cursors.push(cursor);
      return cursor;
    }) as never);
  });
  return () => cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
}

/** A whole session, batch by batch; how many rows were written after each. */
async function visits(first: Batch, rows: () => number): Promise<number[]> {
  const counts: number[] = [];
  const fromMs = await now();
  let pass: string | undefined;
  let n = 0;
  for (const [i, s] of flushesS.entries()) {
    await skip(fromMs + s * 1000 - (await now()));
    const at = await now();
    const signals = batchOf(told(i), {}, at).signals.map((signal) => ({ ...signal, n: ++n, at }));
    const answer = await post({ ...first, ...(pass && { pass }), sent_at: at, signals });
    expect(answer.status).toBe(202);
    ({ pass } = await answer.json<{ pass: string }>());
    counts.push(rows());
  }
  await skip(40 * 60_000);
  await runAlarm(first);
  counts.push(rows());
  return counts;
}

const steps = (counts: readonly number[]) => counts.map((count, i) => count - (counts[i - 1] ?? 0));

test("a newcomer's silent session costs nine rows: one for each of its seven batches, and two for the table", {
  timeout: 20_000,
}, async () => {
  const came = receiver();
  const batch = batchOf([], { user: undefined });
  const counts = await visits(batch, await countRows(personOf(batch)));
  expect(steps(counts)).toEqual([3, 1, 1, 1, 1, 1, 1, 0]);
  expect(counts.at(-1)).toBe(9);
  expect(came).toEqual([]);
});

test("a silent session of somebody who is signed in costs one for each batch, and the visitor's own object nothing", {
  timeout: 20_000,
}, async () => {
  const batch = batchOf(told(0), { sent_at: await now() }, await now());
  expect((await post(batch)).status).toBe(202); // the first time they are known by this browser
  const next = { ...batch, stream: crypto.randomUUID(), session: { ...batch.session, id: crypto.randomUUID(), number: 2 } };
  const own = bindings.PERSON.getByName(objectName("pk_demo", "v", batch.visitor));
  const [users, visitors] = [await countRows(personOf(batch)), await countRows(own)];
  const counts = await visits(next, users);
  expect(steps(counts)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  expect(visitors()).toBe(0);
});
