import type { Adapter } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { eventProperties } from "./event.ts";
import { nobody, recipientOf } from "./recipient.ts";

/** HubSpot keeps only what the event's definition names, and wants each of these there. */
export const hubspotProperties = [
  "message_id",
  "live",
  "trigger",
  "journey",
  "step",
  "template",
  "subject",
  "moment_kind",
  "moment_score",
  "action_url",
  "offer_code",
  "cart_value",
  "cart_currency",
  "unsubscribe_url",
] as const;

const maxChars = 256;

/** HubSpot, custom events: a workflow that enrols on the event sends the message. */
export const hubspot: Adapter = {
  channels: ["email"],
  modes: ["event"],
  dedupes: true, // by `uuid`, for a year
  secretLike: "pat-eu1-…: the token of a private app with the scope behavioral_events.event_definitions.read_write",
  secretPattern: /^[\w-]{8,300}$/,
  settings: {
    hub_id: { what: "The number of your account, as in the names of its events.", like: "12345", pattern: /^\d{1,15}$/ },
  },
  hosts: ["api.hubapi.com"],
  async deliver({ message, settings, secret, uuid, decidedAtMs }, call) {
    const to = recipientOf(message, ["email"]);
    if (!to) return nobody("HubSpot");
    const all = eventProperties(message);
    const properties = hubspotProperties.flatMap((name) => {
      const value = all[name] === undefined ? "" : String(all[name]);
      if (!value || (name.endsWith("_url") && value.length > maxChars)) return []; // half a link leads nowhere
      return [[name, value.slice(0, maxChars)]];
    });
    const answer = await call({
      url: "https://api.hubapi.com/events/v3/send",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({
        eventName: `pe${settings.hub_id}_cusp_${message.why.trigger}`,
        email: to.is,
        uuid,
        occurredAt: new Date(decidedAtMs).toISOString(),
        properties: Object.fromEntries(properties),
      }),
    });
    return byStatus(answer);
  },
};
