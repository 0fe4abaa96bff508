import { runDurableObjectAlarm } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { objectName } from "./env.ts";
import type { DeliveryLine } from "./site/answers.ts";
import { batchOf, bindings, call, hesitation, now, personOf, post, pushDemo, runAlarm, skip } from "./test/edge.ts";
import { device, pushService, tell } from "./test/push-service.ts";
import { get, root, send } from "./test/site.ts";

/** A push service takes a message as often as it is told: an answer that was lost leaves nobody knowing. */
const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
limits: { cap: { max: 5, per: 24h }, sms_to: ["+33"] }
triggers: { lingering: { on: [hesitation], enter: { now: hint, later: hint }, class: contextual, journey: help } }
journeys:
  help:
    goal: { event: purchase, within: 1d }
    hold_while: none
    steps:
      - { id: hint, layer: immediate, from: moment, after: 0s, before: 15m, channels: [push, sms], fallback_on: [failed, suppressed], message: hint }
messages:
  hint: { purpose: service, push: { title: Which one fits?, body: Compare them }, sms: { text: Which one fits? }, action: { label: See plans, link: /pricing } }
destinations:
  push:
    vendor: webpush
    channels: [push]
    secret: DEST_PK_DEMO_PUSH
    settings: { subject: "mailto:hello@shop.example" }
    feedback: { secret: DEST_PK_DEMO_PUSH_FEEDBACK }
  other: { url: "https://other.example/hook", channels: [sms], secret: DEST_PK_DEMO_OTHER }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

const secret = "whsec_ZmVlZGJhY2sgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE=";

async function reports(type: string, messageId: string): Promise<Response> {
  const data = [{ event_id: crypto.randomUUID(), message_id: messageId, at: new Date(await now()).toISOString() }];
  const body = JSON.stringify({ type: `message.${type}`, timestamp: new Date().toISOString(), data });
  const at = new Date(Math.floor((await now()) / 1000) * 1000);
  const id = crypto.randomUUID();
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(at.getTime() / 1000),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  return await call("/v1/feedback/pk_demo/push", { method: "POST", body, headers });
}

type Batch = ReturnType<typeof batchOf>;

const logged = async ({ user }: Batch, name = "push"): Promise<DeliveryLine[]> =>
  (await get<{ deliveries: DeliveryLine[] }>(`/sites/pk_demo/deliveries?destination=${name}&person=${user?.id}`)).deliveries;
const isLogged = (batch: Batch, state: string) =>
  vi.waitFor(async () => expect((await logged(batch)).map((one) => one.state)).toEqual([state]), { timeout: 4000 });

/** Somebody with a device, whose push is under way until its answer is lost. */
async function underway() {
  let isLost = false;
  const service = pushService(async () => {
    while (!isLost) await scheduler.wait(5);
    throw new TypeError("connection reset");
  });
  const batch = batchOf(hesitation);
  await tell(batch.user?.id ?? "", { push_subscriptions: [await device("https://fcm.googleapis.com/fcm/send/a1")] });
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(() => expect(service.pushed()).toHaveLength(1));
  const lines = await vi.waitFor(async () => {
    const found = (await personOf(batch).timeline({ limit: 100 }))?.lines ?? [];
    expect(found.some(({ message_id }) => message_id)).toBe(true);
    return found;
  });
  const id = lines.find(({ message_id }) => message_id)?.message_id ?? "";
  const lose = () => {
    isLost = true;
  };
  return { batch, id, service, lose };
}

test("a message whose answer was lost is unknown until its tool says what became of it: then the log says so too", async () => {
  const { batch, id, lose } = await underway();
  lose();
  await isLogged(batch, "unknown");
  expect(await (await reports("delivered", id)).json()).toEqual({ taken: 1, repeated: 0, unmatched: [] });
  await isLogged(batch, "delivered");
});

test("what its tool says before the answer is lost counts as well", async () => {
  const { batch, id, lose } = await underway();
  await reports("delivered", id);
  await vi.waitFor(async () =>
    expect((await personOf(batch).timeline({ limit: 9 }))?.lines.map(({ text }) => text)).toContain('"hint" arrived'),
  );
  lose();
  await isLogged(batch, "delivered");
});

test("a message that came to nothing goes by the next channel, once, though nobody knew of it for a while", async () => {
  const { batch, id, service, lose } = await underway();
  lose();
  await isLogged(batch, "unknown");
  expect(service.hooks()).toEqual([]);
  await reports("failed", id);
  await vi.waitFor(() => expect(service.hooks()).toHaveLength(1));
  await isLogged(batch, "failed");
  await skip(21_000);
  await runAlarm(batch);
  expect(service.hooks()).toHaveLength(1);
  expect(service.pushed()).toHaveLength(1);
});

test("what was delivered is not replayed to a vendor that would send it twice, alone or in a range", async () => {
  const { batch, id, service, lose } = await underway();
  await reports("delivered", id);
  await vi.waitFor(async () =>
    expect((await personOf(batch).timeline({ limit: 9 }))?.lines.map(({ text }) => text)).toContain('"hint" arrived'),
  );
  lose();
  await isLogged(batch, "delivered");
  const replayed = await send(root, "POST", `/sites/pk_demo/deliveries/${id}/replay`, "");
  expect(await replayed.json()).toMatchObject({ status: 409, detail: expect.stringContaining("its vendor would send it twice") });
  const range = { destination: "push", person: batch.user?.id, from: 0 };
  expect((await send(root, "POST", "/sites/pk_demo/deliveries/replay", range)).status).toBe(202);
  await runDurableObjectAlarm(bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "push")) as never);
  expect(service.pushed()).toHaveLength(1);
});

test("what has arrived goes by no other channel, and keeps its place, though its tool says later that it was not sent", async () => {
  const { batch, id, service, lose } = await underway();
  lose();
  await isLogged(batch, "unknown");
  await reports("delivered", id);
  await isLogged(batch, "delivered");
  await reports("suppressed", id);
  await vi.waitFor(async () =>
    expect((await personOf(batch).timeline({ limit: 9 }))?.lines.map(({ text }) => text).join()).toMatch(/held it back/),
  );
  await runDurableObjectAlarm(bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "push")) as never);
  expect(service.hooks()).toEqual([]);
});
