import type { FeedbackFrom } from "../../site/schema/messages.ts";

// For tests: one click and one opt-out in the words of each tool, said at 2026-11-22T19:00:00Z.

export const saidAtMs = Date.UTC(2026, 10, 22, 19);
const [s, iso] = [saidAtMs / 1000, new Date(saidAtMs).toISOString()];
const [message, email] = ["msg_abc_17", "someone@shop.example"];
const vars = { cusp_message_id: message };

const generic = (type: string) => ({
  type: `message.${type}`,
  timestamp: iso,
  data: [{ event_id: "evt-1", message_id: message, at: iso, channel: "email", recipient: email }],
});
const klaviyo = (topic: string) => ({
  data: [
    {
      external_id: "ev-1",
      topic: `event:klaviyo.${topic}`,
      payload: {
        data: { type: "event", attributes: { datetime: iso, event_properties: { ...vars, "Recipient Email Address": email } } },
      },
    },
  ],
});
const customerio = (metric: string) => ({
  event_id: "01H-1",
  object_type: "email",
  metric,
  timestamp: s,
  data: { delivery_id: "dlv-1", recipient: email, identifiers: { email }, ...vars },
});
const sendgrid = (event: string) => [
  { email, timestamp: s, event, sg_event_id: "sg-1", sg_message_id: "abc.filter0001.1", ...vars },
];
const mailgun = (event: string) => ({ event, timestamp: s, recipient: email, "user-variables": vars });
const mandrill = (event: string) => [
  { event, ts: s, _id: "md-1", msg: { _id: "md-1", ts: s, email, metadata: vars, state: "sent" } },
];
const postmark = { MessageID: "pm-1", Recipient: email, Metadata: vars };
const resend = { created_at: iso, data: { email_id: "re-1", to: [email], tags: vars } };

export const said: Record<Exclude<FeedbackFrom, "twilio">, { click: unknown; optOut: unknown }> = {
  generic: { click: generic("clicked"), optOut: generic("unsubscribed") },
  sendgrid: { click: sendgrid("click"), optOut: sendgrid("unsubscribe") },
  postmark: {
    click: { ...postmark, RecordType: "Click", ReceivedAt: iso, OriginalLink: "https://shop.example/" },
    optOut: {
      ...postmark,
      RecordType: "SubscriptionChange",
      ChangedAt: iso,
      SuppressSending: true,
      SuppressionReason: "ManualSuppression",
    },
  },
  mandrill: { click: mandrill("click"), optOut: mandrill("unsub") },
  mailgun: { click: mailgun("clicked"), optOut: mailgun("unsubscribed") },
  resend: {
    click: { ...resend, type: "email.clicked" },
    optOut: { type: "contact.updated", created_at: iso, data: { email, unsubscribed: true } },
  },
  customerio: { click: customerio("clicked"), optOut: customerio("unsubscribed") },
  klaviyo: { click: klaviyo("clicked_email"), optOut: klaviyo("unsubscribed_from_email_marketing") },
};

export const saidByTwilio = {
  reply: `${new URLSearchParams({ MessageSid: "SM1", SmsStatus: "received", From: "+33600000001", To: "+33700000001", Body: "thanks" })}`,
  optOut: `${new URLSearchParams({ MessageSid: "SM2", SmsStatus: "received", From: "+33600000001", To: "+33700000001", Body: " Stop. " })}`,
};

export const bodyOf = (from: FeedbackFrom, what: "click" | "optOut"): string =>
  from === "twilio" ? saidByTwilio[what === "click" ? "reply" : "optOut"] : JSON.stringify(said[from][what]);
