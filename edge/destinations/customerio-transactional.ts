import type { Adapter } from "./adapter.ts";
import { byStatus, said } from "./by-status.ts";
import { region } from "./customerio.ts";
import { richProperties } from "./event.ts";
import { identifyBy, nobody, recipientOf } from "./recipient.ts";

/** Customer.io, App API: one message at once from a transactional template, with no campaign between. */
export const customerioTransactional: Adapter = {
  channels: ["email", "sms", "push"],
  modes: ["event"],
  dedupes: false,
  secretLike: "an App API key",
  secretPattern: /^[\w-]{8,128}$/,
  settings: {
    transactional_message_id: {
      what: "Number or trigger name of the transactional template that is sent, instead of an event for a campaign.",
      like: "12",
      pattern: /^[\w-]{1,100}$/,
    },
    region,
    identify_by: identifyBy("id"),
  },
  hosts: ["api.customer.io", "api-eu.customer.io"],
  async deliver({ message, settings, secret }, call) {
    const { channel } = message.send;
    const { transactional_message_id: template = "" } = settings;
    const person = recipientOf(message, settings.identify_by === "address" ? ["email", "id"] : ["id", "email"]);
    const to = channel === "push" ? undefined : recipientOf(message, [channel === "sms" ? "phone" : "email"]);
    if (!person || (!to && channel !== "push")) return nobody("Customer.io");
    const answer = await call({
      url: `https://api${settings.region === "eu" ? "-eu" : ""}.customer.io/v1/send/${channel}`,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({
        transactional_message_id: /^\d+$/.test(template) ? Number(template) : template,
        ...(to && { to: to.is }),
        identifiers: { [person.by]: person.is },
        message_data: richProperties(message),
        send_to_unsubscribed: false,
        queue_draft: !message.live, // a draft in their outbox, which somebody may look at
      }),
    });
    const { delivery_id } = said(answer.text);
    const outcome = byStatus(answer, false);
    return outcome.state === "delivered" && typeof delivery_id === "string" ? { ...outcome, providerId: delivery_id } : outcome;
  },
};
