import type { Adapter } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { eventName, richProperties } from "./event.ts";
import { identifyBy, nobody, recipientOf } from "./recipient.ts";

const field = { id: "external_id", email: "email", phone: "phone_number" } as const;

/** Klaviyo, Create Event: a flow that starts with the event's name sends the message. */
export const klaviyo: Adapter = {
  channels: ["email", "sms", "push"],
  modes: ["event"],
  dedupes: true, // by `unique_id`: the first one counts
  secretLike: "pk_ and 34 letters and digits: a private API key with the scope events:write",
  secretPattern: /^pk_\w{6,80}$/,
  settings: { identify_by: identifyBy("address") },
  hosts: ["a.klaviyo.com"],
  async deliver({ message, settings, secret, decidedAtMs }, call) {
    const isById = settings.identify_by === "id";
    const to = recipientOf(message, isById ? ["id", "email", "phone"] : ["email", "phone", "id"]);
    if (!to) return nobody("Klaviyo");
    const { cart } = message;
    const attributes = {
      properties: richProperties(message),
      time: new Date(decidedAtMs).toISOString(),
      ...(cart?.value !== undefined && { value: cart.value, ...(cart.currency && { value_currency: cart.currency }) }),
      unique_id: message.message_id,
      backfill: !message.live, // recorded, but starts no flow
      metric: { data: { type: "metric", attributes: { name: eventName(message) } } },
      profile: { data: { type: "profile", attributes: { [field[to.by]]: to.is } } },
    };
    const answer = await call({
      url: "https://a.klaviyo.com/api/events",
      headers: {
        authorization: `Klaviyo-API-Key ${secret}`,
        revision: "2026-07-15",
        "content-type": "application/vnd.api+json",
        accept: "application/vnd.api+json",
      },
      body: JSON.stringify({ data: { type: "event", attributes } }),
    });
    return byStatus(answer);
  },
};
