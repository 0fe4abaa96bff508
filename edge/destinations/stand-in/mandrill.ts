import { isFitHeader, isOneLine } from "./header-values.ts";
import { answer, isAddress, isObject, objectAt, read, type StandIn } from "./request.ts";

type Json = Record<string, unknown>;

const error = (code: number, name: string, message: string) => answer(500, { status: "error", code, name, message });

function fault({ from_email, to, subject, html, text, headers = {}, metadata = {}, tags = [] }: Json): string | undefined {
  if (!isAddress(from_email)) return "from_email";
  if (!Array.isArray(to) || !to.length || !to.every(isObject)) return "to";
  if (!to.every(({ type = "to" }) => ["to", "cc", "bcc"].includes(String(type)))) return "to type";
  if (!isOneLine(subject)) return "subject";
  if (!html && !text) return "html";
  if (!Object.entries(headers as Json).every(([name, value]) => isFitHeader(name, value))) return "headers";
  if (!Object.values(metadata as Json).every((value) => String(value).length <= 200)) return "metadata";
  return (tags as unknown[]).every((tag) => typeof tag === "string" && /^[^_].{0,49}$/.test(tag)) ? undefined : "tags";
}

interface Account {
  key: string;
  /** Whom it will not send to, and why. */
  rejects?: Readonly<Record<string, string>>;
}

/** @param sent every message: two requests, two messages */
export function mandrillStandIn({ key, rejects = {} }: Account, sent: Json[] = []): StandIn {
  return (request) => {
    const { url, method, json } = read(request);
    if (!/^\/api\/1\.0\/messages\/send(\.json)?$/.test(url.pathname) || method !== "POST") return answer(404);
    if (json?.key !== key) return error(-1, "Invalid_Key", "Invalid API key");
    const message = objectAt(json, "message");
    const wrong = message ? fault(message) : "message";
    if (!message || wrong) return error(-2, "ValidationError", `You must specify a ${wrong} value`);
    sent.push(message);
    const replies = (message.to as Json[]).map(({ email }, i) => {
      const _id = `abc123abc123abc123abc123abc${String(sent.length * 10 + i).padStart(4, "0")}`;
      if (!isAddress(email)) return { email, status: "invalid", _id };
      const reject_reason = Object.hasOwn(rejects, String(email)) ? rejects[String(email)] : null;
      return { email, status: reject_reason ? "rejected" : "sent", reject_reason, _id };
    });
    return answer(200, replies);
  };
}
