import { addressesIn, isFitHeader, isOneLine } from "./header-values.ts";
import { answer, isAddress, isObject, read, type StandIn } from "./request.ts";

type Json = Record<string, unknown>;

const error = (code: number, message: string, status = 422) => answer(status, { ErrorCode: code, Message: message });

function fault({ From, To, Subject, HtmlBody, TextBody, Metadata = {}, Headers = [], Tag = "" }: Json): string | undefined {
  if (typeof From !== "string" || !addressesIn(From).every(isAddress)) return "Invalid 'From' address";
  if (typeof To !== "string" || !addressesIn(To).every(isAddress) || addressesIn(To).length > 50) return "Invalid 'To' address";
  if (Subject !== undefined && !isOneLine(Subject)) return "Invalid 'Subject'";
  if (!HtmlBody && !TextBody) return "Provide either email TextBody or HtmlBody or both.";
  if (typeof Tag !== "string" || Tag.length > 1000) return "Invalid 'Tag'";
  const metadata = Object.entries(Metadata as Json);
  if (metadata.length > 10 || metadata.some(([key, value]) => key.length > 20 || typeof value !== "string" || value.length > 80))
    return "Metadata: up to 10 fields, names up to 20 and values up to 80 characters";
  if (!(Headers as Json[]).every(({ Name, Value }) => isFitHeader(Name, Value))) return "Invalid 'Headers'";
  return undefined;
}

interface Account {
  token: string;
  streams?: Readonly<Record<string, "broadcast" | "transactional">>;
  inactive?: readonly string[];
}

/** @param sent every message: two requests, two messages */
export function postmarkStandIn(
  { token, streams = { broadcast: "broadcast", outbound: "transactional" }, inactive = [] }: Account,
  sent: Json[] = [],
): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.pathname !== "/email" || method !== "POST") return answer(404);
    if (header("x-postmark-server-token") !== token) return error(10, "Request does not contain a valid Server token.", 401);
    if (!json || !header("content-type").startsWith("application/json") || !header("accept").includes("json"))
      return error(402, "Invalid JSON");
    const wrong = fault(json);
    if (wrong) return error(300, wrong);
    const { MessageStream: stream = "outbound" } = json;
    if (typeof stream !== "string" || !Object.hasOwn(streams, stream))
      return error(1235, "The 'MessageStream' provided does not exist on this server.");
    const to = addressesIn(String(json.To));
    const dead = to.filter((address) => inactive.includes(address));
    if (dead.length) return error(406, `Found inactive addresses: ${dead.join(", ")}.`);
    sent.push(isObject(json) ? json : {});
    const id = `0a129aee-e1cd-480d-b08d-${String(sent.length).padStart(12, "0")}`;
    return answer(200, { To: json.To, SubmittedAt: "2026-11-22T19:00:21Z", MessageID: id, ErrorCode: 0, Message: "OK" });
  };
}
