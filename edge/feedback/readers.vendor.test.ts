import { EventWebhook, EventWebhookHeader } from "@sendgrid/eventwebhook";
import { Resend, type WebhookEventPayload } from "resend";
import { Webhook as Standard } from "standardwebhooks";
// @ts-expect-error The library under SendGrid's, which signs what SendGrid's checks, has no types.
import ecdsa from "starkbank-ecdsa";
// @ts-expect-error As above.
import curves from "starkbank-ecdsa/ellipticcurve/curve.js";
import { Webhook as Svix } from "svix";
import twilioLibrary from "twilio";
import { expect, test } from "vitest";
import { generic } from "./generic.ts";
import type { Inbound } from "./report.ts";
import { resend } from "./resend.ts";
import { sendgrid } from "./sendgrid.ts";
import { bodyOf, saidAtMs } from "./stand-in/said.ts";
import { tools, url } from "./stand-in/signed-as.ts";
import { twilio } from "./twilio.ts";

// What the vendors' own libraries sign is taken here, and what is refused there is refused here.

const nowMs = saidAtMs + 60_000;
const seconds = String(nowMs / 1000);
const secret = `whsec_${btoa("a secret of 32 bytes for the test")}`;
const other = `whsec_${btoa("another one of 32 bytes for test.")}`;

const inbound = (headers: Record<string, string>, body: string, more: Partial<Inbound> = {}): Inbound => ({
  headers: new Headers(headers),
  body,
  url,
  nowMs,
  ...more,
});

test("standardwebhooks: what it signs is taken, in every wording and with either of two keys", async () => {
  const body = bodyOf("generic", "click");
  for (const text of [body, ` ${body}\r\n`, body.replace("msg_abc_17", "msg_é✓_17")]) {
    const signature = new Standard(secret).sign("evt_1", new Date(nowMs), text);
    const headers = { "webhook-id": "evt_1", "webhook-timestamp": seconds, "webhook-signature": signature };
    expect(await generic(inbound(headers, text), secret)).toHaveLength(1);
    expect(await generic(inbound(headers, text), `${other} ${secret}`)).toHaveLength(1);
    expect(await generic(inbound(headers, text), other)).toBeUndefined();
    expect(await generic(inbound(headers, `${text} `), secret)).toBeUndefined();
    expect(await generic(inbound(headers, text, { nowMs: nowMs + 301_000 }), secret), "old").toBeUndefined();
    const both = `${new Standard(other).sign("evt_1", new Date(nowMs), text)} ${signature} v2,AAAA`;
    expect(await generic(inbound({ ...headers, "webhook-signature": both }, text), secret)).toHaveLength(1);
  }
});

const clicked: WebhookEventPayload = {
  type: "email.clicked",
  created_at: new Date(saidAtMs).toISOString(),
  data: {
    created_at: new Date(saidAtMs).toISOString(),
    email_id: "re-1",
    message_id: "<1@resend>",
    from: "shop@shop.example",
    to: ["someone@shop.example"],
    subject: "Your cart",
    tags: { cusp_message_id: "msg_abc_17" },
    click: { ipAddress: "192.0.2.1", link: "https://shop.example/", timestamp: new Date(saidAtMs).toISOString(), userAgent: "x" },
  },
};

test("svix signs for Resend, resend's own check agrees with ours", async () => {
  const body = JSON.stringify(clicked);
  const library = new Resend("re_of_the_test");
  // The libraries compare with the clock of the machine.
  const now = Math.floor(Date.now() / 1000) * 1000;
  const timestamp = String(now / 1000);
  const signature = new Svix(secret).sign("msg_1", new Date(now), body);
  const agree = async (id: string, text: string, written: string) => {
    const headers = { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": written };
    const theirs = await Promise.resolve()
      .then(() =>
        library.webhooks.verify({ payload: text, headers: { id, timestamp, signature: written }, webhookSecret: secret }),
      )
      .then(Boolean, () => false);
    const ours = await resend(inbound(headers, text, { nowMs: now }), secret);
    expect(ours !== undefined, `${id} ${written}`).toBe(theirs);
    return ours;
  };
  expect(await agree("msg_1", body, signature)).toMatchObject([
    { what: "clicked", eventId: "msg_1", messageId: "msg_abc_17", providerId: "re-1", recipient: "someone@shop.example" },
  ]);
  expect(await agree("msg_2", body, signature)).toBeUndefined();
  expect(await agree("msg_1", body.replace("re-1", "re-2"), signature)).toBeUndefined();
  expect(await agree("msg_1", body, signature.replace("v1,", "v2,"))).toBeUndefined();
  expect(await agree("msg_1", body, new Svix(other).sign("msg_1", new Date(now), body))).toBeUndefined();
});

test("SendGrid's library: a hundred of its signatures are taken, with the key as it is shown; none for a changed word", async () => {
  const key = new ecdsa.PrivateKey(curves.prime256v1);
  const publicKey = String(key.publicKey().toPem()).replace(/-----[^-]+-----|\s/g, "");
  const body = `${bodyOf("sendgrid", "click")}\r\n`;
  const library = new EventWebhook();
  const names = [EventWebhookHeader.SIGNATURE(), EventWebhookHeader.TIMESTAMP()] as const;
  for (let at = 0; at < 100; at++) {
    const signature = String(ecdsa.Ecdsa.sign(seconds + body, key).toBase64());
    expect(library.verifySignature(library.convertPublicKeyToECDSA(publicKey), body, signature, seconds)).toBe(true);
    const headers = { [names[0]]: signature, [names[1]]: seconds };
    expect(await sendgrid(inbound(headers, body), publicKey), signature).toMatchObject([{ what: "clicked" }]);
    expect(await sendgrid(inbound(headers, body.replace("\r\n", "")), publicKey)).toBeUndefined();
    expect(await sendgrid(inbound({ ...headers, [names[1]]: String(Number(seconds) + 1) }, body), publicKey)).toBeUndefined();
  }
}, 30_000);

test("SendGrid's library takes what our tests sign in its place", async () => {
  const { sign, secrets } = await tools();
  const library = new EventWebhook();
  const { headers, body } = await sign.sendgrid(bodyOf("sendgrid", "click"), nowMs);
  const signature = headers.get(EventWebhookHeader.SIGNATURE()) ?? "";
  expect(library.verifySignature(library.convertPublicKeyToECDSA(secrets.sendgrid), body, signature, seconds)).toBe(true);
});

test("Twilio's library: what it signs over an address and a form is taken, whatever is changed is refused", async () => {
  const token = "token-of-the-test";
  const address = `${url}?cusp_message_id=msg_abc_17`;
  const params = {
    MessageSid: "SM1",
    MessageStatus: "delivered",
    To: "+33600000001",
    Body: "déjà + vu & more",
    ApiVersion: "2010",
  };
  const body = `${new URLSearchParams(params)}`;
  const signed = (at: string) => ({ "x-twilio-signature": twilioLibrary.getExpectedTwilioSignature(token, at, params) });
  const report = { what: "delivered", messageId: "msg_abc_17", providerId: "SM1", eventId: "SM1:delivered" };
  expect(await twilio(inbound(signed(address), body, { url: address }), token)).toMatchObject([report]);
  const withPort = address.replace("edge.example", "edge.example:443");
  expect(await twilio(inbound(signed(withPort), body, { url: address }), token)).toMatchObject([report]);

  const refused: [Inbound, string][] = [
    [inbound(signed(address), body), token],
    [inbound(signed(address), body, { url: address.replace("https", "http") }), token],
    [inbound(signed(address), body, { url: `${address}8` }), token],
    [inbound(signed(address), body.replace("delivered", "failed"), { url: address }), token],
    [inbound(signed(address), `${body}&ErrorCode=1`, { url: address }), token],
    [inbound(signed(address), body, { url: address }), "token-of-another"],
  ];
  for (const [request, key] of refused) expect(await twilio(request, key)).toBeUndefined();
});

test("Twilio's library: a name that is sent twice is signed as we read it", async () => {
  const values = ["b", "a", "b"];
  const signature = twilioLibrary.getExpectedTwilioSignature("token", url, { MessageSid: "SM1", MediaUrl: values });
  const body = `MessageSid=SM1&${values.map((value) => `MediaUrl=${value}`).join("&")}`;
  expect(await twilio(inbound({ "x-twilio-signature": signature }, body), "token")).toEqual([]);
});
