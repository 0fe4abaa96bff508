import type { Adapter, Parcel } from "./adapter.ts";
import { byStatus, said } from "./by-status.ts";
import { plainLines } from "./one-line.ts";
import { nobody, recipientOf } from "./recipient.ts";

/** The number answered STOP to this sender. */
const unsubscribed = 21610;

const maxValidityS = 36_000;

/** Twilio, Messages: SMS. */
export const twilio: Adapter = {
  channels: ["sms"],
  modes: ["event", "rendered"],
  dedupes: false,
  secretLike: "AC…:…: the account SID, a colon, and the auth token",
  secretPattern: /^AC[\da-f]{32}:[\da-f]{32}$/i,
  settings: {
    from: {
      what: "Who it is from: a number or a short code of the account, a messaging service (MG…), or a sender name.",
      like: "+15005550006",
      pattern: /^(\+[1-9]\d{6,14}|\d{3,8}|MG[\da-f]{32}|(?=.*[A-Za-z])[A-Za-z\d][A-Za-z\d ]{0,10})$/,
    },
  },
  hosts: ["api.twilio.com"],
  async deliver(parcel, call) {
    const { message, secret } = parcel;
    const to = recipientOf(message, ["phone"]);
    if (!to) return nobody("Twilio");
    const text = plainLines(message.content.sms?.text ?? "");
    if (!text) return { state: "failed", reason: "the message has no `sms` text" };
    const answer = await call({
      url: `https://api.twilio.com/2010-04-01/Accounts/${secret.split(":")[0]}/Messages.json`,
      headers: { authorization: `Basic ${btoa(secret)}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        To: to.is,
        Body: text,
        ...sender(parcel),
        ...callback(parcel),
        ...validity(parcel),
      }).toString(),
    });
    const { code, sid, status } = said(answer.text);
    if (code === unsubscribed) return { state: "suppressed", reason: "Twilio 21610: unsubscribed by STOP" };
    const outcome = byStatus(answer, false);
    if (outcome.state === "failed" && typeof code === "number") return { ...outcome, reason: `Twilio ${code}` };
    if (outcome.state !== "delivered") return outcome;
    if (status === "failed" || status === "undelivered") return { state: "failed", reason: `Twilio: ${status}` };
    return typeof sid === "string" ? { ...outcome, providerId: sid } : outcome;
  },
};

function sender({ settings: { from = "" } }: Parcel): Record<string, string> {
  return from.startsWith("MG") && from.length === 34 ? { MessagingServiceSid: from } : { From: from };
}

/** Twilio echoes nothing of ours, so its reports come to an address that names the message. */
function callback({ message: { message_id, report_to } }: Parcel): Record<string, string> {
  if (report_to === undefined) return {};
  const url = new URL(report_to);
  url.searchParams.set("cusp_message_id", message_id);
  return { StatusCallback: url.href };
}

/** What still waits in Twilio's queue when it is no longer on time is dropped there. */
function validity({ message, nowMs }: Parcel): Record<string, string> {
  const leftS = Math.floor((Date.parse(message.send.expires_at) - nowMs) / 1000);
  return { ValidityPeriod: String(Math.min(Math.max(leftS, 1), maxValidityS)) };
}
