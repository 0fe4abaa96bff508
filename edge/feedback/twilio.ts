import { id, known } from "./reading/fields.ts";
import { isSignedForm } from "./reading/signed-form.ts";
import type { Inbound, Reader, Report } from "./report.ts";

const statuses = new Map<string, Report["what"]>([
  ["accepted", "accepted"],
  ["scheduled", "accepted"],
  ["queued", "accepted"],
  ["sending", "accepted"],
  ["sent", "accepted"],
  ["delivered", "delivered"],
  ["read", "opened"],
  ["undelivered", "bounced"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);

/** No such number, a landline, a number that takes no texts: another attempt ends the same way. */
const hard = new Set(["21211", "21214", "21217", "21614", "30005", "30006", "30011"]);
/** Twilio keeps its own list of those who texted STOP. */
const optedOut = "21610";

/** What carriers and Twilio take for an opt-out, and the same in the neighbours' languages. */
const stopWords =
  /^(stop|stop ?all|please stop|stop please|unsubscribe|cancel|end|quit|revoke|opt ?out|stopp|arret|arrêt|baja|alto|parar)$/;

const isStop = (params: URLSearchParams): boolean =>
  params.get("OptOutType")?.toUpperCase() === "STOP" ||
  stopWords.test(
    (params.get("Body") ?? "")
      .toLowerCase()
      .replace(/[^\p{L} ]/gu, "")
      .trim(),
  );

/** A text from the recipient. */
const reply = (params: URLSearchParams, sid: string, nowMs: number): Report =>
  known<Report>({
    eventId: `${sid}:in`,
    what: isStop(params) ? "unsubscribed" : "replied",
    atMs: nowMs,
    recipient: id(params.get("From")),
    channel: "sms",
  });

function statusReports(params: URLSearchParams, sid: string, status: string, { url, nowMs }: Inbound): Report[] {
  const what = statuses.get(status);
  if (!what) return [];
  const code = id(params.get("ErrorCode"));
  const isGone = code !== undefined && hard.has(code);
  const reason = id(params.get("ErrorMessage")) ?? (code && `Twilio error ${code}`);
  const bounce = known<NonNullable<Report["bounce"]>>({ class: isGone ? "hard" : "soft", code, reason });
  const report = known<Report>({
    eventId: `${sid}:${status}`,
    what: code === optedOut ? "suppressed" : isGone ? "bounced" : what,
    atMs: nowMs,
    messageId: id(URL.canParse(url) ? new URL(url).searchParams.get("cusp_message_id") : undefined),
    providerId: sid,
    recipient: id(params.get("To")),
    channel: "sms",
    bounce: isGone || (what === "bounced" && code !== optedOut) ? bounce : undefined,
    reason,
  });
  return code === optedOut ? [report, { ...report, what: "unsubscribed", eventId: `${report.eventId}:why` }] : [report];
}

/** Twilio's status callbacks and incoming texts, as forms. They carry no time: it is now, and the event id counts once. */
export const twilio: Reader = async (inbound, secret) => {
  const params = new URLSearchParams(inbound.body);
  if (!(await isSignedForm(inbound, params, secret, inbound.headers.get("x-twilio-signature")))) return undefined;
  const sid = id(params.get("MessageSid")) ?? id(params.get("SmsSid"));
  if (!sid) return [];
  const status = params.get("MessageStatus");
  if (status) return statusReports(params, sid, status, inbound);
  return params.has("Body") || params.has("OptOutType") ? [reply(params, sid, inbound.nowMs)] : [];
};
