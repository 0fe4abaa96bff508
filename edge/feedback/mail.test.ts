import type { Models } from "postmark";
import { beforeAll, expect, test } from "vitest";
import { Refusal } from "../problem.ts";
import type { FeedbackFrom } from "../site/schema/messages.ts";
import { readers } from "./readers.ts";
import { saidAtMs } from "./stand-in/said.ts";
import { tools, url } from "./stand-in/signed-as.ts";

let own: Awaited<ReturnType<typeof tools>>;
beforeAll(async () => {
  own = await tools();
});

const nowMs = saidAtMs + 60_000;
const [s, iso] = [saidAtMs / 1000, new Date(saidAtMs).toISOString()];

async function told(from: FeedbackFrom, event: unknown) {
  const signed = await own.sign[from](JSON.stringify(event), nowMs);
  return (await readers[from]({ ...signed, url, nowMs }, own.secrets[from])) ?? [];
}
const whats = async (from: FeedbackFrom, event: unknown) =>
  (await told(from, event)).map(({ what, bounce }) => (bounce ? `${what} ${bounce.class}` : what));

const sg = { email: "someone@shop.example", timestamp: s, sg_event_id: "sg-1", sg_message_id: "14c5d75ce93.dfd.64b469.0" };

test.each<[object, string[]]>([
  [{ event: "processed" }, ["accepted"]],
  [{ event: "deferred", response: "400 later" }, ["deferred"]],
  [{ event: "delivered" }, ["delivered"]],
  [{ event: "bounce", type: "bounce", status: "5.1.1", reason: "no such user" }, ["bounced hard"]],
  [{ event: "bounce", type: "blocked", status: "5.7.1" }, ["bounced soft"]],
  [{ event: "bounce", type: "bounce", status: "4.2.2" }, ["bounced soft"]],
  [{ event: "dropped", reason: "Spam Content" }, ["suppressed"]],
  [{ event: "dropped", reason: "Unsubscribed Address" }, ["suppressed", "unsubscribed"]],
  [{ event: "dropped", reason: "Spam Reporting Address" }, ["suppressed", "complained"]],
  [{ event: "dropped", reason: "Bounced Address" }, ["suppressed", "bounced hard"]],
  [{ event: "dropped", reason: "Invalid" }, ["suppressed", "bounced hard"]],
  [{ event: "open" }, ["opened"]],
  [{ event: "click" }, ["clicked"]],
  [{ event: "spamreport" }, ["complained"]],
  [{ event: "unsubscribe" }, ["unsubscribed"]],
  [{ event: "group_unsubscribe", asm_group_id: 1 }, ["unsubscribed"]],
  [{ event: "group_resubscribe", asm_group_id: 1 }, []],
  [{ event: "account_status_change" }, []],
])("SendGrid: %j", async (event, expected) => {
  expect(await whats("sendgrid", [{ ...sg, ...event }])).toEqual(expected);
});

test("SendGrid: the id is what its answer called the message, the code and the reason of a bounce are kept", async () => {
  const event = { ...sg, event: "bounce", status: "5.1.1", reason: "no such user", cusp_message_id: "msg_a_1" };
  expect(await told("sendgrid", [event])).toEqual([
    {
      eventId: "sg-1",
      what: "bounced",
      atMs: saidAtMs,
      messageId: "msg_a_1",
      providerId: "14c5d75ce93",
      recipient: "someone@shop.example",
      channel: "email",
      bounce: { class: "hard", code: "5.1.1", reason: "no such user" },
    },
  ]);
});

test("nothing happened later than now", async () => {
  expect(await told("sendgrid", [{ ...sg, event: "open", timestamp: s + 1e6 }])).toMatchObject([{ atMs: nowMs }]);
});

test("SendGrid: a drop and what it says of the address are two events", async () => {
  const reports = await told("sendgrid", [{ ...sg, event: "dropped", reason: "Unsubscribed Address" }]);
  expect(new Set(reports.map(({ eventId }) => eventId)).size).toBe(2);
});

test("SendGrid: what one event lacks takes nothing from the others", async () => {
  const events = [null, 1, "x", [], { event: "open" }, { ...sg, event: "unsubscribe", timestamp: "?" }];
  expect(await told("sendgrid", events)).toMatchObject([{ what: "unsubscribed", atMs: nowMs }]);
});

const pm = { MessageID: "pm-1", Recipient: "someone@shop.example", Metadata: { cusp_message_id: "msg_a_1" } };
const bounce = { RecordType: "Bounce", ID: 42, Email: "someone@shop.example", BouncedAt: iso };

test.each<[object, string[]]>([
  [{ RecordType: "Delivery", DeliveredAt: iso }, ["delivered"]],
  [{ ...bounce, Type: "HardBounce" }, ["bounced hard"]],
  [{ ...bounce, Type: "BadEmailAddress" }, ["bounced hard"]],
  [{ ...bounce, Type: "SoftBounce" }, ["bounced soft"]],
  [{ ...bounce, Type: "Blocked", Inactive: true }, ["bounced hard"]],
  [{ ...bounce, Type: "Transient" }, ["deferred"]],
  [{ ...bounce, Type: "AutoResponder" }, []],
  [{ ...bounce, Type: "Unsubscribe" }, ["unsubscribed"]],
  [{ ...bounce, Type: "SpamComplaint" }, ["complained"]],
  [{ ...bounce, Type: "SMTPApiError" }, ["failed"]],
  [{ RecordType: "SpamComplaint", ID: 43, BouncedAt: iso }, ["complained"]],
  [{ RecordType: "Open", ReceivedAt: iso }, ["opened"]],
  [{ RecordType: "Click", ReceivedAt: iso, OriginalLink: "https://shop.example/" }, ["clicked"]],
  [{ RecordType: "SubscriptionChange", SuppressSending: true, SuppressionReason: "ManualSuppression" }, ["unsubscribed"]],
  [{ RecordType: "SubscriptionChange", SuppressSending: true, SuppressionReason: "HardBounce" }, ["bounced hard"]],
  [{ RecordType: "SubscriptionChange", SuppressSending: true, SuppressionReason: "SpamComplaint" }, ["complained"]],
  [{ RecordType: "SubscriptionChange", SuppressSending: false }, []],
  [{ RecordType: "Inbound" }, []],
])("Postmark: %j", async (event, expected) => {
  expect(await whats("postmark", { ...pm, ...event })).toEqual(expected);
});

test("Postmark: the secret counts as a header too, one of less than 16 characters is the site's mistake", async () => {
  const inbound = { body: JSON.stringify({ ...pm, RecordType: "Delivery", DeliveredAt: iso }), url, nowMs };
  const headers = new Headers({ "x-cusp-secret": own.secrets.postmark });
  expect(await readers.postmark({ ...inbound, headers }, own.secrets.postmark)).toHaveLength(1);
  const short = readers.postmark({ ...inbound, headers: new Headers({ "x-cusp-secret": "short" }) }, "short");
  await expect(short).rejects.toMatchObject({ status: 503, message: expect.stringContaining("16 characters") });
});

test("Postmark: bodies of the types that its library gives are read", async () => {
  const base = { ServerID: 1, MessageStream: "broadcast", MessageID: "pm-1", Metadata: { cusp_message_id: "msg_abc_17" } };
  const delivered: Models.DeliveryWebhook = {
    ...base,
    RecordType: "Delivery",
    Recipient: "someone@shop.example",
    DeliveredAt: "2026-11-22T19:00:00.5273539-00:00",
    Details: "smtp;250",
  };
  const left: Models.SubscriptionChangeWebhook = {
    ...base,
    RecordType: "SubscriptionChange",
    ChangedAt: "2026-11-22T19:00:00Z",
    Recipient: "someone@shop.example",
    Origin: "Recipient",
    SuppressSending: true,
    SuppressionReason: "ManualSuppression",
  };
  expect(await told("postmark", delivered)).toMatchObject([{ what: "delivered", atMs: saidAtMs + 527, messageId: "msg_abc_17" }]);
  expect(await told("postmark", left)).toMatchObject([
    { what: "unsubscribed", recipient: "someone@shop.example", atMs: saidAtMs },
  ]);
});

test.each<[object, string[]]>([
  [{ event: "accepted" }, ["accepted"]],
  [{ event: "rejected" }, ["failed"]],
  [{ event: "delivered" }, ["delivered"]],
  [{ event: "failed", severity: "permanent", reason: "bounce", "delivery-status": { code: 550 } }, ["bounced hard"]],
  [{ event: "failed", severity: "permanent", reason: "old" }, ["bounced soft"]],
  [{ event: "failed", severity: "permanent", reason: "suppress-unsubscribe" }, ["suppressed"]],
  [{ event: "failed", severity: "temporary", reason: "generic" }, ["deferred"]],
  [{ event: "opened" }, ["opened"]],
  [{ event: "clicked", url: "https://shop.example/" }, ["clicked"]],
  [{ event: "unsubscribed" }, ["unsubscribed"]],
  [{ event: "complained" }, ["complained"]],
  [{ event: "stored" }, []],
])("Mailgun: %j", async (event, expected) => {
  expect(await whats("mailgun", event)).toEqual(expected);
});

test("Mailgun: whatever event lies under a signature, it has one id and at most one report", async () => {
  const honest = await told("mailgun", { event: "delivered", id: "a" });
  const forged = await told("mailgun", { event: "failed", severity: "permanent", reason: "suppress-complaint", id: "b" });
  expect(forged.map(({ eventId }) => eventId)).toEqual(honest.map(({ eventId }) => eventId));
});

const re = { created_at: iso, data: { email_id: "re-1", to: ["someone@shop.example"], tags: { cusp_message_id: "msg_a_1" } } };
const re2 = (type: string, more: object) => ({ ...re, type, data: { ...re.data, ...more } });

test.each<[object, string[]]>([
  [{ ...re, type: "email.sent" }, ["accepted"]],
  [{ ...re, type: "email.delivered" }, ["delivered"]],
  [{ ...re, type: "email.delivery_delayed" }, ["deferred"]],
  [{ ...re, type: "email.opened" }, ["opened"]],
  [re2("email.clicked", { click: { link: "https://shop.example/", timestamp: iso } }), ["clicked"]],
  [re2("email.bounced", { bounce: { type: "Permanent", subType: "General", message: "no such user" } }), ["bounced hard"]],
  [re2("email.bounced", { bounce: { type: "Transient", subType: "MailboxFull" } }), ["bounced soft"]],
  [
    re2("email.bounced", { bounce: { type: "Permanent", subType: "Suppressed", message: "it complained" } }),
    ["suppressed", "complained"],
  ],
  [re2("email.suppressed", { suppressed: { type: "x", message: "history of hard bounces" } }), ["suppressed", "bounced hard"]],
  [re2("email.failed", { failed: { reason: "quota" } }), ["failed"]],
  [{ ...re, type: "email.complained" }, ["complained"]],
  [{ ...re, type: "suppression.added", data: { email: "a@b.example", origin: "bounce" } }, ["bounced hard"]],
  [{ ...re, type: "suppression.added", data: { email: "a@b.example", origin: "complaint" } }, ["complained"]],
  [{ ...re, type: "suppression.removed", data: { email: "a@b.example", origin: "complaint" } }, []],
  [{ ...re, type: "contact.updated", data: { email: "a@b.example", unsubscribed: false } }, []],
  [{ ...re, type: "domain.created" }, []],
])("Resend: %j", async (event, expected) => {
  expect(await whats("resend", event)).toEqual(expected);
});

test("Resend: tags are read as an object and as a list of pairs", async () => {
  for (const tags of [re.data.tags, [{ name: "cusp_message_id", value: "msg_a_1" }]])
    expect(await told("resend", re2("email.opened", { tags }))).toMatchObject([{ messageId: "msg_a_1", providerId: "re-1" }]);
});

test.each<[FeedbackFrom, string, number, string]>([
  ["sendgrid", "{}", 422, ""],
  ["sendgrid", "[]", 422, ""],
  ["sendgrid", "[{]", 400, ""],
  ["sendgrid", `[${"0,".repeat(3000)}0]`, 422, ""],
  ["postmark", "[]", 422, ""],
  ["resend", "null", 422, ""],
])("%s: %.10s under a good signature is refused with a pointer", async (from, body, status, pointer) => {
  const signed = await own.sign[from](body, nowMs);
  const refusal = await readers[from]({ ...signed, url, nowMs }, own.secrets[from]).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ status, pointer });
});
