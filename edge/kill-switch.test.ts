import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batchOf, type Hook, hesitation, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";
import { root, send } from "./test/site.ts";

beforeEach(async () => {
  await pushDemo();
  await turn({ off: false, triggers: { "pricing-hesitation": true } });
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

test.each([{ off: true }, { triggers: { "pricing-hesitation": false } }])(
  "ten seconds after %j nothing is sent",
  async (order) => {
    const came = receiver();
    await post(batchOf(hesitation));
    await vi.waitFor(() => expect(sent(came)).toBe(1));
    expect((await turn(order)).status).toBe(200);
    tenSecondsLater();
    for (let i = 0; i < 5; i++) expect((await post(batchOf(hesitation))).status).toBe(202);
    expect(sent(came)).toBe(1);
  },
);

test.each([{ off: true }, { triggers: { "pricing-hesitation": false } }])(
  "what was decided before %j and waits for its next attempt is not sent either",
  async (order) => {
    const came = receiver(() => new Response("", { status: 503 }));
    const batch = batchOf(hesitation);
    await post(batch);
    await vi.waitFor(() => expect(sent(came)).toBe(1));
    await turn(order);
    tenSecondsLater();
    await skip(7000);
    expect(await runAlarm(batch)).toBe(true);
    expect(sent(came)).toBe(1);
  },
);
