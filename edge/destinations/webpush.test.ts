import { expect, test } from "vitest";
import type { Call, Parcel } from "./adapter.ts";
import { deviceAt, vapidKeys } from "./stand-in/devices.ts";
import { messageOf, parcelOf } from "./stand-in/parcel.ts";
import { pushService } from "./stand-in/push-service.ts";
import { answer, type Sent } from "./stand-in/request.ts";
import { webpush } from "./webpush.ts";

const secret = await vapidKeys();
const chrome = await deviceAt("https://fcm.googleapis.com/fcm/send/abc:def");
const firefox = await deviceAt("https://updates.push.services.mozilla.com/wpush/v2/abc");
const safari = await deviceAt("https://web.push.apple.com/QAbc");
const edge = await deviceAt("https://wns2-by3p.notify.windows.com/w/?token=abc");

const message = (body = "Only 3 left."): Parcel["message"] => {
  const made = messageOf({}, { channel: "push", purpose: "marketing" });
  return { ...made, content: { ...made.content, push: { title: "Still thinking?", body } } };
};
const parcel = (subscriptions: Parcel["subscriptions"], of: Partial<Parcel> = {}) =>
  parcelOf(secret, { message: message(), subscriptions, ...of }, webpush);
const { nowMs } = parcel([]);
const deliver = (subscriptions: Parcel["subscriptions"], call: Call) => webpush.deliver(parcel(subscriptions), call);

test("the secret looks as it must", () => expect(secret).toMatch(webpush.secretPattern));

test("every device of a person gets it, in time or not at all, and a second one replaces the first", async () => {
  const shown: Sent[] = [];
  const all = [chrome, firefox, safari, edge];
  expect(await deliver(all, pushService({ nowMs }, shown))).toMatchObject({ state: "delivered" });
  expect(shown.map(({ url }) => url).sort()).toEqual(all.map(({ endpoint }) => endpoint).sort());
  for (const { headers } of shown) {
    expect(headers).toMatchObject({ ttl: "899", topic: parcel([]).uuid.replaceAll("-", ""), urgency: "normal" });
    expect(headers.topic).toHaveLength(32);
  }
});

test("a device that is gone fails alone: one that took it is enough", async () => {
  const call = pushService({ nowMs, gone: [chrome.endpoint] });
  expect(await deliver([chrome, firefox], call)).toMatchObject({ state: "delivered" });
  expect(await deliver([chrome], call)).toEqual({
    ...{ state: "failed", reason: "a subscription is no longer valid", lapsed: [chrome.endpoint] },
  });
  expect(await deliver([], call)).toMatchObject({ state: "failed" });
});

test("tried again only where no device may have it", async () => {
  const by =
    (told: Record<string, number | "lost">): Call =>
    async ({ url }) => {
      const said = told[url] ?? 201;
      if (said === "lost") throw new Error("lost");
      return answer(said, undefined, { "retry-after": "9" });
    };
  const both = (first: number | "lost", second: number | "lost") =>
    deliver([chrome, firefox], by({ [chrome.endpoint]: first, [firefox.endpoint]: second }));
  expect(await both(429, 410)).toMatchObject({ state: "again", retryAfterMs: 9000 });
  expect(await both(429, 201)).toMatchObject({ state: "delivered" });
  expect(await both("lost", 201)).toMatchObject({ state: "delivered" });
  expect(await both(403, 410)).toMatchObject({ state: "failed" });
  expect(await both(504, 429)).toMatchObject({ state: "unknown" });
  await expect(both("lost", 429)).rejects.toThrow("lost");
});

test.each([
  "https://evil.example/push",
  "https://fcm.googleapis.com.evil.example/x",
  "https://evilpush.apple.com/x",
  "https://push.apple.com/x",
  "https://x.push.apple.com.evil.example/",
  "http://fcm.googleapis.com/x",
  "https://fcm.googleapis.com:8443/x",
  "https://me@fcm.googleapis.com/x",
  "https://fcm.googleapis.com@evil.example/x",
  "https://fcm.googleapis.com./x",
  "https://127.0.0.1/x",
  "https://notify.windows.com.evil.example/x",
  "https://evil.example#.notify.windows.com",
  "not a url",
  "",
])("a page cannot have us call %j", async (endpoint) => {
  const called: string[] = [];
  const call: Call = async ({ url }) => answer(called.push(url) && 201);
  expect(await deliver([{ ...chrome, endpoint }], call)).toMatchObject({ state: "failed" });
  expect(called).toEqual([]);
});

test.each([
  { p256dh: "", auth: "" },
  { p256dh: "AAAA", auth: "AAAA" },
  { p256dh: "%", auth: "%" },
])("a subscription with keys that are none fails alone: %j", async (keys) => {
  const call = pushService({ nowMs });
  expect(await deliver([{ ...chrome, keys }], call)).toEqual({ state: "failed", reason: "a subscription holds no keys" });
  expect(await deliver([{ ...chrome, keys }, firefox], call)).toMatchObject({ state: "delivered" });
});

test("a push longer than push services take is not sent; the longest that they take is", async () => {
  const call = pushService({ nowMs });
  const long = (chars: number) => webpush.deliver(parcel([chrome], { message: message("x".repeat(chars)) }), call);
  expect(await long(4000)).toEqual({ state: "failed", reason: "the push is too long" });
  const around = JSON.stringify({
    web_push: 8030,
    notification: {
      title: "Still thinking?",
      body: "",
      navigate: "https://shop.example/cart?cusp_m=msg_1",
      tag: message().message_id,
    },
    message_id: message().message_id,
  });
  expect(await long(3993 - around.length)).toMatchObject({ state: "delivered" });
  expect(await long(3994 - around.length)).toMatchObject({ state: "failed" });
});

test("a service that knows another key of ours refuses, and that is failed", async () => {
  const call = pushService({ nowMs, key: (await vapidKeys()).split(":")[0] as string });
  expect(await deliver([safari], call)).toMatchObject({ state: "failed", reason: expect.stringContaining("403") });
});
