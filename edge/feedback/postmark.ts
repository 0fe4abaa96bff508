import { atMs, type Fields, fields, id, known, object, ourId, prose, url } from "./reading/fields.ts";
import { isProgram } from "./reading/machine.ts";
import { bringsSecret } from "./reading/shared-secret.ts";
import type { Reader, Report } from "./report.ts";

type News = Pick<Report, "what" | "bounce">;

/** Of `Type`: whatever else came back is a soft bounce, unless Postmark shut the address for it. */
const otherBounces = new Map<unknown, Report["what"] | null>([
  ["Transient", "deferred"],
  ["Unsubscribe", "unsubscribed"],
  ["SpamComplaint", "complained"],
  ["SMTPApiError", "failed"],
  ["InboundError", "failed"],
  ["TemplateRenderingFailed", "failed"],
  // A mailbox that answers by itself has the message.
  ["AutoResponder", null],
  ["ChallengeVerification", null],
  ["AddressChange", null],
  ["Subscribe", null],
  ["OpenRelayTest", null],
]);

function bounceOf(record: Fields): News | undefined {
  const other = otherBounces.get(record.Type);
  if (other !== undefined) return other === null ? undefined : { what: other };
  const isHard = record.Inactive === true || record.Type === "HardBounce" || record.Type === "BadEmailAddress";
  const reason = prose(record.Description) ?? prose(record.Details);
  return { what: "bounced", bounce: known({ class: isHard ? "hard" : "soft", code: id(record.Type), reason }) };
}

/** A suppression that is lifted says nothing here: only the site, or a new opt-in, opens an address again. */
function changeOf({ SuppressSending, SuppressionReason }: Fields): News | undefined {
  if (SuppressSending !== true) return undefined;
  if (SuppressionReason === "HardBounce") return { what: "bounced", bounce: { class: "hard", code: "HardBounce" } };
  return { what: SuppressionReason === "SpamComplaint" ? "complained" : "unsubscribed" };
}

const newsOf = (record: Fields): News | undefined => {
  if (record.RecordType === "Bounce") return bounceOf(record);
  if (record.RecordType === "SubscriptionChange") return changeOf(record);
  if (record.RecordType === "SpamComplaint") return { what: "complained" };
  if (record.RecordType === "Delivery") return { what: "delivered" };
  if (record.RecordType === "Open") return { what: "opened" };
  return record.RecordType === "Click" ? { what: "clicked" } : undefined;
};

function reportOf(record: Fields, nowMs: number): Report[] {
  const news = newsOf(record);
  const when = record.DeliveredAt ?? record.BouncedAt ?? record.ReceivedAt ?? record.ChangedAt;
  const recipient = id(record.Recipient) ?? id(record.Email);
  const providerId = id(record.MessageID);
  // By hand somebody is suppressed who had no message, and several in one second.
  const subject = id(record.ID) ?? (record.RecordType === "SubscriptionChange" ? recipient : (providerId ?? recipient));
  if (!news || !subject) return [];
  const isMachine = isProgram(id(record.UserAgent), id(fields(record.Client).Name));
  const at = id(when) ?? "";
  const link = news.what === "clicked" ? url(record.OriginalLink) : undefined;
  return [
    known<Report>({
      ...news,
      bounce: news.bounce,
      // One person may follow two links in one second.
      eventId: [record.RecordType, subject, at, link?.slice(0, 100)].filter(Boolean).join(":"),
      atMs: atMs(when, nowMs),
      messageId: ourId(record.Metadata),
      providerId,
      recipient,
      channel: "email",
      machine: (news.what === "opened" || news.what === "clicked") && isMachine ? true : undefined,
      reason: news.what === "failed" ? prose(record.Description) : undefined,
      link: link === undefined ? undefined : { url: link },
    }),
  ];
}

/** Postmark signs nothing: the secret comes along with every request. */
export const postmark: Reader = async ({ headers, body, nowMs }, secret) =>
  (await bringsSecret(headers, secret)) ? reportOf(object(body), nowMs) : undefined;
