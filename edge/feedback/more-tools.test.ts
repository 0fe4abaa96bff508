import { beforeAll, expect, test } from "vitest";
import type { FeedbackFrom } from "../site/schema/messages.ts";
import { readers } from "./readers.ts";
import { said, saidAtMs } from "./stand-in/said.ts";
import { tools, url } from "./stand-in/signed-as.ts";

let own: Awaited<ReturnType<typeof tools>>;
beforeAll(async () => {
  own = await tools();
});

const nowMs = saidAtMs + 60_000;
const [s, iso] = [saidAtMs / 1000, new Date(saidAtMs).toISOString()];

async function told(from: FeedbackFrom, body: string) {
  const signed = await own.sign[from](body, nowMs);
  return (await readers[from]({ ...signed, url, nowMs }, own.secrets[from])) ?? [];
}
const whats = async (from: FeedbackFrom, body: string) =>
  (await told(from, body)).map(({ what, bounce }) => (bounce ? `${what} ${bounce.class}` : what));

const cio = (object_type: string, metric: string, data: object = {}) =>
  JSON.stringify({ event_id: "e", object_type, metric, timestamp: s, data: { delivery_id: "d", ...data } });

test.each([
  ["email", "sent", ["accepted"]],
  ["email", "deferred", ["deferred"]],
  ["email", "bounced", ["bounced hard"]],
  ["email", "dropped", ["suppressed"]],
  ["email", "undeliverable", ["suppressed"]],
  ["email", "spammed", ["complained"]],
  ["email", "converted", ["converted"]],
  ["sms", "delivered", ["delivered"]],
  ["push", "opened", ["opened"]],
  ["sms", "failed", ["failed"]],
  ["customer", "unsubscribed", ["unsubscribed"]],
  ["customer", "subscribed", []],
  ["email", "drafted", []],
  ["slack", "sent", []],
])("Customer.io: %s %s", async (type, metric, expected) => {
  expect(await whats("customerio", cio(type, metric))).toEqual(expected);
});

test("Customer.io: an opt-out of a customer finds the address, a dropped message why", async () => {
  expect(await told("customerio", cio("customer", "unsubscribed", { identifiers: { email: "a@b.example" } }))).toMatchObject([
    { recipient: "a@b.example", channel: "email" },
  ]);
  expect(await whats("customerio", cio("email", "dropped", { failure_message: "recipient unsubscribed" }))).toEqual([
    "suppressed",
    "unsubscribed",
  ]);
});

const klaviyo = (topic: string, event_properties: object = {}, included: object[] = []) =>
  JSON.stringify({
    data: [
      {
        external_id: "e",
        topic: `event:klaviyo.${topic}`,
        payload: { data: { attributes: { datetime: iso, event_properties } }, included },
      },
    ],
  });

test.each([
  ["received_email", {}, ["delivered"]],
  ["bounced_email", { "Bounce Type": "Hard" }, ["bounced hard"]],
  ["bounced_email", { "Bounce Type": "Soft" }, ["bounced soft"]],
  ["dropped_email", { Reason: "Unsubscribed" }, ["suppressed", "unsubscribed"]],
  ["marked_email_as_spam", {}, ["complained"]],
  ["received_sms", {}, ["delivered"]],
  ["sent_sms", {}, ["replied"]],
  ["unsubscribed_from_sms_marketing", {}, ["unsubscribed"]],
  ["subscribed_to_email_marketing", {}, []],
  ["opened_push", {}, ["opened"]],
])("Klaviyo: %s %j", async (topic, properties, expected) => {
  expect(await whats("klaviyo", klaviyo(topic, properties))).toEqual(expected);
});

test("Klaviyo: the address is the profile's, by the channel", async () => {
  const profile = [{ type: "profile", attributes: { email: "a@b.example", phone_number: "+33600000001" } }];
  expect((await told("klaviyo", klaviyo("clicked_email", {}, profile)))[0]?.recipient).toBe("a@b.example");
  expect((await told("klaviyo", klaviyo("clicked_sms", {}, profile)))[0]?.recipient).toBe("+33600000001");
});

test("Klaviyo: a flow's webhook brings the secret and the generic shape, and converts nobody", async () => {
  const headers = new Headers({ "x-cusp-secret": own.secrets.klaviyo });
  const flow = (body: unknown, of = headers) =>
    readers.klaviyo({ headers: of, body: JSON.stringify(body), url, nowMs }, own.secrets.klaviyo);
  expect(await flow(said.generic.click)).toMatchObject([{ what: "clicked", messageId: "msg_abc_17" }]);
  expect(await flow({ type: "message.converted", timestamp: iso, data: [{ event_id: "e" }] })).toEqual([]);
  expect(await flow(said.generic.click, new Headers())).toBeUndefined();
});

const form = (params: Record<string, string>) => `${new URLSearchParams({ MessageSid: "SM1", To: "+33600000001", ...params })}`;

test.each([
  [{ MessageStatus: "queued" }, ["accepted"]],
  [{ MessageStatus: "sent" }, ["accepted"]],
  [{ MessageStatus: "delivered" }, ["delivered"]],
  [{ MessageStatus: "undelivered", ErrorCode: "30003" }, ["bounced soft"]],
  [{ MessageStatus: "undelivered", ErrorCode: "30005" }, ["bounced hard"]],
  [{ MessageStatus: "failed", ErrorCode: "30006" }, ["bounced hard"]],
  [{ MessageStatus: "failed", ErrorCode: "30008" }, ["failed"]],
  [{ MessageStatus: "failed", ErrorCode: "21610" }, ["suppressed", "unsubscribed"]],
  [{ MessageStatus: "receiving" }, []],
  [{ Body: "STOP" }, ["unsubscribed"]],
  [{ Body: " stop! " }, ["unsubscribed"]],
  [{ Body: "Arrêt" }, ["unsubscribed"]],
  [{ Body: "no", OptOutType: "STOP" }, ["unsubscribed"]],
  [{ Body: "can you stop by?" }, ["replied"]],
  [{ Body: "START", OptOutType: "START" }, ["replied"]],
])("Twilio: %j", async (params, expected) => {
  expect(await whats("twilio", form(params as Record<string, string>))).toEqual(expected);
});

test("Twilio: a status finds its message by Twilio's id, and counts once", async () => {
  const [first, again] = await Promise.all([1, 2].map(() => told("twilio", form({ MessageStatus: "delivered" }))));
  expect(first).toMatchObject([{ providerId: "SM1", eventId: "SM1:delivered", recipient: "+33600000001", channel: "sms" }]);
  expect(again).toEqual(first);
});

const evt = { event_id: "e" };

test.each([
  [{}, "/type"],
  [{ type: "message.read" }, "/type"],
  [{ data: [] }, "/data"],
  [{ data: Array.from({ length: 501 }, () => evt) }, "/data"],
  [{ data: [evt, {}] }, "/data/1/event_id"],
  [{ timestamp: "yesterday" }, "/timestamp"],
  [{ data: [{ ...evt, at: "noon" }] }, "/data/0/at"],
  [{ type: "message.bounced" }, "/data/0/bounce"],
  [{ type: "message.bounced", data: [{ ...evt, bounce: { class: "fatal" } }] }, "/data/0/bounce/class"],
])("generic: %.60j is refused at %s", async (more, pointer) => {
  const whole = { type: "message.clicked", timestamp: iso, data: [evt] };
  const body = JSON.stringify(pointer === "/type" && !("type" in more) ? { ...whole, type: undefined } : { ...whole, ...more });
  await expect(told("generic", body)).rejects.toMatchObject({ name: "Refusal", status: 422, pointer });
});

test("generic: 500 events are taken, all that is said of one is kept", async () => {
  const data = Array.from({ length: 500 }, (_, at) => ({ event_id: `e${at}` }));
  expect(await told("generic", JSON.stringify({ type: "message.delivered", timestamp: iso, data }))).toHaveLength(500);
  const order = { id: "o-31", value: 110.33, currency: "EUR", discount_code: "C15" };
  const body = { type: "message.converted", timestamp: iso, data: [{ ...evt, message_id: "msg_a_1", order }] };
  expect(await told("generic", JSON.stringify(body))).toEqual([
    {
      eventId: "e",
      what: "converted",
      atMs: saidAtMs,
      messageId: "msg_a_1",
      order: { id: "o-31", value: 110.33, currency: "EUR" },
    },
  ]);
});
