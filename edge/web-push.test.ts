import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batchOf, hesitation, post, pushDemo } from "./test/edge.ts";
import { device, pushService, tell } from "./test/push-service.ts";

const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
triggers: { lingering: { on: [hesitation], band: now, message: hint } }
messages:
  hint: { purpose: service, push: { title: Which one fits?, body: Compare them }, action: { label: See plans, link: /pricing } }
destinations:
  push:
    { vendor: webpush, channels: [push], secret: DEST_PK_DEMO_PUSH, settings: { subject: "mailto:hello@shop.example" } }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

test("a push goes to each device that the site's server told of, sealed for that device alone", async () => {
  const service = pushService(() => new Response("", { status: 201 }));
  const batch = batchOf(hesitation);
  const user = batch.user?.id ?? "";
  const endpoints = ["https://fcm.googleapis.com/fcm/send/a1", "https://updates.push.services.mozilla.com/wpush/v2/b2"];
  const told = await tell(user, { push_subscriptions: await Promise.all(endpoints.map(device)) });
  expect(told.status, await told.text()).toBe(200);
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(() =>
    expect(
      service
        .pushed()
        .map(({ url }) => url)
        .sort(),
    ).toEqual([...endpoints].sort()),
  );
  for (const { body, headers } of service.pushed()) {
    expect(headers.get("content-encoding")).toBe("aes128gcm");
    expect(headers.get("authorization")).toMatch(/^vapid t=[\w.-]+, ?k=[\w-]+$/);
    expect(new TextDecoder().decode(body)).not.toContain("Which one fits");
  }
});

test("a device without keys, or of no address, is refused by name", async () => {
  const good = await device("https://fcm.googleapis.com/fcm/send/a1");
  for (const bad of [
    { ...good, keys: {} },
    { ...good, endpoint: "http://fcm.googleapis.com/x" },
    { ...good, endpoint: "nowhere" },
  ]) {
    const answer = await tell("u-refused", { push_subscriptions: [good, bad] });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ pointer: expect.stringMatching(/^\/push_subscriptions\/1/) });
  }
});
