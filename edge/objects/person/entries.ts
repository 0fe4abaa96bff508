import { stateAs } from "../../feedback/came-to.ts";
import type { LogEntry } from "../../outbox/log-entry.ts";
import type { Row } from "../../outbox/outbox.ts";
import { hasMoreAttempts, type Outcome } from "../../outbox/retry.ts";
import type { Came } from "../../profile/run.ts";
import type { Profile } from "../../profile/state.ts";
import type { Destination } from "../../site/schema/messages.ts";
import type { SiteConfig } from "../../site/site-config.ts";

/** Of an attempt: how long it took, where one was made, and the name of the address's object. */
export interface Made {
  tookMs?: number;
  recipient?: string;
}

export const destinationOf = ({ file: { destinations } }: SiteConfig, { destination: name }: Row): Destination | undefined =>
  Object.hasOwn(destinations, name) ? destinations[name] : undefined;

/** Every body begins with its type. */
const typeOf = (body: string): string => /^\{"type":"([\w.]+)"/.exec(body)?.[1] ?? "";

/** What the log is told of a message, whatever came of it. */
export function entryOf(
  profile: Pick<Profile, "person" | "sent">,
  { seq, body, attempt }: Row,
  messageId: string,
  atMs: number,
): Omit<LogEntry, "state"> {
  const sent = profile.sent?.find((one) => one.seq === seq);
  return {
    messageId,
    type: typeOf(body),
    person: profile.person,
    ...(sent && { channel: sent.channel, message: sent.message, ...(sent.offer && { offer: sent.offer }) }),
    attempt,
    atMs,
  };
}

/** Whether a request left, for all that is known. */
const isMade = (outcome: Outcome): boolean =>
  outcome.answered !== undefined || outcome.state === "unknown" || (outcome.state === "again" && outcome.unanswered === true);

/** An answer may be lost, or come from another attempt: what the tool itself reported of the message counts more. */
export function asReported(outcome: Outcome, came: Came | undefined): Outcome & { why?: string } {
  const { state, answered } = outcome;
  if (!came || !["unknown", "again", "failed"].includes(state)) return outcome;
  return { ...(answered && { answered }), state: stateAs(came), why: "as the tool reported" };
}

/** What came of an attempt. Where nothing follows, it has failed, or would be too late. */
export function attemptEntry(
  about: Omit<LogEntry, "state">,
  outcome: Outcome & { why?: string },
  againAtMs: number | undefined,
  { tookMs, recipient }: Made,
): LogEntry {
  const { answered } = outcome;
  const isOut = outcome.state === "again" && againAtMs === undefined;
  const text = answered?.text || ("reason" in outcome ? outcome.reason : outcome.why);
  return {
    ...about,
    ...(recipient !== undefined && { recipient }),
    ...(tookMs !== undefined && isMade(outcome) && { tookMs }),
    ...((outcome.state === "again" || outcome.state === "unknown") && { isIll: true }),
    state: !isOut ? outcome.state : hasMoreAttempts(about.attempt) ? "expired" : "failed",
    ...(answered && { status: answered.status }),
    ...(text && { text }),
    ...(againAtMs !== undefined && { againAtMs }),
    ...(outcome.state === "again" && outcome.retryAfterMs !== undefined && { retryAfterMs: outcome.retryAfterMs }),
    ...(outcome.state === "delivered" && outcome.providerId !== undefined && { providerId: outcome.providerId }),
  };
}

/** As what a journey takes a message that reached nobody; of what may have arrived, as nothing. */
export function lostAs(state: LogEntry["state"], outcome: Outcome): "failed" | "suppressed" | "unreachable" | undefined {
  if (state === "again" || state === "delivered" || state === "unknown") return undefined;
  if (state === "suppressed") return "suppressed";
  return outcome.state === "again" ? "unreachable" : "failed";
}
