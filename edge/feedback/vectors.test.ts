import { expect, test } from "vitest";
import { fromBase64, fromHex, isSigned } from "./reading/signatures.ts";
import { standardSigned } from "./reading/standard-webhooks.ts";
import { sendgrid } from "./sendgrid.ts";

// Signatures that the tools' own libraries, or OpenSSL by the tools' documents, made elsewhere.

test("Standard Webhooks: the vector of the specification's library", async () => {
  const headers = new Headers({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
  const inbound = { headers, url: "", body: '{"test": 2432232314}', nowMs: 0 };
  const signed = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", atMs: 1_614_265_330_000 };
  const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  expect(await standardSigned(inbound, key)).toEqual(signed);
  const old = "whsec_b2xkIG9sZCBvbGQgb2xkIG9sZCBvbGQ=";
  expect(await standardSigned(inbound, `${old} ${key}`), "while a key is being replaced both hold").toEqual(signed);
  expect(await standardSigned(inbound, old)).toBeUndefined();
});

test.each([
  ["Customer.io", "cio_secret", 'v0:1700000000:{"a":1}', "60634547000002e0346ea706da477a660eaa926442f4cddba3c26586a8f2e887"],
  ["Mailgun", "mg_key", "1700000000tok", "efdccadf91a2c3f99e95ee0db55ea3de4ed271cf5b01a48f75750e8e4a142a11"],
  ["Klaviyo", "kl_secret_16chars!", '{"a":1}1700000000', "6c4b48d4131da320f79604d12105260ea65cf770574200086e3d8a231387a759"],
])("%s: hexadecimal SHA-256", async (_, key, text, signature) => {
  expect(await isSigned("SHA-256", key, text, fromHex(signature))).toBe(true);
  expect(await isSigned("SHA-256", key, `${text} `, fromHex(signature))).toBe(false);
  expect(fromHex(signature.toUpperCase()), "one spelling only").toBeUndefined();
});

test("SHA-1 over an address and a form, as Mandrill and Twilio sign", async () => {
  const mac = fromBase64("ZyvFCVd7bsxSeHdDvwzrCRmWocE=");
  expect(await isSigned("SHA-1", "mk", "https://e.com/hmandrill_events[]", mac)).toBe(true);
  expect(await isSigned("SHA-1", "mk", "https://e.com/Hmandrill_events[]", mac)).toBe(false);
  expect(fromBase64("ZyvFCVd7bsxSeHdDvwzrCRmWocF="), "one spelling only").toBeUndefined();
});

test("SendGrid: an event that SendGrid itself signed, from the tests of its library", async () => {
  const event = {
    email: "hello@world.com",
    event: "dropped",
    reason: "Bounced Address",
    sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
    sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
    "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
    timestamp: 1600112492,
  };
  const key =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
  const headers = new Headers({
    "x-twilio-email-event-webhook-signature":
      "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
    "x-twilio-email-event-webhook-timestamp": "1600112502",
  });
  const inbound = { headers, url: "", body: `${JSON.stringify([event])}\r\n`, nowMs: 1_600_112_600_000 };
  const reports = [{ what: "suppressed", providerId: "LRzXl_NHStOGhQ4kofSm_A" }, { what: "bounced" }];
  expect(await sendgrid(inbound, key)).toMatchObject(reports);
  const asPem = `-----BEGIN PUBLIC KEY-----\n${key.slice(0, 64)}\n${key.slice(64)}\n-----END PUBLIC KEY-----\n`;
  expect(await sendgrid(inbound, asPem), "the key as a file").toMatchObject(reports);
  expect(await sendgrid({ ...inbound, body: inbound.body.trim() }, key)).toBeUndefined();
  await expect(sendgrid(inbound, "not-a-key")).rejects.toMatchObject({ status: 503 });
});
