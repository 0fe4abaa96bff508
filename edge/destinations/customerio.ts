import type { Adapter, Setting } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { eventName, richProperties } from "./event.ts";
import { identifyBy, nobody, recipientOf } from "./recipient.ts";
import { ulid } from "./ulid.ts";

export const region: Setting = {
  what: "Where your workspace lies: `us` or `eu`.",
  like: "eu",
  pattern: /^(us|eu)$/,
  default: "us",
};

/** Customer.io, Track API: a campaign that starts with the event's name sends the message. */
export const customerio: Adapter = {
  channels: ["email", "sms", "push"],
  modes: ["event"],
  dedupes: true, // by `id`, where that is a ULID
  secretLike: "site_id:api_key of the Track API",
  secretPattern: /^[\w-]{4,64}:[\w-]{4,64}$/,
  settings: { region, identify_by: identifyBy("id") },
  hosts: ["track.customer.io", "track-eu.customer.io"],
  async deliver({ message, settings, secret, uuid, decidedAtMs }, call) {
    // No phone: in the path it would be taken for an id.
    const to = recipientOf(message, settings.identify_by === "address" ? ["email", "id"] : ["id", "email"]);
    if (!to) return nobody("Customer.io");
    const path = `/api/v1/customers/${encodeURIComponent(to.is)}/events`;
    const url = new URL(path, `https://track${settings.region === "eu" ? "-eu" : ""}.customer.io`);
    if (url.pathname !== path) return nobody("Customer.io"); // an id that would lead elsewhere
    const answer = await call({
      url: url.href,
      headers: { authorization: `Basic ${btoa(secret)}`, "content-type": "application/json" },
      body: JSON.stringify({
        name: eventName(message),
        id: ulid(uuid, decidedAtMs),
        timestamp: Math.floor(decidedAtMs / 1000),
        data: richProperties(message),
      }),
    });
    return byStatus(answer);
  },
};
