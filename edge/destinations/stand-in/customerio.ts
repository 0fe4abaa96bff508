import { answer, isAddress, isNumber, isSeconds, isText, named, nameOf, objectAt, read, type StandIn } from "./request.ts";

const refuse = (error: string) => answer(400, { meta: { error, errors: [error] } });

/** @param kept events by id: one that was there before is not processed again */
export function customerioStandIn(siteAndKey: string, kept = new Map<string, Record<string, unknown>>()): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (!/^\/api\/v1\/customers\/[^/]+\/events$/.test(url.pathname) || url.search || method !== "POST") return answer(404);
    if (header("authorization") !== `Basic ${btoa(siteAndKey)}`) return answer(401, { meta: { error: "Unauthorized request" } });
    if (!header("content-type").startsWith("application/json")) return refuse("JSON is required");
    if (!json || typeof json.name !== "string" || !json.name.trim()) return refuse("name is required");
    const { id, timestamp, data } = json;
    if (id !== undefined && !isText(id, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)) return refuse("id must be a ULID");
    // Milliseconds are taken, and mean the year 55976: refused here, as nobody wants them.
    if (timestamp !== undefined && !isSeconds(timestamp)) return refuse("timestamp is in seconds");
    // They redirect a campaign's message.
    if (named(objectAt({ data }, "data") ?? {}, ["recipient", "from_address", "reply_to"]))
      return refuse("a reserved property was sent");
    const known = nameOf(id);
    if (!kept.has(known)) kept.set(known, { ...json, to: decodeURIComponent(url.pathname.split("/")[4] as string) });
    return answer(200, {});
  };
}

/** @param sent every message: two requests, two messages */
export function customerioTransactionalStandIn(key: string, sent: Record<string, unknown>[] = []): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    const channel = /^\/v1\/send\/(email|push|sms)$/.exec(url.pathname)?.[1];
    if (!channel || method !== "POST") return answer(404);
    if (header("authorization") !== `Bearer ${key}`) return answer(401, { meta: { error: "unauthorized" } });
    const who = objectAt(json, "identifiers");
    if (!json || !who || named(who, ["id", "email", "cio_id"]) !== 1)
      return refuse("identifiers: one of, and only one of, id, email or cio_id");
    const { to, transactional_message_id: template } = json;
    if (typeof template !== "string" && !Number.isInteger(template)) return refuse("transactional_message_id is required");
    if (channel === "email" && !isAddress(to)) return refuse("to: one e-mail address is required");
    if (channel === "sms" && !isNumber(to)) return refuse("to: a number in E.164 is required");
    // Left out it means true at Customer.io.
    if (json.send_to_unsubscribed !== false) return refuse("it would be sent to people who unsubscribed");
    sent.push(json);
    return answer(200, { delivery_id: `dlv_${sent.length}`, queued_at: 1_795_374_001 });
  };
}
