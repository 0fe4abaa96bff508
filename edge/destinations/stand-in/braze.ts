import { answer, isIsoTime, isObject, named, read, type StandIn } from "./request.ts";

const refuse = (message: string) => answer(400, { message });
const ids = ["external_id", "user_alias", "braze_id", "email", "phone"];

function fault(path: string, json: Record<string, unknown>): string | undefined {
  if ("broadcast" in json && json.broadcast !== false) return "a broadcast reaches everybody";
  if (path === "/canvas/trigger/send") {
    const { canvas_id, recipients, audience } = json;
    if (typeof canvas_id !== "string") return "canvas_id is required";
    if (audience !== undefined || !Array.isArray(recipients) || recipients.length !== 1)
      return "here exactly one recipient is wanted";
    const [one] = recipients as Record<string, unknown>[];
    if (!one || named(one, ["external_user_id", "user_alias", "email"]) !== 1) return "a recipient has one name";
    if (one.email !== undefined && !Array.isArray(one.prioritization)) return "an e-mail address needs a prioritization";
    return JSON.stringify(one.context ?? {}).length > 50_000 ? "context is up to 50 KB" : undefined;
  }
  const { events, attributes } = json;
  const all = [events, attributes].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
  if (!Array.isArray(events) || events.length !== 1 || all.length > 2) return "here one event is wanted";
  if (all.some((one) => named(one, ids) !== 1)) return "exactly one identifier is required";
  if (new Set(all.map((one) => JSON.stringify(ids.map((id) => one[id] ?? null)))).size !== 1) return "here one person is wanted";
  const { name, time, properties = {} } = events[0] as Record<string, unknown>;
  if (typeof name !== "string" || !name) return "name is required";
  if (!isIsoTime(time)) return "time is ISO 8601";
  return Object.keys(properties as object).some((key) => key === "time" || key === "event_name" || key.startsWith("$"))
    ? "a reserved property was sent"
    : undefined;
}

/** @param taken every request: nothing is recognised as sent before */
export function brazeStandIn(key: string, taken: Record<string, unknown>[] = []): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (!["/users/track", "/canvas/trigger/send"].includes(url.pathname) || method !== "POST")
      return answer(404, { message: "Invalid URL" });
    if (header("authorization") !== `Bearer ${key}`) return answer(401, { message: "Invalid API key" });
    if (!json || !header("content-type").startsWith("application/json")) return refuse("JSON is required");
    const wrong = fault(url.pathname, json);
    if (wrong) return refuse(wrong);
    taken.push(json);
    return url.pathname === "/users/track"
      ? answer(201, { message: "success", events_processed: 1, attributes_processed: 1 })
      : answer(201, { message: "success", dispatch_id: `dispatch-${taken.length}` });
  };
}
