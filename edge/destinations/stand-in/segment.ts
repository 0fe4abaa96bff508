import { answer, isIsoTime, isObject, named, objectAt, read, type StandIn } from "./request.ts";

const maxEventBytes = 32 * 1024;

/**
 * Stricter than Segment, which answers 200 to nearly everything and drops what is wrong.
 * @param kept events by message id
 */
export function segmentStandIn(writeKey: string, kept = new Map<string, Record<string, unknown>>()): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.pathname !== "/v1/batch" || method !== "POST") return answer(404);
    if (header("authorization") !== `Basic ${btoa(`${writeKey}:`)}`) return answer(401);
    if (!header("content-type").startsWith("application/json") || !Array.isArray(json?.batch))
      return answer(400, { success: false });
    for (const event of json.batch) {
      if (!isObject(event) || JSON.stringify(event).length > maxEventBytes) return answer(400, { success: false });
      const { type, messageId, timestamp, event: name } = event;
      const isWhole =
        type === "track" && typeof name === "string" && name && typeof messageId === "string" && objectAt(event, "properties");
      if (!isWhole || messageId.length >= 100 || !isIsoTime(timestamp) || named(event, ["userId", "anonymousId"]) !== 1)
        return answer(400, { success: false, message: "the event would be dropped" });
      if (!kept.has(messageId)) kept.set(messageId, event);
    }
    return answer(200, { success: true });
  };
}
