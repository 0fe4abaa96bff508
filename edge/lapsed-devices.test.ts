import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batchOf, hesitation, post, pushDemo } from "./test/edge.ts";
import { device, pushService, tell } from "./test/push-service.ts";

const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
limits: { cap: { max: 50, per: 24h }, sms_to: ["+33"] }
triggers: { lingering: { on: [hesitation], enter: { now: hint, later: hint }, class: contextual, re_entry: always, journey: help } }
journeys:
  help:
    goal: { event: purchase, within: 1d }
    hold_while: none
    steps:
      - { id: hint, layer: immediate, from: moment, after: 0s, before: 15m, channels: [push, sms], fallback_on: [failed], message: hint }
messages:
  hint: { purpose: service, push: { title: Which one fits?, body: Compare them }, sms: { text: Which one fits? } }
destinations:
  push:
    { vendor: webpush, channels: [push], secret: DEST_PK_DEMO_PUSH, settings: { subject: "mailto:hello@shop.example" } }
  other: { url: "https://other.example/hook", channels: [sms], secret: DEST_PK_DEMO_OTHER }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

test("a device that its push service knows no more is pushed to no more; who has none left is reached by the next channel", async () => {
  const gone = "https://fcm.googleapis.com/fcm/send/gone";
  const service = pushService(({ url }) => new Response("", { status: url === gone ? 410 : 201 }));
  const batch = batchOf(hesitation);
  const user = batch.user?.id ?? "";
  const pushedOf = async (visitor: string) => {
    const before = service.pushed().length;
    expect((await post({ ...batchOf(hesitation, { user: { id: user } }), visitor })).status).toBe(202);
    await scheduler.wait(300);
    return service
      .pushed()
      .slice(before)
      .map(({ url }) => url);
  };
  const other = "https://fcm.googleapis.com/fcm/send/well";
  await tell(user, { push_subscriptions: [await device(gone), await device(other)] });
  expect((await pushedOf(batch.visitor)).sort()).toEqual([gone, other]);
  expect(await pushedOf(crypto.randomUUID())).toEqual([other]);

  await tell(user, { push_subscriptions: [await device(gone)] });
  expect(await pushedOf(crypto.randomUUID())).toEqual([gone]);
  await vi.waitFor(() => expect(service.hooks()).toHaveLength(1)); // what came back goes by text
  expect(await pushedOf(crypto.randomUUID())).toEqual([]);
  await vi.waitFor(() => expect(service.hooks()).toHaveLength(2)); // at once
});
