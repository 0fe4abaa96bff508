import { atMs, type Fields, fields, id, items, known, object, ourId, prose, url } from "./reading/fields.ts";
import { inTime } from "./reading/freshness.ts";
import { genericReports } from "./reading/generic-shape.ts";
import { isProgram, markSweeps } from "./reading/machine.ts";
import { bringsSecret } from "./reading/shared-secret.ts";
import { fromHex, isSigned } from "./reading/signatures.ts";
import { withReason } from "./reading/suppressed.ts";
import type { Reader, Report } from "./report.ts";

type Meant = readonly [Report["what"], NonNullable<Report["channel"]>];

/** Klaviyo names what the recipient did: `received_sms` is a delivery, `sent_sms` a text from the recipient. */
const topics = new Map<string, Meant>([
  ["received_email", ["delivered", "email"]],
  ["email_delivered", ["delivered", "email"]],
  ["opened_email", ["opened", "email"]],
  ["clicked_email", ["clicked", "email"]],
  ["bounced_email", ["bounced", "email"]],
  ["dropped_email", ["suppressed", "email"]],
  ["marked_email_as_spam", ["complained", "email"]],
  ["unsubscribed_from_email_marketing", ["unsubscribed", "email"]],
  ["manually_suppressed_from_email_marketing", ["unsubscribed", "email"]],
  ["received_sms", ["delivered", "sms"]],
  ["sent_sms", ["replied", "sms"]],
  ["clicked_sms", ["clicked", "sms"]],
  ["failed_to_deliver_sms", ["failed", "sms"]],
  ["unsubscribed_from_sms_marketing", ["unsubscribed", "sms"]],
  ["received_push", ["delivered", "push"]],
  ["opened_push", ["opened", "push"]],
  ["bounced_push", ["bounced", "push"]],
]);

/** Up to so many events come in one request. */
const maxEvents = 1000;

/** The address of the profile, where the request carries it along. */
function recipientOf(payload: Fields, properties: Fields, channel: Meant[1]): string | undefined {
  const included = Array.isArray(payload.included) ? payload.included.map(fields) : [];
  const profile = fields(included.find(({ type }) => type === "profile")?.attributes);
  if (channel === "sms") return id(properties["To Phone Number"]) ?? id(profile.phone_number);
  return id(properties["Recipient Email Address"]) ?? id(profile.email);
}

function reportsOf({ topic, external_id, payload: given }: Fields, nowMs: number): Report[] {
  const meant = topics.get(id(topic)?.replace(/^event:klaviyo\./, "") ?? "");
  const eventId = id(external_id);
  if (!meant || !eventId) return [];
  const [what, channel] = meant;
  const payload = fields(given);
  const { attributes: all } = fields(payload.data ?? payload);
  const attributes = fields(all);
  const properties = fields(attributes.event_properties);
  const isMachine =
    properties.machine_open === true || properties["Bot Click"] === true || isProgram(id(properties["User Agent"]));
  const reason = prose(properties["Failure Reason"]) ?? prose(properties["Bounce Reason"]) ?? prose(properties.Reason);
  const isSoft = /soft/i.test(id(properties["Bounce Type"]) ?? "");
  return withReason(
    known<Report>({
      eventId,
      what,
      atMs: atMs(attributes.datetime ?? attributes.timestamp, nowMs),
      messageId: ourId(properties),
      recipient: channel === "push" ? undefined : recipientOf(payload, properties, channel),
      channel,
      machine: (what === "opened" || what === "clicked") && isMachine ? true : undefined,
      bounce: what === "bounced" ? known({ class: isSoft ? ("soft" as const) : ("hard" as const), reason }) : undefined,
      reason: what === "bounced" ? undefined : reason,
      link: what === "clicked" ? known({ url: url(properties.URL) }) : undefined,
    }),
  );
}

/**
 * Klaviyo's system webhooks are signed. The webhook that a flow sends is not: it brings the secret in a header and what the site
 * wrote, in the generic shape. What a header alone vouches for is no proof of a purchase.
 */
export const klaviyo: Reader = async ({ headers, body, nowMs }, secret) => {
  const signature = headers.get("klaviyo-signature");
  if (signature === null) {
    if (!(await bringsSecret(headers, secret))) return undefined;
    return genericReports(body, nowMs).filter(({ what }) => what !== "converted");
  }
  const timestamp = headers.get("klaviyo-timestamp");
  if (!timestamp || !(await isSigned("SHA-256", secret, body + timestamp, fromHex(signature)))) return undefined;
  const events = items(object(body).data, "/data", maxEvents);
  const reports = events.flatMap((event) => reportsOf(event, nowMs));
  const signedMs = /^\d+$/.test(timestamp) ? Number(timestamp) * 1000 : Date.parse(timestamp);
  return inTime(markSweeps(reports), signedMs, nowMs);
};
