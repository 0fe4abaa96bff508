import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batchOf, type Hook, hesitation, now, owed, personOf, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";

beforeEach(() => pushDemo());
afterEach(() => vi.restoreAllMocks());

const arrived = (came: Hook[], count: number) => vi.waitFor(() => expect(came).toHaveLength(count));

/** Asked again and again, by the object itself: in workerd nobody else may settle what it awaits. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await scheduler.wait(5);
}

async function recovered(came: Hook[], batch: ReturnType<typeof batchOf>): Promise<void> {
  await arrived(came, 1);
  await vi.waitFor(async () => {
    await skip(7000);
    await runAlarm(batch);
    expect(came.length).toBeGreaterThan(1);
  });
  expect(new Set(came.map(({ id }) => id)).size).toBe(1);
  expect(new Set(came.map(({ text }) => text)).size).toBe(1);
  expect(came.map(({ attempt }) => attempt)).toEqual(["1", "2"]);
  await skip(3_600_000);
  await runAlarm(batch);
  expect(came).toHaveLength(2);
}

test.each([
  ["answers 500", () => new Response("no", { status: 500 })],
  ["answers 301", () => new Response(null, { status: 301, headers: { location: "https://elsewhere.example/" } })],
  ["answers 429 and asks for 6 s", () => new Response("", { status: 429, headers: { "retry-after": "6" } })],
  ["resets the connection", () => Promise.reject(new TypeError("connection reset"))],
] as [string, () => Response | Promise<Response>][])(
  "a receiver that %s gets the same bytes again, under the same id",
  async (_name, fail) => {
    let calls = 0;
    const came = receiver(() => (calls++ === 0 ? fail() : new Response("{}")));
    const batch = batchOf(hesitation);
    expect((await post(batch)).status).toBe(202);
    await recovered(came, batch);
  },
);

test("an attempt that nobody finished is made again after its lease, under the same id", async () => {
  const came = receiver(() => new Promise<Response>(() => {}));
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  vi.restoreAllMocks();
  const again = receiver();
  await skip(21_000);
  await runAlarm(batch);
  await arrived(again, 1);
  expect(again[0]?.id).toBe(came[0]?.id);
  expect(again[0]?.attempt).toBe("2");
});

test("on a slow disk a message leaves late, and once: what waits for the disk is not begun anew", async () => {
  const came = receiver();
  const batch = batchOf(hesitation.slice(0, 1));
  await post(batch);
  let isWritten = false;
  await runInDurableObject(personOf(batch) as never, (_person, { storage }) => {
    Reflect.set(storage, "sync", () => until(() => isWritten));
  });
  await post({ ...batchOf(hesitation, { visitor: batch.visitor, user: batch.user }), session: batch.session });
  for (let i = 0; i < 2; i++) {
    await skip(21_000);
    await runAlarm(batch);
    expect(came).toEqual([]);
    expect((await owed(batch)).rows).toMatchObject([{ attempt: 1 }]);
  }
  isWritten = true;
  await arrived(came, 1);
  expect(came[0]?.attempt).toBe("1");
  await skip(21_000);
  await runAlarm(batch);
  expect(came).toHaveLength(1);
});

test("the alarm stands at the end of the lease, then at the time of the next attempt", async () => {
  let mayFail = false;
  const came = receiver(async () => {
    await until(() => mayFail);
    return new Response("", { status: 500 });
  });
  const batch = batchOf(hesitation);
  const fromMs = Date.now();
  await post(batch);
  await arrived(came, 1);
  const leased = await owed(batch);
  expect(leased.alarmAtMs).toBeGreaterThan(fromMs + 15_000);
  expect(leased.alarmAtMs).toBeLessThanOrEqual(Date.now() + 20_000);

  mayFail = true;
  await vi.waitFor(async () => expect((await owed(batch)).alarmAtMs).not.toBe(leased.alarmAtMs));
  const { rows, alarmAtMs } = await owed(batch);
  expect(alarmAtMs).toBeGreaterThan(Date.now());
  expect(alarmAtMs).toBeLessThanOrEqual(Date.now() + 5000 * 1.25);
  const dueInMs = (rows[0]?.due_at ?? 0) - (await now());
  expect(Math.abs(alarmAtMs - Date.now() - dueInMs)).toBeLessThan(100);
});

test("soon after a delivery nothing is owed: the alarm stands where its body is erased", { timeout: 15_000 }, async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  await post(batch);
  await vi.waitFor(
    async () => {
      const { rows, alarmAtMs } = await owed(batch);
      expect(rows).toEqual([]);
      expect(alarmAtMs).toBeGreaterThan(Date.now() + 6 * 86_400_000); // when the body is erased
    },
    { timeout: 8000, interval: 250 },
  );
  expect(came.filter(({ text }) => text.includes(batch.session.id))).toHaveLength(1);
});

test("the batch that follows a delivery takes along what was to be written of it", async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  const { pass } = await (await post(batch)).json<{ pass: string }>();
  await arrived(came, 1);
  await vi.waitFor(async () => {
    const [signal] = batchOf([{ kind: "click", target: "a" }]).signals;
    await post({ ...batch, pass, signals: [{ ...signal, n: batch.signals.length + 1 }] });
    expect((await owed(batch)).rows).toEqual([]);
  });
});

test("a delivery that was not written before the object died is made again, under the same id", async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  await post(batch);
  await vi.waitFor(() => expect(came.some(({ text }) => text.includes(batch.session.id))).toBe(true));
  await runInDurableObject(personOf(batch) as never, (_person, ctx) => ctx.abort("it dies")).catch(() => undefined);
  await skip(21_000);
  await runAlarm(batch);
  const again = () => came.filter(({ text }) => text.includes(batch.session.id)); // what tests before this one owe comes too
  await vi.waitFor(() => expect(again()).toHaveLength(2));
  expect(again()[1]?.text).toBe(came[0]?.text);
});

test("an alarm that rings before the delivery was written makes no second one", async () => {
  const came = receiver();
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await scheduler.wait(500); // nothing but its own memory tells that the object has the answer
  await skip(21_000);
  await runAlarm(batch);
  await scheduler.wait(50);
  expect(came.filter(({ text }) => text.includes(batch.session.id))).toHaveLength(1);
});

test("an attempt that is answered after its lease changes nothing of the one that followed it", async () => {
  let isLate = false;
  let wasLate = false;
  const came = receiver(async ({ attempt }) => {
    if (attempt === "1") {
      await until(() => isLate);
      wasLate = true;
    }
    return new Response("", { status: 500 });
  });
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await skip(21_000);
  await runAlarm(batch);
  await arrived(came, 2);
  const { rows } = await owed(batch);
  expect(rows).toMatchObject([{ state: "pending", attempt: 2 }]);
  // The second wait, five minutes, not the first one's five seconds.
  expect((rows[0]?.due_at ?? 0) - (await now())).toBeGreaterThan(200_000);

  isLate = true;
  await vi.waitFor(() => expect(wasLate).toBe(true));
  await scheduler.wait(100);
  expect((await owed(batch)).rows).toEqual(rows);
});

test("an object that was evicted between decision and answer still remembers what it owes", async () => {
  const came = receiver(() => new Response("", { status: 503 }));
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await evictDurableObject(personOf(batch) as never);
  vi.restoreAllMocks();
  const again = receiver();
  await skip(21_000);
  await runAlarm(batch);
  await arrived(again, 1);
  expect(again[0]?.text).toBe(came[0]?.text);
});

test("what can no longer be on time is not sent", async () => {
  const came = receiver(() => new Response("", { status: 500 }));
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await skip(16 * 60_000);
  await runAlarm(batch);
  await skip(60_000);
  await runAlarm(batch);
  expect(came).toHaveLength(1);
});

test.each([
  ["the first", ["hangs", "refuses"]],
  ["a later", ["breaks", "hangs", "refuses"]],
] as [string, string[]][])(
  "what may have arrived at %s attempt, whose answer died with its object, goes on counting when the next one is refused",
  async (_which, answers) => {
    const says = [...answers];
    const came = receiver(() => {
      const answer = says.shift();
      if (answer === "hangs") return new Promise<Response>(() => {});
      return new Response("", { status: answer === "breaks" ? 503 : 422 });
    });
    const batch = batchOf(hesitation);
    await post(batch);
    for (const [i] of answers.entries()) {
      await arrived(came, i + 1);
      await scheduler.wait(50);
      await skip(21_000);
      await runAlarm(batch);
    }
    const { sent } = await runInDurableObject(personOf(batch) as never, (_person, { storage: { sql } }) =>
      JSON.parse(sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").one().json),
    );
    expect(sent).toMatchObject([{ channel: "email", unanswered: true }]);
  },
);

test("a message that was refused, and of which every attempt was answered, counts no more", async () => {
  const came = receiver(() => new Response("", { status: came.length === 1 ? 503 : 422 }));
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await scheduler.wait(50);
  await skip(21_000);
  await runAlarm(batch);
  await arrived(came, 2);
  await vi.waitFor(async () => {
    const { sent } = await runInDurableObject(personOf(batch) as never, (_person, { storage: { sql } }) =>
      JSON.parse(sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").one().json),
    );
    expect(sent).toEqual([]);
  });
});

test("an alarm that fails as a whole rings again by itself until what is owed goes out", async () => {
  let isWell = false;
  const came = receiver(() => new Response("", { status: isWell ? 200 : 503 }));
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await vi.waitFor(async () => expect((await owed(batch)).rows).toMatchObject([{ state: "pending" }]));
  const renamed = (from: string, to: string) =>
    runInDurableObject(personOf(batch) as never, (_person, { storage: { sql } }) => {
      sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
    });
  await renamed("outbox", "lost");
  await skip(7000);
  await runAlarm(batch);
  const { alarmAtMs } = await owed(batch);
  expect(alarmAtMs).toBeGreaterThan(Date.now());
  expect(alarmAtMs).toBeLessThanOrEqual(Date.now() + 20_000);

  await renamed("lost", "outbox");
  isWell = true;
  await runAlarm(batch);
  await arrived(came, 2);
  expect(came[1]?.id).toBe(came[0]?.id);
});

// At the end: a destination that answers 410 is disabled from then on.
test.each([422, 410])("after %i nothing is tried again", async (status) => {
  const came = receiver(() => new Response("", { status }));
  const batch = batchOf(hesitation);
  await post(batch);
  await arrived(came, 1);
  await skip(60_000);
  await runAlarm(batch);
  expect(came).toHaveLength(1);
});
