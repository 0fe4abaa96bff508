import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
// @ts-expect-error: it has no types
import ece from "http_ece";
import { expect, test } from "vitest";
// @ts-expect-error: it has no types
import webPush from "web-push";
import type { Call, Parcel } from "./adapter.ts";
import { header } from "./stand-in/library.ts";
import { messageOf, parcelOf } from "./stand-in/parcel.ts";
import { pushService } from "./stand-in/push-service.ts";
import type { Sent } from "./stand-in/request.ts";
import { webpush } from "./webpush.ts";

const browser = () => {
  const keys = createECDH("prime256v1");
  const auth = randomBytes(16).toString("base64url");
  const p256dh = keys.generateKeys("base64url");
  return { keys, auth, device: { endpoint: "https://fcm.googleapis.com/fcm/send/abc", keys: { p256dh, auth } } };
};

async function push(of: Partial<Parcel> = {}) {
  const { keys, auth, device } = browser();
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  const made = messageOf({}, { channel: "push" });
  const message = { ...made, content: { ...made.content, push: { title: "Still thinking?", body: "Only 3 left. ✓" } } };
  const parcel = parcelOf(`${publicKey}:${privateKey}`, { message, subscriptions: [device], nowMs: Date.now(), ...of }, webpush);
  const shown: Sent[] = [];
  const call: Call = pushService({ nowMs: parcel.nowMs, key: publicKey }, shown);
  expect(await webpush.deliver(parcel, call)).toMatchObject({ state: "delivered" });
  return { keys, auth, device, publicKey, privateKey, call, sent: shown[0] as Sent, parcel };
}

test("a browser's side of RFC 8291, by another's hand, reads what was said", async () => {
  const { keys, auth, sent, parcel } = await push();
  const plain = ece.decrypt(Buffer.from(sent.body as Uint8Array), { version: "aes128gcm", privateKey: keys, authSecret: auth });
  expect(JSON.parse(plain.toString())).toEqual({
    web_push: 8030,
    notification: {
      title: "Still thinking?",
      body: "Only 3 left. ✓",
      navigate: "https://shop.example/cart?cusp_m=msg_1",
      tag: parcel.message.message_id,
    },
    message_id: parcel.message.message_id,
  });
});

test("our VAPID token is signed by the key that it names, as Node's own cryptography sees it", async () => {
  const { sent, publicKey, parcel } = await push();
  const [, head = "", claims = "", signature = "", k] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header(sent, "authorization") ?? "") ?? [];
  expect(k).toBe(publicKey);
  const point = Buffer.from(publicKey, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${head}.${claims}`);
  expect(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"))).toBe(true);
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
    aud: "https://fcm.googleapis.com",
    exp: Math.floor(parcel.nowMs / 1000) + 43_200,
    sub: "mailto:hello@shop.example",
  });
});

test("the push service that takes ours takes what the web-push library sends, with the same headers", async () => {
  const { device, publicKey, privateKey, call, sent } = await push();
  const { endpoint, headers, body } = webPush.generateRequestDetails(device, "hello", {
    vapidDetails: { subject: "mailto:hello@shop.example", publicKey, privateKey },
    TTL: 60,
    topic: "0".repeat(32),
    urgency: "high",
  });
  const theirs = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  expect((await call({ url: endpoint, headers: theirs, body: new Uint8Array(body as Buffer) })).status).toBe(201);
  const names = (of: object) =>
    Object.keys(of)
      .filter((name) => name !== "content-length")
      .sort();
  expect(names(sent.headers)).toEqual(names(theirs));
  expect(header(sent, "content-type")).toBe(theirs["content-type"]);
});
