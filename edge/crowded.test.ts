import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { batchOf, type Hook, hesitation, owed, post, pushDemo, receiver } from "./test/edge.ts";
import { get, root, send } from "./test/site.ts";

// More is to be sent at once than may be under way to a destination: eight messages for each who hesitates.

const each = 8;
const places = 16 * each;

beforeEach(async () => {
  const more = Array.from({ length: each - 1 }, (_, i) => `  more-${i}: { on: [hesitation], message: compare-plans }\n`);
  await pushDemo((yaml) => yaml.replace("triggers:\n", `triggers:\n${more.join("")}`));
  await turn({ off: false });
  tenSecondsLater();
});
afterEach(() => vi.restoreAllMocks());

const turn = (order: object) => send(root, "PUT", "/sites/pk_demo/switches", order);
const sent = (came: Hook[]) => came.filter(({ body }) => body.type === "message.send").length;

let aheadMs = 0;
/** On the system's clock, by which the age of a site file is counted. It never goes back. */
function tenSecondsLater(): void {
  aheadMs += 10_001;
  vi.useFakeTimers({ toFake: ["Date"], now: vi.getRealSystemTime() + aheadMs });
}

async function hesitates(): Promise<Batch> {
  const batch = batchOf(hesitation);
  expect((await post(batch)).status).toBe(202);
  return batch;
}

/** Every place is taken by a request that is not answered. */
async function crowd(came: Hook[]): Promise<void> {
  for (let i = 0; i < places; i += each) await hesitates();
  await vi.waitFor(() => expect(sent(came)).toBe(places), { timeout: 5000 });
}

test("what waits for its turn when the site is switched off is not sent", { timeout: 20_000 }, async () => {
  let mayAnswer = false;
  const came = receiver(async () => {
    while (!mayAnswer) await scheduler.wait(50);
    return new Response("{}");
  });
  await crowd(came);
  const late = await hesitates();
  await scheduler.wait(300);
  await turn({ off: true });
  tenSecondsLater();
  mayAnswer = true;
  await vi.waitFor(async () => expect((await owed(late)).rows).toEqual([]), { timeout: 10_000, interval: 200 }); // written after 5 s
  expect(sent(came)).toBe(places);
});

test("what waits for its turn at a destination that turns out to be ill is put off, and uses up no attempt", {
  timeout: 20_000,
}, async () => {
  const first = 20;
  let isIll = false;
  let mayAnswer = false;
  const came = receiver(async () => {
    const mine = came.length;
    while (!mayAnswer && !(isIll && mine <= first)) await scheduler.wait(50);
    return new Response("", { status: 503 });
  });
  await crowd(came);
  const late = [await hesitates(), await hesitates(), await hesitates(), await hesitates(), await hesitates()];
  isIll = true;
  await vi.waitFor(
    async () => expect(await get("/sites/pk_demo/destinations")).toMatchObject({ destinations: [{ state: "trying" }] }),
    {
      timeout: 3000,
    },
  );
  await vi.waitFor(() => expect(sent(came)).toBe(places + first), { timeout: 3000 }).catch(() => undefined); // before it was known
  const before = sent(came);
  expect(before).toBeLessThanOrEqual(places + first);
  mayAnswer = true;
  const states = async () => (await Promise.all(late.map(owed))).flatMap(({ rows }) => rows.map(({ state }) => state));
  await vi.waitFor(async () => expect(await states()).toEqual(Array(5 * each).fill("pending")), { timeout: 8000, interval: 200 });
  expect(sent(came)).toBe(before);
});
