import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { base64url } from "./base64url.ts";
import { admin, batchOf, bindings, call, hesitation, post, pushDemo } from "./test/edge.ts";

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

async function device(endpoint: string) {
  const { publicKey } = (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ])) as CryptoKeyPair;
  const p256dh = base64url((await crypto.subtle.exportKey("raw", publicKey)) as ArrayBuffer);
  return { endpoint, expirationTime: null, keys: { p256dh, auth: base64url(crypto.getRandomValues(new Uint8Array(16))) } };
}

async function tell(user: string, body: object): Promise<Response> {
  const made = await admin("/sites/pk_demo/tokens", { method: "POST", body: JSON.stringify({ role: "server" }) });
  const { token } = await made.json<{ token: string }>();
  return await call(`/v1/profiles/${user}`, {
    method: "PUT",
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
}

test("a push goes to each device that the site's server told of, sealed for that device alone", async () => {
  const sent: { url: string; body: ArrayBuffer; headers: Headers }[] = [];
  vi.spyOn(bindings.RECEIVER, "fetch").mockImplementation(async (url, init) => {
    const request = new Request(url as string, init as RequestInit);
    sent.push({ url: request.url, body: await request.arrayBuffer(), headers: request.headers });
    return new Response("", { status: 201 });
  });
  const batch = batchOf(hesitation);
  const user = batch.user?.id ?? "";
  const endpoints = ["https://fcm.googleapis.com/fcm/send/a1", "https://updates.push.services.mozilla.com/wpush/v2/b2"];
  const told = await tell(user, { push_subscriptions: await Promise.all(endpoints.map(device)) });
  expect(told.status, await told.text()).toBe(200);
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(() => expect(sent.map(({ url }) => url).sort()).toEqual([...endpoints].sort()));
  for (const { body, headers } of sent) {
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
