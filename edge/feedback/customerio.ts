import { atMs, type Fields, fields, id, known, object, ourId, prose, url } from "./reading/fields.ts";
import { inTime, signedAtMs } from "./reading/freshness.ts";
import { isProgram } from "./reading/machine.ts";
import { fromHex, isSigned } from "./reading/signatures.ts";
import { withReason } from "./reading/suppressed.ts";
import type { Reader, Report } from "./report.ts";

const whats = new Map<unknown, Report["what"]>([
  ["sent", "accepted"],
  ["delivered", "delivered"],
  ["deferred", "deferred"],
  ["opened", "opened"],
  ["clicked", "clicked"],
  ["converted", "converted"],
  ["bounced", "bounced"],
  ["dropped", "suppressed"],
  ["undeliverable", "suppressed"],
  ["spammed", "complained"],
  ["failed", "failed"],
  ["unsubscribed", "unsubscribed"],
]);

const channels = new Map<unknown, Report["channel"]>([
  ["email", "email"],
  ["sms", "sms"],
  ["push", "push"],
]);

function reportsOf(event: Fields, nowMs: number): Report[] {
  const what = whats.get(event.metric);
  const eventId = id(event.event_id);
  const channel = channels.get(event.object_type);
  // Of a customer as such only the opt-out is ours to know.
  if (!what || !eventId || !(channel || (event.object_type === "customer" && what === "unsubscribed"))) return [];
  const data = fields(event.data);
  const who = fields(data.identifiers);
  const isMachine = data.machine === true || data.prefetched === true || isProgram(id(data.user_agent));
  const reason = prose(data.failure_message) ?? prose(data.reason);
  return withReason(
    known<Report>({
      eventId,
      what,
      atMs: atMs(event.timestamp, nowMs),
      messageId: ourId(data.message_data) ?? ourId(data),
      providerId: id(data.delivery_id),
      recipient: id(data.recipient) ?? id(data.email_address) ?? id(who.email),
      channel: channel ?? (id(who.email) ? "email" : undefined),
      machine: (what === "opened" || what === "clicked") && isMachine ? true : undefined,
      // Soft ones are tried again, and told as deferred.
      bounce: what === "bounced" ? known({ class: "hard" as const, reason }) : undefined,
      reason: what === "bounced" ? undefined : reason,
      link: what === "clicked" ? known({ url: url(data.href) ?? url(data.link_url) }) : undefined,
    }),
  );
}

/** Customer.io's reporting webhooks: one event a request, and the ones behind a refused one wait. */
export const customerio: Reader = async ({ headers, body, nowMs }, secret) => {
  const timestamp = headers.get("x-cio-timestamp");
  const signature = fromHex(headers.get("x-cio-signature"));
  if (!timestamp || !(await isSigned("SHA-256", secret, `v0:${timestamp}:${body}`, signature))) return undefined;
  return inTime(reportsOf(object(body), nowMs), signedAtMs(timestamp), nowMs);
};
