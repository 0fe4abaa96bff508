import { Refusal } from "../problem.ts";
import { atMs, type Fields, fields, id, json, known, ourId, prose, url } from "./reading/fields.ts";
import { inTime } from "./reading/freshness.ts";
import { isProgram, markSweeps } from "./reading/machine.ts";
import { isSignedForm } from "./reading/signed-form.ts";
import { withReason } from "./reading/suppressed.ts";
import type { Reader, Report } from "./report.ts";

const whats = new Map<unknown, Report["what"]>([
  ["send", "accepted"],
  ["delivered", "delivered"],
  ["deferral", "deferred"],
  ["hard_bounce", "bounced"],
  ["soft_bounce", "bounced"],
  ["reject", "suppressed"],
  ["open", "opened"],
  ["click", "clicked"],
  ["spam", "complained"],
  ["unsub", "unsubscribed"],
]);

/** With this key Mandrill signs the empty request by which it tries an address that it is given. */
const trialKey = "test-webhook";
const maxEvents = 5000;
/** Event ids are remembered for as long; Mandrill signs no time, so what is older may have been sent before. */
const rememberedMs = 29 * 86_400_000;

/** An address on Mandrill's list of those it writes to no more; what comes off that list is no news here. */
function listed({ type, action, reject, ts }: Fields, nowMs: number): Report[] {
  const { reason, email } = fields(reject);
  const recipient = id(email);
  if (type !== "blacklist" || action !== "add" || !recipient) return [];
  const what = reason === "spam" ? "complained" : reason === "hard-bounce" ? "bounced" : "unsubscribed";
  if (reason === "soft-bounce") return [];
  const about = { what, atMs: atMs(ts, nowMs), recipient, channel: "email" } as const;
  return [
    {
      ...about,
      eventId: `listed:${recipient}:${what}:${id(ts) ?? ""}`,
      ...(what === "bounced" && { bounce: { class: "hard" } as const }),
    },
  ];
}

function reportsOf(event: Fields, nowMs: number): Report[] {
  const msg = fields(event.msg);
  const what = whats.get(event.event);
  const providerId = id(msg._id) ?? id(event._id);
  if (!what || !providerId) return listed(event, nowMs);
  const link = what === "clicked" ? url(event.url) : undefined;
  const isMachine = isProgram(id(event.user_agent));
  const bounce = known<NonNullable<Report["bounce"]>>({
    class: event.event === "hard_bounce" ? "hard" : "soft",
    code: id(msg.bounce_description),
    reason: prose(msg.diag),
  });
  return withReason(
    known<Report>({
      // Its ids are those of messages.
      eventId: [providerId, String(event.event), id(event.ts), link?.slice(0, 100)].filter(Boolean).join(":"),
      what,
      atMs: atMs(event.ts, nowMs),
      messageId: ourId(msg.metadata),
      providerId,
      recipient: id(msg.email),
      channel: "email",
      machine: (what === "opened" || what === "clicked") && isMachine ? true : undefined,
      bounce: what === "bounced" ? bounce : undefined,
      reason: what === "suppressed" ? (prose(fields(msg.reject).reason) ?? prose(msg.reject)) : undefined,
      link: link === undefined ? undefined : { url: link },
    }),
  );
}

/** Mailchimp Transactional (Mandrill): a form with a list of events, signed with the webhook's own key. */
export const mandrill: Reader = async (inbound, secret) => {
  const params = new URLSearchParams(inbound.body);
  const signature = inbound.headers.get("x-mandrill-signature");
  const written = params.get("mandrill_events");
  if (written === "[]" && (await isSignedForm(inbound, params, trialKey, signature))) return [];
  if (!(await isSignedForm(inbound, params, secret, signature))) return undefined;
  const events = json(written ?? "");
  if (!Array.isArray(events) || events.length > maxEvents)
    throw new Refusal(422, `this must be a list of at most ${maxEvents} events`, { pointer: "/mandrill_events" });
  const { nowMs } = inbound;
  const reports = events.flatMap((event) => reportsOf(fields(event), nowMs));
  return markSweeps(reports).flatMap((one) => (nowMs - one.atMs < rememberedMs ? one : inTime([one], one.atMs, nowMs)));
};
