import { answer, isAddress, isIsoTime, isNumber, named, objectAt, read, type StandIn } from "./request.ts";

const refuse = (detail: string, pointer: string) =>
  answer(400, { errors: [{ status: 400, code: "invalid", title: "Invalid input.", detail, source: { pointer } }] });

/**
 * Klaviyo's Create Event, as its reference and its own library have it.
 * @param kept events by profile, metric and unique id: the first one counts
 */
export function klaviyoStandIn(key: string, kept = new Map<string, Record<string, unknown>>()): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.pathname !== "/api/events" || method !== "POST")
      return answer(404, { errors: [{ status: 404, detail: "not found" }] });
    if (header("authorization") !== `Klaviyo-API-Key ${key}`)
      return answer(401, { errors: [{ status: 401, detail: "Incorrect authentication credentials." }] });
    if (!/^\d{4}-\d\d-\d\d(\.\w+)?$/.test(header("revision"))) return refuse("a revision is required", "/");
    if (!/^application\/(vnd\.api\+)?json\b/.test(header("content-type"))) return answer(415);
    const attributes = objectAt(json, "data", "attributes");
    if (objectAt(json, "data")?.type !== "event" || !attributes) return refuse("an event is required", "/data");
    const { properties, time, unique_id, value } = attributes;
    const metric = objectAt(attributes, "metric", "data", "attributes")?.name;
    const profile = objectAt(attributes, "profile", "data", "attributes");
    if (
      objectAt(attributes, "metric", "data")?.type !== "metric" ||
      typeof metric !== "string" ||
      !metric ||
      metric.length >= 128
    )
      return refuse("a metric name of fewer than 128 characters is required", "/data/attributes/metric");
    if (objectAt(attributes, "profile", "data")?.type !== "profile" || !profile)
      return refuse("a profile is required", "/data/attributes/profile");
    if (named(profile, ["id", "email", "phone_number", "external_id", "anonymous_id"]) !== 1)
      return refuse("here exactly one identifier of a profile is wanted", "/data/attributes/profile");
    if (profile.email !== undefined && !isAddress(profile.email))
      return refuse("Invalid email address", "/data/attributes/profile");
    if (profile.phone_number !== undefined && !isNumber(profile.phone_number))
      return refuse("Invalid phone number format", "/data/attributes/profile");
    if (!objectAt(attributes, "properties") || Object.keys(properties as object).length > 400)
      return refuse("up to 400 properties are required", "/data/attributes/properties");
    if (time !== undefined && !isIsoTime(time)) return refuse("time is ISO 8601", "/data/attributes/time");
    if (value !== undefined && typeof value !== "number") return refuse("value is a number", "/data/attributes/value");
    const known = JSON.stringify([profile, metric, unique_id ?? String(time).slice(0, 19)]);
    if (!kept.has(known)) kept.set(known, attributes);
    return answer(202);
  };
}
