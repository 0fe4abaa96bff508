import type { Adapter } from "./adapter.ts";
import { byStatus, said } from "./by-status.ts";
import { mailOf } from "./mail.ts";
import { senderLine, senderSettings } from "./sender.ts";

/** The recipient bounced, complained or unsubscribed before. */
const inactiveRecipient = 406;

const stream = /^[a-z][a-z\d_-]{0,29}$/;

/** Postmark, Email. Marketing goes through a broadcast stream and nothing else does: Postmark closes accounts that mix them. */
export const postmark: Adapter = {
  channels: ["email"],
  modes: ["rendered"],
  dedupes: false,
  secretLike: "a UUID: the token of a server",
  secretPattern: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
  settings: {
    ...senderSettings,
    marketing_stream: { what: "The broadcast stream.", like: "broadcast", pattern: stream, default: "broadcast" },
    service_stream: { what: "The transactional stream.", like: "outbound", pattern: stream, default: "outbound" },
  },
  hosts: ["api.postmarkapp.com"],
  async deliver({ message, settings, secret }, call) {
    const made = mailOf(message, "Postmark");
    if ("refused" in made) return made.refused;
    const { to, subject, text, html, headers } = made.mail;
    const answer = await call({
      url: "https://api.postmarkapp.com/email",
      headers: { "x-postmark-server-token": secret, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        From: senderLine(settings),
        To: to,
        Subject: subject,
        TextBody: text,
        HtmlBody: html,
        MessageStream: message.send.purpose === "marketing" ? settings.marketing_stream : settings.service_stream,
        Tag: message.content.template,
        Metadata: { cusp_message_id: message.message_id },
        Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
      }),
    });
    const { ErrorCode: code, MessageID: id } = said(answer.text);
    const outcome = byStatus(answer, false);
    if (code === inactiveRecipient) return { state: "suppressed", reason: "Postmark: inactive recipient" };
    if (outcome.state !== "delivered") return outcome;
    if (code) return { state: "failed", reason: `Postmark: error ${Number(code)}` };
    return typeof id === "string" ? { ...outcome, providerId: id } : outcome;
  },
};
