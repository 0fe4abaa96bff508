import type { Adapter } from "./adapter.ts";
import { byStatus, reasonOf, said } from "./by-status.ts";
import { eventName, richProperties } from "./event.ts";
import { identifyBy, nobody, recipientOf } from "./recipient.ts";

const field = { id: "userId", email: "email" } as const;

/** Iterable, events/track: a journey that starts with the event's name sends the message. */
export const iterable: Adapter = {
  channels: ["email", "sms", "push"],
  modes: ["event"],
  dedupes: true, // by `id`: a second one replaces the first
  secretLike: "32 hexadecimal digits: a server-side API key",
  secretPattern: /^[\w-]{8,64}$/,
  settings: {
    region: { what: "Where your project lies: `us` or `eu`.", like: "eu", pattern: /^(us|eu)$/, default: "us" },
    identify_by: identifyBy("id"),
  },
  hosts: ["api.iterable.com", "api.eu.iterable.com"],
  async deliver({ message, settings, secret, decidedAtMs }, call) {
    const to = recipientOf(message, settings.identify_by === "address" ? ["email", "id"] : ["id", "email"]);
    if (!to) return nobody("Iterable");
    const answer = await call({
      url: `https://api.${settings.region === "eu" ? "eu." : ""}iterable.com/api/events/track`,
      headers: { "api-key": secret, "content-type": "application/json" },
      body: JSON.stringify({
        [field[to.by]]: to.is,
        eventName: eventName(message),
        id: message.message_id,
        createdAt: Math.floor(decidedAtMs / 1000),
        dataFields: richProperties(message),
      }),
    });
    const outcome = byStatus(answer);
    const { code = "Success" } = said(answer.text);
    if (outcome.state !== "delivered" || code === "Success") return outcome;
    return { ...outcome, state: "failed", reason: `${reasonOf(answer)} (${JSON.stringify(code)})` };
  },
};
