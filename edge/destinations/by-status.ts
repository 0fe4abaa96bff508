import { redactText } from "../../contract/redact.ts";
import type { Outcome } from "../outbox/retry.ts";
import type { Answer } from "./adapter.ts";

const maxReplyChars = 1024;

/** What a vendor answered, fit for a log: no address, number or key that it sent back. */
export const redactReply = (text: string): string =>
  text
    .slice(0, maxReplyChars)
    .replace(/[^"',:{}[\]\n]+/g, redactText)
    .slice(0, maxReplyChars);

/** Where vendors put their words for what is wrong: `message` may well be `success` beside `errors`. */
const complaints = ["errors", "detail", "error", "message", "msg"].map(
  (field) => new RegExp(`"${field}"\\s*:\\s*\\[?\\s*"([^"]{1,300})"`),
);

/** What a log says of a refusal. */
export function reasonOf({ status, text }: Answer): string {
  const reply = redactReply(text);
  const words = complaints.map((complaint) => complaint.exec(reply)?.[1]).find((found) => found !== undefined);
  return words === undefined ? String(status) : `${status} ${words}`;
}

/** It is the answer of a gateway that had none itself: the vendor may have taken the message. */
const lostBehind = [502, 504, 520, 522, 524];

/**
 * What an answer says, by its status and by what a 2xx may hold all the same: `errors`, or `success: false`.
 * @param dedupes as the adapter's: where a second attempt would be a second message, an answer lost behind a gateway is `unknown`
 */
export function byStatus(answer: Answer, dedupes = true): Outcome {
  const { status, headers, text } = answer;
  const answered = { status, text: redactReply(text) };
  const reason = reasonOf(answer);
  if (status >= 200 && status < 300)
    return { answered, ...(isRefusal(text) ? { state: "failed", reason } : { state: "delivered" }) };
  if (status === 409 && dedupes) return { answered, state: "delivered" }; // had it already
  if (!dedupes && lostBehind.includes(status)) return { answered, state: "unknown" };
  if (status >= 500 || [408, 425, 429].includes(status)) return { answered, state: "again", ...retryAfter(headers) };
  return { answered, state: "failed", reason };
}

/** What the body of an answer says, where it is an object. */
export function said(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isRefusal(text: string): boolean {
  const { errors, success } = said(text);
  return (Array.isArray(errors) && errors.length > 0) || success === false;
}

/** In seconds, or a date: that one by the vendor's clock, which may not be ours. */
function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const written = headers.get("retry-after") ?? headers.get("x-ratelimit-retry-after");
  if (!written) return {};
  const seconds = Number(written);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(written) - Date.parse(headers.get("date") ?? "");
  return ms > 0 ? { retryAfterMs: Math.ceil(ms) } : {};
}
