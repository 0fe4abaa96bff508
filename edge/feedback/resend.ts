import { atMs, type Fields, fields, id, known, object, ourId, prose, url } from "./reading/fields.ts";
import { inTime, isFresh } from "./reading/freshness.ts";
import { isProgram } from "./reading/machine.ts";
import { standardSigned } from "./reading/standard-webhooks.ts";
import { withReason } from "./reading/suppressed.ts";
import type { Reader, Report } from "./report.ts";

const whats = new Map<unknown, Report["what"]>([
  ["email.sent", "accepted"],
  ["email.delivered", "delivered"],
  ["email.delivery_delayed", "deferred"],
  ["email.complained", "complained"],
  ["email.bounced", "bounced"],
  ["email.opened", "opened"],
  ["email.clicked", "clicked"],
  ["email.failed", "failed"],
  ["email.suppressed", "suppressed"],
]);

/** What is said of an address, not of a message. */
function addressNews(type: unknown, data: Fields): Pick<Report, "what" | "bounce"> | undefined {
  if (type === "contact.updated" && data.unsubscribed === true) return { what: "unsubscribed" };
  if (type !== "suppression.added") return undefined;
  if (data.origin === "bounce") return { what: "bounced", bounce: { class: "hard" } };
  return { what: data.origin === "complaint" ? "complained" : "unsubscribed" };
}

/** `tags` are an object on the wire, and a list of pairs in a part of the documents. */
const tagged = (tags: unknown): string | undefined =>
  Array.isArray(tags) ? id(fields(tags.map(fields).find(({ name }) => name === "cusp_message_id")).value) : ourId(tags);

function reportsOf({ type, created_at, data: given }: Fields, eventId: string, nowMs: number): Report[] {
  const data = fields(given);
  const bounced = fields(data.bounce);
  const told = whats.get(type);
  const what = told === "bounced" && bounced.subType === "Suppressed" ? "suppressed" : told;
  const news = what ? { what } : addressNews(type, data);
  if (!news) return [];
  const click = fields(data.click);
  const bounce = known<NonNullable<Report["bounce"]>>({
    class: bounced.type === "Permanent" ? "hard" : "soft",
    code: id(bounced.subType),
    reason: prose(bounced.message),
  });
  const reason = prose(fields(data.suppressed).message) ?? prose(fields(data.failed).reason) ?? prose(bounced.message);
  return withReason(
    known<Report>({
      eventId,
      what: news.what,
      atMs: atMs(click.timestamp ?? created_at, nowMs),
      messageId: tagged(data.tags),
      providerId: id(data.email_id),
      recipient: id(Array.isArray(data.to) ? data.to[0] : data.email),
      channel: "email",
      machine: what === "clicked" && isProgram(id(click.userAgent)) ? true : undefined,
      bounce: what === "bounced" ? bounce : "bounce" in news ? news.bounce : undefined,
      reason: what === "bounced" ? undefined : reason,
      link: what === "clicked" ? known({ url: url(click.link) }) : undefined,
    }),
  );
}

/** Resend sends by Svix: its id of the request is the same on every attempt, and each request is one event. */
export const resend: Reader = async (inbound, secret) => {
  const signed = (await standardSigned(inbound, secret, "svix")) ?? (await standardSigned(inbound, secret));
  if (!signed) return undefined;
  const reports = inTime(reportsOf(object(inbound.body), signed.id, inbound.nowMs), signed.atMs, inbound.nowMs);
  return isFresh(signed.atMs, inbound.nowMs) || reports.length ? reports : undefined;
};
