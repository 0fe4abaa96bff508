import { type Accepted, limits } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { type Env, objectName } from "../env.ts";
import type { Arrival, Reply, Unbound } from "../objects/person.ts";
import { failed, Refusal } from "../problem.ts";
import { placeSignals } from "../profile/state.ts";
import { hmacWith, sameText } from "../secrets.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { validBatch } from "./batch.ts";
import { parseJson, readText } from "./body.ts";
import { door } from "./door.ts";
import type { Admission } from "./new-visitors.ts";
import { browserOf, placeOf } from "./place.ts";
import type { userTokens, Vouched } from "./user-tokens.ts";

export interface BatchParts {
  clock: Clock;
  people: Env["PERSON"];
  /** The site of a key, or a refusal. */
  siteOf: (key: unknown) => Promise<SiteConfig>;
  secret: string;
  vouchedFor: ReturnType<typeof userTokens>;
  admit: (config: SiteConfig) => Promise<Admission>;
  /** More is owed than can be sent. */
  isBehind: () => boolean;
}

/** `POST /v1/batches`: takes a batch whole or refuses it whole. Nothing that is refused here reaches an object of a person. */
export function takeBatches({
  clock,
  people,
  siteOf,
  secret,
  vouchedFor,
  admit,
  isBehind,
}: BatchParts): (request: Request) => Promise<Response> {
  const hmac = hmacWith(secret);
  const knock = door(isBehind);

  return async (request) => {
    // The page's origin, once it is known as one of the site's: only such a page may read the reply.
    let reader: string | undefined;
    try {
      const receivedAtMs = clock.now();
      const text = await readBatch(request);
      const json = parseJson(text) as { site?: unknown; consent?: unknown } | null;
      const shut = json?.consent === "denied" ? undefined : knock();
      if (shut) throw new Refusal(503, "more is owed than can be sent just now", { retryAfterS: shut.againAfterMs / 1000 });
      const config = await siteOf(json?.site);
      const origin = request.headers.get("origin");
      if (origin !== null && config.file.origins.includes(origin)) reader = origin;
      else if (origin !== null && origin !== "null") throw new Refusal(403, "this origin is not one of the site's");

      const batch = validBatch(json);
      if (request.headers.get("sec-gpc") === "1" && batch.consent === "granted")
        throw new Refusal(422, "Global Privacy Control means denied", { pointer: "/consent" });
      const pass = (await hmac(`pass\n${batch.site}\n${batch.visitor}`)).slice(0, passChars);
      const isKnown = batch.pass !== undefined && sameText(batch.pass, pass);

      // Nothing of a stranger that could not be placed reaches an object.
      const placed = isKnown ? undefined : placeSignals(batch.signals);
      if (placed && !placed.ok)
        throw new Refusal(placed.status, placed.detail, placed.pointer ? { pointer: placed.pointer } : {});
      if (!isKnown) await spendBudget(config, reader);
      const visitor = people.getByName(objectName(batch.site, "v", batch.visitor));

      if (batch.consent === "denied") {
        await visitor.withdraw();
        return accepted({ ack: { mark: 0, ranges: [] }, onsite: [], settings: config.etag, pass: "" }, reader);
      }
      // The text that was just validated: it crosses to the object for less than its thirty small objects would.
      const browser = browserOf(request.headers.get("user-agent") ?? "");
      const arrival = { receivedAtMs, mustExist: !reader, place: placeOf(request), browser };
      const vouched = batch.user && (await vouchedFor(batch.site, batch.user, batch.visitor, receivedAtMs));
      const reply = vouched
        ? await takeAs(vouched, batch.site, visitor, text, arrival)
        : ((await visitor.take(text, arrival)) as Reply | Unbound); // the call's type forgets that a range is a pair
      if (!reply.ok && reply.status === "unbound") throw new Error("a visitor's object asks for no past");
      if (!reply.ok) {
        const { status, detail, pointer } = reply;
        throw new Refusal(status, detail, {
          ...(pointer ? { pointer } : {}),
          ...(retryAfterS[status] ? { retryAfterS: retryAfterS[status] } : {}),
        });
      }
      return accepted({ ack: reply.ack, onsite: reader ? reply.onsite : [], settings: config.etag, pass }, reader);
    } catch (error) {
      // A refusal says nothing of a person: any page may read it, or it could not stop, halve or wait as it is told to.
      return failed(error, { ...readableBy(reader ?? "*"), "access-control-expose-headers": "retry-after" });
    }
  };

  /** The batch of a visitor whom the site's server vouches for goes to the user: after the visitor's past, the first time. */
  async function takeAs(
    { user: id, told, saidAtMs }: Vouched,
    site: string,
    visitor: ReturnType<typeof people.getByName>,
    text: string,
    arrival: Arrival,
  ): Promise<Reply | Unbound> {
    const user = people.getByName(objectName(site, "u", id));
    const vouched = { ...arrival, mustExist: false, visitor: visitor.id.toString(), vouched: { told, saidAtMs } };
    const reply = (await user.take(text, vouched)) as Reply | Unbound;
    if (reply.ok || reply.status !== "unbound") return reply;
    const bound = await visitor.bind(id).catch(() => undefined);
    if (bound === undefined)
      throw new Refusal(503, "what this visitor did before could not be brought along just now", { retryAfterS: 5 });
    if (bound === "withdrawn") return { ok: false, status: 403, detail: "this visitor withdrew consent" };
    return (await user.take(text, { ...vouched, alone: bound === "elsewhere" })) as Reply | Unbound;
  }

  async function spendBudget(config: SiteConfig, reader: string | undefined): Promise<void> {
    if (!reader) throw new Refusal(403, "without an origin of the site only known visitors are taken");
    const admission = await admit(config);
    if (admission.admitted) return;
    throw new Refusal(429, "the site's budget for new visitors is spent", { retryAfterS: admission.retryAfterMs / 1000 });
  }
}

/** 132 bits of the HMAC, half of it as RFC 2104 §5 asks: every batch of a visitor carries them. */
const passChars = 22;

const retryAfterS: Record<number, number> = { 429: 60, 503: 5 };

async function readBatch(request: Request): Promise<string> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "text/plain" || type === "application/json") return await readText(request, limits.bodyBytes);
  throw new Refusal(415, "send JSON as text/plain or application/json");
}

const accepted = (body: Accepted, reader: string | undefined): Response =>
  Response.json(body, { status: 202, headers: { "cache-control": "no-store", ...(reader && readableBy(reader)) } });

const readableBy = (origin: string) => ({ "access-control-allow-origin": origin, vary: "Origin" });
