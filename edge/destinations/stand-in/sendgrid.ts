import { isFitHeader, isOneLine } from "./header-values.ts";
import { answer, isAddress, isObject, read, type StandIn } from "./request.ts";

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

function fault({ personalizations, from, subject, content, headers = {} }: Json): [field: string, message: string] | undefined {
  const all = list(personalizations);
  if (!all.length || all.length > 1000) return ["personalizations", "at least one and up to 1000 are required"];
  for (const one of all) {
    const to = list(one.to);
    if (!to.length) return ["personalizations.0.to", "The to array is required"];
    if (![...to, ...list(one.cc), ...list(one.bcc)].every(({ email }) => isAddress(email)))
      return ["personalizations.0.to.0.email", "Does not contain a valid address."];
    const args = (one.custom_args ?? {}) as Json;
    if (!Object.values(args).every((value) => typeof value === "string")) return ["custom_args", "values are texts"];
    if (JSON.stringify(args).length > 10_000) return ["custom_args", "up to 10,000 bytes"];
  }
  if (!isObject(from) || !isAddress(from.email)) return ["from.email", "The from object must be provided"];
  if (!isOneLine(subject)) return ["subject", "The subject is required"];
  const types = list(content).map(({ type }) => type);
  if (!types.length || !list(content).every(({ value }) => typeof value === "string" && value))
    return ["content", "The content value must be a string at least one character in length."];
  if (types.includes("text/plain") && types[0] !== "text/plain") return ["content", "If present, text/plain must be first"];
  if (!Object.entries(headers as Json).every(([name, value]) => isFitHeader(name, value))) return ["headers", "not allowed"];
  return undefined;
}

/** @param sent every message: two requests, two messages */
export function sendgridStandIn(key: string, sent: Json[] = []): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.pathname !== "/v3/mail/send" || method !== "POST") return answer(404);
    const refuse = (status: number, message: string, field: string | null = null) =>
      answer(status, { errors: [{ message, field, help: null }] });
    if (header("authorization") !== `Bearer ${key}`)
      return refuse(401, "The provided authorization grant is invalid, expired, or revoked");
    if (!json || !header("content-type").startsWith("application/json")) return refuse(415, "JSON is required");
    const wrong = fault(json);
    if (wrong) return refuse(400, wrong[1], wrong[0]);
    sent.push(json);
    return answer(202, undefined, { "x-message-id": `sg-${sent.length}` });
  };
}
