import type { Adapter, Parcel } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { eventName, richProperties } from "./event.ts";
import { nobody, recipientOf } from "./recipient.ts";

/** Segment is told no addresses: it hands the event to tools that have their own. */
function userOf({ message }: Parcel) {
  const { id, identity } = message.person;
  const user = recipientOf(message, ["id"]);
  if (user) return { userId: user.is };
  const isVisitor = identity === "anonymous" && message.send.channel === "chat" && /^[\w-]{1,128}$/.test(id);
  return isVisitor ? { anonymousId: id } : undefined;
}

/** Segment, HTTP Tracking API: an event for the tools behind it. It answers 200 to nearly everything. */
export const segment: Adapter = {
  channels: ["email", "sms", "push", "chat"],
  modes: ["event"],
  dedupes: true, // by `messageId`, for about a day
  secretLike: "the write key of a source",
  secretPattern: /^[\w-]{8,64}$/,
  settings: { region: { what: "Where your workspace lies: `us` or `eu`.", like: "eu", pattern: /^(us|eu)$/, default: "us" } },
  hosts: ["api.segment.io", "events.eu1.segmentapis.com"],
  async deliver(parcel, call) {
    const { message, settings, secret, decidedAtMs } = parcel;
    const user = userOf(parcel);
    if (!user) return nobody("Segment");
    const event = {
      type: "track",
      messageId: message.message_id,
      ...user,
      event: eventName(message),
      timestamp: new Date(decidedAtMs).toISOString(),
      properties: richProperties(message),
      ...(!message.live && { integrations: { All: false } }), // shown in Segment, handed to no tool
    };
    const answer = await call({
      url: `https://${settings.region === "eu" ? "events.eu1.segmentapis.com" : "api.segment.io"}/v1/batch`,
      headers: { authorization: `Basic ${btoa(`${secret}:`)}`, "content-type": "application/json" },
      body: JSON.stringify({ batch: [event] }),
    });
    return byStatus(answer);
  },
};
