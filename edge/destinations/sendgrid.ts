import type { Adapter } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { mailOf } from "./mail.ts";
import { senderOf, senderSettings } from "./sender.ts";

/** SendGrid, v3 Mail Send. */
export const sendgrid: Adapter = {
  channels: ["email"],
  modes: ["rendered"],
  dedupes: false,
  secretLike: "SG.…: an API key with the scope Mail Send",
  secretPattern: /^SG\.[\w-]{16,64}\.[\w-]{16,64}$/,
  settings: {
    ...senderSettings,
    region: {
      what: "Where the account is: `eu` for a regional subuser of the EU.",
      like: "eu",
      pattern: /^(global|eu)$/,
      default: "global",
    },
  },
  hosts: ["api.sendgrid.com", "api.eu.sendgrid.com"],
  async deliver({ message, settings, secret }, call) {
    const made = mailOf(message, "SendGrid");
    if ("refused" in made) return made.refused;
    const { to, subject, text, html, headers } = made.mail;
    const answer = await call({
      url: `https://api.${settings.region === "eu" ? "eu." : ""}sendgrid.com/v3/mail/send`,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({
        // What lies in custom_args can never be deleted there: ids only.
        personalizations: [{ to: [{ email: to }], custom_args: { cusp_message_id: message.message_id } }],
        from: senderOf(settings),
        subject,
        content: [
          { type: "text/plain", value: text },
          { type: "text/html", value: html },
        ],
        headers,
      }),
    });
    const outcome = byStatus(answer, false);
    const providerId = answer.headers.get("x-message-id");
    return outcome.state === "delivered" && providerId ? { ...outcome, providerId } : outcome;
  },
};
