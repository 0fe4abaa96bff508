import { answer, isAddress, isIsoTime, isText, named, nameOf, objectAt, read, type StandIn } from "./request.ts";

const refuse = (message: string) =>
  answer(400, { status: "error", message, correlationId: "aeb5f871-7f07-4993-9211-075dc63e7cbf", category: "VALIDATION_ERROR" });

/**
 * @param defined names of properties by the full name of an event
 * @param kept occurrences by event and uuid: a later one of the same is dropped in silence
 */
export function hubspotStandIn(
  token: string,
  defined: ReadonlyMap<string, readonly string[]>,
  kept = new Map<string, Record<string, unknown>>(),
): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.pathname !== "/events/v3/send" || method !== "POST") return answer(404);
    if (header("authorization") !== `Bearer ${token}`)
      return answer(401, { status: "error", category: "INVALID_AUTHENTICATION" });
    if (!json) return refuse("JSON is required");
    const names = defined.get(nameOf(json.eventName));
    if (!names || !isText(json.eventName, /^pe\d+_[a-z][a-z\d_-]*$/)) return refuse("No event type found");
    if (named(json, ["email", "objectId", "utk"]) !== 1 || !isAddress(json.email))
      return refuse("here one e-mail address is wanted");
    if (json.occurredAt !== undefined && !isIsoTime(json.occurredAt)) return refuse("occurredAt is ISO 8601");
    if (json.uuid !== undefined && !isText(json.uuid, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/))
      return refuse("uuid is a UUID");
    for (const [name, value] of Object.entries(objectAt(json, "properties") ?? {}))
      if (!names.includes(name) || typeof value !== "string" || value.length > 256)
        return refuse(`property ${name} is not valid`);
    const known = JSON.stringify([json.eventName, nameOf(json.uuid)]);
    if (!kept.has(known)) kept.set(known, json);
    return answer(204);
  };
}
