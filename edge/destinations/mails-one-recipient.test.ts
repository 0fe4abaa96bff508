import fc from "fast-check";
import { expect, test } from "vitest";
import type { Adapter } from "./adapter.ts";
import { mandrill } from "./mandrill.ts";
import { postmark } from "./postmark.ts";
import { resend } from "./resend.ts";
import { sendgrid } from "./sendgrid.ts";
import { addressesIn } from "./stand-in/header-values.ts";
import { mailMessage, mailParcel } from "./stand-in/mail-parcel.ts";
import { mandrillStandIn } from "./stand-in/mandrill.ts";
import { calling } from "./stand-in/parcel.ts";
import { postmarkStandIn } from "./stand-in/postmark.ts";
import type { Sent, StandIn } from "./stand-in/request.ts";
import { resendStandIn } from "./stand-in/resend.ts";
import { sendgridStandIn } from "./stand-in/sendgrid.ts";
import { twilioStandIn } from "./stand-in/twilio.ts";
import { twilio } from "./twilio.ts";

const key = "0123456789abcdef";
const sid = `AC${key}${key}`;

// biome-ignore lint/suspicious/noExplicitAny: whatever a body holds
type Json = any;
const json = ({ body }: Sent): Json => JSON.parse(String(body));
const emails = (...all: Json[]) => all.flatMap((list) => (list ?? []).map(({ email }: { email: string }) => email));

/** Each adapter, its secret, the vendor it meets, and all to whom one of its requests would go as the vendor reads it. */
const all: [string, Adapter, string, () => StandIn, (sent: Sent) => string[]][] = [
  [
    "sendgrid",
    sendgrid,
    key,
    () => sendgridStandIn(key),
    (sent) => json(sent).personalizations.flatMap(({ to, cc, bcc }: Json) => emails(to, cc, bcc)),
  ],
  [
    "postmark",
    postmark,
    key,
    () => postmarkStandIn({ token: key }),
    (sent) => [json(sent).To, json(sent).Cc, json(sent).Bcc].flatMap((line) => (line ? addressesIn(line) : [])),
  ],
  [
    "resend",
    resend,
    key,
    () => resendStandIn(key),
    (sent) => [json(sent).to, json(sent).cc, json(sent).bcc].flat().flatMap((line) => (line ? addressesIn(line) : [])),
  ],
  ["mandrill", mandrill, key, () => mandrillStandIn({ key }), (sent) => emails(json(sent).message.to)],
  [
    "twilio",
    twilio,
    `${sid}:${key}`,
    () => twilioStandIn({ sid, token: key }),
    ({ body }) => new URLSearchParams(String(body)).getAll("To"),
  ],
];

const hostile = fc.oneof(
  fc.constantFrom(
    "a@x.example",
    "a@x.com, b@y.com",
    "a@x.com;b@y.com",
    "Name <a@b.example>",
    '"a@x.com" <b@y.com>',
    "a@x.com\r\nBcc: b@y.com",
    "a@x.com\u202e",
    "\u2066Hello\u202e",
    "+33612345678",
    "+33612345678,+33612345679",
    "+33612345678&To=%2B33612345679",
    "\r\nBcc: b@y.com",
    "x\u0000y\ud800",
    "",
  ),
  fc.emailAddress(),
  fc.string({ unit: "binary" }),
);

const email = fc.oneof(fc.constant("someone@shop.example"), hostile);
const phone = fc.oneof(fc.constant("+33612345678"), hostile);

test.each(all)(
  "%s: whatever address and text it is, one recipient is named, and every header is one line",
  async (_, adapter, secret, standIn, everybody) => {
    let requests = 0;
    const property = fc.asyncProperty(email, phone, hostile, hostile, async (email, phone, text, url) => {
      const { call, requests: sent } = calling(standIn());
      const [channel] = adapter.channels as ["email" | "sms"];
      const content = {
        subject: `Hello ${text}`,
        sms: { text: `Hello ${text}` },
        action: { label: text, url },
        blocks: [{ id: "b", text }],
      };
      const message = mailMessage(content, { channel }, { email, phone, traits: { email: url, to: text } });
      const outcome = await adapter.deliver(mailParcel(secret, adapter, { message }), call);
      // The stand-in refuses header values of several lines, turned around, or of other than ASCII.
      expect(outcome.state).toBe(sent.length ? "delivered" : "failed");
      if (!sent[0]) return;
      requests++;
      expect(sent).toHaveLength(1);
      expect(everybody(sent[0])).toEqual([channel === "email" ? email : phone]);
    });
    await fc.assert(property, { numRuns: 400 });
    expect(requests).toBeGreaterThan(20);
  },
);

test.each(all.slice(0, 4))(
  "%s is told nothing of a person but the address and what the message says",
  async (_, adapter, secret, standIn) => {
    const { call, requests } = calling(standIn());
    const person = { id: "u-4711", phone: "+33612345678", traits: { first_name: "Zaphod" }, country: "FR" };
    await adapter.deliver(mailParcel(secret, adapter, { message: mailMessage({}, {}, person) }), call);
    expect(requests).toHaveLength(1);
    expect(String(requests[0]?.body)).not.toMatch(/u-4711|33612345678|Zaphod|"FR"/);
  },
);
