import { atMs, type Fields, fields, id, known, object, ourId, prose, url } from "./reading/fields.ts";
import { inTime, signedAtMs } from "./reading/freshness.ts";
import { isProgram } from "./reading/machine.ts";
import { fromHex, isSigned } from "./reading/signatures.ts";
import type { Reader, Report } from "./report.ts";

/** Mailgun resends for eight hours, and what it signed says nothing of the event: older than a day, it may say no more. */
const oldestMs = 24 * 3_600_000;

const whats = new Map<unknown, Report["what"]>([
  ["accepted", "accepted"],
  ["rejected", "failed"],
  ["delivered", "delivered"],
  ["opened", "opened"],
  ["clicked", "clicked"],
  ["unsubscribed", "unsubscribed"],
  ["complained", "complained"],
]);

function whatOf({ event, severity, reason }: Fields): Report["what"] | undefined {
  if (event !== "failed") return whats.get(event);
  if (severity === "temporary") return "deferred";
  return /^suppress-/.test(id(reason) ?? "") ? "suppressed" : "bounced";
}

function bounceOf(event: Fields): NonNullable<Report["bounce"]> {
  const status = fields(event["delivery-status"]);
  const code = id(status["enhanced-code"]) ?? id(status.code);
  // Given up after days of deferrals: nobody said that the address is wrong.
  const isSoft = event.reason === "old" || /^4/.test(code ?? "");
  const reason = prose(status.message) ?? prose(status.description) ?? prose(event.reason);
  return known({ class: isSoft ? "soft" : "hard", code, reason });
}

function reportsOf(event: Fields, token: string, nowMs: number): Report[] {
  const what = whatOf(event);
  if (!what) return [];
  const client = fields(event["client-info"]);
  // Mailgun's own judgement: "gmail" is the proxy that fetches when a person looks.
  const isMachine = client.bot === "apple" || client.bot === "generic" || isProgram(id(client["user-agent"]));
  return [
    known<Report>({
      eventId: token,
      what,
      atMs: atMs(event.timestamp, nowMs),
      messageId: ourId(event["user-variables"]),
      providerId: id(fields(fields(event.message).headers)["message-id"])?.replace(/^<|>$/g, ""),
      recipient: id(event.recipient),
      channel: "email",
      machine: (what === "opened" || what === "clicked") && isMachine ? true : undefined,
      bounce: what === "bounced" ? bounceOf(event) : undefined,
      reason: what === "suppressed" || what === "failed" || what === "deferred" ? prose(event.reason) : undefined,
      link: what === "clicked" ? known({ url: url(event.url) }) : undefined,
    }),
  ];
}

const parsed = (body: string): Fields => {
  try {
    return object(body);
  } catch {
    return {}; // the signature lies inside: what cannot be read is not signed
  }
};

/**
 * Mailgun signs a time stamp and a token, not the event: whoever saw one request could send any other event under it. So the
 * token is the one event id that a request has, never more than one report goes by it, and it counts once.
 */
export const mailgun: Reader = async ({ body, nowMs }, secret) => {
  const whole = parsed(body);
  const { timestamp, token, signature } = fields(whole.signature);
  const [stamp, once] = [id(timestamp), id(token)];
  if (!stamp || !once || typeof signature !== "string") return undefined;
  if (!(await isSigned("SHA-256", secret, stamp + once, fromHex(signature)))) return undefined;
  const signedMs = signedAtMs(stamp);
  // NaN is no time either.
  if (!(nowMs - signedMs <= oldestMs)) return undefined;
  return inTime(reportsOf(fields(whole["event-data"]), once, nowMs), signedMs, nowMs);
};
