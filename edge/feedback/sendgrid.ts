import { isSignedP256 } from "./reading/ecdsa.ts";
import { atMs, type Fields, id, items, json, known, ourId, prose, url } from "./reading/fields.ts";
import { inTime, signedAtMs } from "./reading/freshness.ts";
import { isProgram, markSweeps } from "./reading/machine.ts";
import { withReason } from "./reading/suppressed.ts";
import type { Reader, Report } from "./report.ts";

const whats = new Map<unknown, Report["what"]>([
  ["processed", "accepted"],
  ["deferred", "deferred"],
  ["delivered", "delivered"],
  ["bounce", "bounced"],
  ["dropped", "suppressed"],
  ["open", "opened"],
  ["click", "clicked"],
  ["spamreport", "complained"],
  ["unsubscribe", "unsubscribed"],
  ["group_unsubscribe", "unsubscribed"],
]);

/** SendGrid fills a request up to 768 KB and resends the whole of it: what is refused for its length would be lost. */
const maxEvents = 3000;

function reportsOf(event: Fields, nowMs: number): Report[] {
  const what = whats.get(event.event);
  const inner = id(event.sg_message_id);
  const eventId = id(event.sg_event_id) ?? (inner && `${inner}:${String(event.event)}:${id(event.timestamp) ?? ""}`);
  if (!what || !eventId) return [];
  const isSoft = event.type === "blocked" || /^4/.test(id(event.status) ?? "");
  const bounce = known<NonNullable<Report["bounce"]>>({
    class: isSoft ? "soft" : "hard",
    code: id(event.status),
    reason: prose(event.reason),
  });
  const isMachine = event.sg_machine_open === true || isProgram(id(event.useragent));
  return withReason(
    known<Report>({
      eventId,
      what,
      atMs: atMs(event.timestamp, nowMs),
      messageId: ourId(event),
      // What the answer to our request called it; behind the first full stop the machines that handled it are named.
      providerId: inner?.split(".")[0],
      recipient: id(event.email),
      channel: "email",
      machine: (what === "opened" || what === "clicked") && isMachine ? true : undefined,
      bounce: what === "bounced" ? bounce : undefined,
      reason: what === "bounced" ? undefined : (prose(event.reason) ?? prose(event.response)),
      link: what === "clicked" ? known({ url: url(event.url) }) : undefined,
    }),
  );
}

/** SendGrid's Event Webhook, signed: ECDSA over time stamp and body. The secret is SendGrid's public key. */
export const sendgrid: Reader = async ({ headers, body, nowMs }, secret) => {
  const timestamp = headers.get("x-twilio-email-event-webhook-timestamp");
  const signature = headers.get("x-twilio-email-event-webhook-signature");
  if (!timestamp || !(await isSignedP256(secret, timestamp + body, signature))) return undefined;
  const events = items(json(body), "", maxEvents);
  const reports = events.flatMap((event) => reportsOf(event, nowMs));
  return inTime(markSweeps(reports), signedAtMs(timestamp), nowMs);
};
