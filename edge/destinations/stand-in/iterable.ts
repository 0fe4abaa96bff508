import { answer, isAddress, isSeconds, named, nameOf, objectAt, read, type StandIn } from "./request.ts";

const refuse = (msg: string, code = "BadParams") => answer(400, { msg, code, params: null });

/** @param kept events by id: a second one with an id replaces the first */
export function iterableStandIn(key: string, kept = new Map<string, Record<string, unknown>>()): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.pathname !== "/api/events/track" || method !== "POST") return answer(404);
    if (header("api-key") !== key) return answer(401, { msg: "Invalid API key", code: "BadApiKey", params: null });
    if (!json) return refuse("JSON is required", "JsonParseError");
    if (named(json, ["email", "userId"]) !== 1) return refuse("here one of email and userId is wanted");
    if (json.email !== undefined && !isAddress(json.email)) return refuse("Invalid email", "InvalidEmailAddressError");
    if (typeof json.eventName !== "string" || !json.eventName) return refuse("eventName is required");
    if (json.createdAt !== undefined && !isSeconds(json.createdAt)) return refuse("createdAt is in seconds");
    // A period in a field's name breaks Handlebars.
    const fields = objectAt(json, "dataFields") ?? {};
    if (Object.keys(fields).some((name) => name.includes("."))) return refuse("a field name has a period");
    kept.set(nameOf(json.id), json);
    return answer(200, { msg: "Event tracked.", code: "Success", params: { id: json.id } });
  };
}
