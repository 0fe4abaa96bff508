import type { Outcome } from "../outbox/retry.ts";
import type { Adapter, Answer } from "./adapter.ts";
import { byStatus, said } from "./by-status.ts";
import { mailOf } from "./mail.ts";
import { senderOf, senderSettings } from "./sender.ts";

/** Mandrill will not send to this recipient; what else it rejects is the fault of the message or the account. */
const suppressing = ["hard-bounce", "soft-bounce", "spam", "unsub", "custom"];

/** Mailchimp Transactional (Mandrill), messages/send. */
export const mandrill: Adapter = {
  channels: ["email"],
  modes: ["rendered"],
  dedupes: false,
  secretLike: "md-…: an API key",
  secretPattern: /^(md-)?[\w-]{20,40}$/,
  settings: senderSettings,
  hosts: ["mandrillapp.com"],
  async deliver({ message, settings, secret }, call) {
    const made = mailOf(message, "Mandrill");
    if ("refused" in made) return made.refused;
    const { to, subject, text, html, headers } = made.mail;
    const { email, name } = senderOf(settings);
    const answer = await call({
      url: "https://mandrillapp.com/api/1.0/messages/send",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        key: secret,
        message: {
          from_email: email,
          ...(name && { from_name: name }),
          to: [{ email: to, type: "to" }],
          subject,
          text,
          html,
          headers,
          metadata: { cusp_message_id: message.message_id },
          tags: [message.content.template],
        },
        async: false,
      }),
    });
    return outcomeOf(answer);
  },
};

/** It answers 500 to whatever is wrong, and 200 where it took a message that it will not send. */
function outcomeOf(answer: Answer): Outcome {
  const outcome = byStatus(answer, false);
  const { name } = said(answer.text);
  if (answer.status === 500 && typeof name === "string" && !["GeneralError", "ServiceUnavailable"].includes(name))
    return { state: "failed", reason: `Mandrill: ${name}` };
  if (outcome.state !== "delivered") return outcome;
  const [sent] = Object.values(said(answer.text)) as (Record<string, unknown> | null)[];
  const { status, reject_reason: reason, _id: id } = sent ?? {};
  if (status === "rejected" && suppressing.includes(String(reason)))
    return { state: "suppressed", reason: `Mandrill: ${String(reason)}` };
  if (status === "rejected" || status === "invalid")
    return { state: "failed", reason: `Mandrill: ${status}${typeof reason === "string" ? `, ${reason}` : ""}` };
  return typeof id === "string" ? { ...outcome, providerId: id } : outcome;
}
