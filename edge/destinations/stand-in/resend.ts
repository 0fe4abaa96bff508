import { addressesIn, isFitHeader, isOneLine } from "./header-values.ts";
import { answer, isAddress, read, type StandIn } from "./request.ts";

type Json = Record<string, unknown>;

const error = (statusCode: number, name: string, message: string) => answer(statusCode, { statusCode, name, message });

const isAddresses = (value: unknown, max: number): boolean => {
  const lines = Array.isArray(value) ? value.map(String) : [String(value)];
  return (
    lines.length > 0 &&
    lines.length <= max &&
    lines.every((line) => addressesIn(line).length === 1 && addressesIn(line).every(isAddress))
  );
};

function fault({ from, to, subject, html, text, headers = {}, tags = [] }: Json): string | undefined {
  if (!isAddresses(from, 1)) return "Invalid `from` field";
  if (!isAddresses(to, 50)) return "Invalid `to` field";
  if (!isOneLine(subject)) return "Invalid `subject` field";
  if (!html && !text) return "Missing `html` or `text` field";
  if (!Object.entries(headers as Json).every(([name, value]) => isFitHeader(name, value))) return "Invalid `headers` field";
  const isTag = (value: unknown) => typeof value === "string" && /^[\w-]{1,256}$/.test(value);
  return (tags as Json[]).every(({ name, value }) => isTag(name) && isTag(value))
    ? undefined
    : "Tags should only contain ASCII letters, numbers, underscores, or dashes.";
}

/** @param sent what was taken by Idempotency-Key: within 24 hours the same key is the same message */
export function resendStandIn(key: string, sent = new Map<string, { id: string; body: string }>()): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (!header("user-agent")) return answer(403, "error code: 1010");
    if (url.pathname !== "/emails" || method !== "POST") return error(404, "not_found", "The requested endpoint does not exist");
    if (header("authorization") !== `Bearer ${key}`) return error(401, "invalid_api_key", "API key is invalid");
    if (!json || !header("content-type").startsWith("application/json"))
      return error(422, "validation_error", "JSON is required");
    const wrong = fault(json);
    if (wrong) return error(422, "validation_error", wrong);
    const body = String(request.body);
    const named = header("idempotency-key");
    if (named.length > 256) return error(400, "invalid_idempotency_key", "The key must be between 1-256 chars");
    const had = sent.get(named);
    if (had && had.body !== body)
      return error(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload");
    const id = had?.id ?? `49a3999c-0ce1-4ea6-ab68-${String(sent.size).padStart(12, "0")}`;
    sent.set(named || `unnamed ${sent.size}`, { id, body });
    return answer(200, { id });
  };
}
