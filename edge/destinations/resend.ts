import type { Adapter } from "./adapter.ts";
import { byStatus, said } from "./by-status.ts";
import { mailOf } from "./mail.ts";
import { senderLine, senderSettings } from "./sender.ts";

/** So long Resend knows an Idempotency-Key. */
const rememberedMs = 24 * 3_600_000;

/** Resend, Send Email. */
export const resend: Adapter = {
  channels: ["email"],
  modes: ["rendered"],
  dedupes: true,
  secretLike: "re_…: an API key with sending access",
  secretPattern: /^re_\w{8,80}$/,
  settings: senderSettings,
  hosts: ["api.resend.com"],
  async deliver({ message, settings, secret, decidedAtMs, nowMs }, call) {
    const made = mailOf(message, "Resend");
    if ("refused" in made) return made.refused;
    // An earlier attempt may have arrived, and would be taken once more.
    if (nowMs - decidedAtMs >= rememberedMs) return { state: "unknown" };
    const { to, subject, text, html, headers } = made.mail;
    const answer = await call({
      url: "https://api.resend.com/emails",
      headers: {
        authorization: `Bearer ${secret}`,
        "content-type": "application/json",
        "user-agent": "Cusp/1", // asked for: without one it answers 403
        "idempotency-key": message.message_id,
      },
      body: JSON.stringify({
        from: senderLine(settings),
        to: [to],
        subject,
        text,
        html,
        headers,
        tags: [{ name: "cusp_message_id", value: message.message_id }],
      }),
    });
    const outcome = byStatus(answer);
    const { id, name } = said(answer.text);
    if (answer.status === 409 && name === "concurrent_idempotent_requests") return { state: "again" };
    // Same key, other body: the settings changed since an attempt that may have been taken.
    if (answer.status === 409) return { state: "unknown" };
    return outcome.state === "delivered" && typeof id === "string" ? { ...outcome, providerId: id } : outcome;
  },
};
