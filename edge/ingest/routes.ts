import { Hono } from "hono";
import { type Accepted, limits } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { type Env, objectName } from "../env.ts";
import type { Reply } from "../objects/person.ts";
import { Refusal } from "../problem.ts";
import { hmacWith, sameText } from "../secrets.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { validBatch } from "./batch.ts";
import { parseJson, readText } from "./body.ts";
import type { Admission } from "./new-visitors.ts";

export interface IngestParts {
  clock: Clock;
  sites: Sites;
  isIssued: (siteKey: string) => Promise<boolean>;
  secret: string;
  admit: (config: SiteConfig) => Promise<Admission>;
}

/** What the SDK talks to. Nothing that is refused here reaches an object of a person. */
export function ingest({ clock, sites, isIssued, secret, admit }: IngestParts) {
  const app = new Hono<{ Bindings: Env; Variables: { allowedOrigin: string } }>();
  const hmac = hmacWith(secret);
  const passFor = (site: string, visitor: string) => hmac(`pass\n${site}\n${visitor}`);

  /** The same answer for a key that is unknown, malformed or without a site file. */
  async function siteOf(key: unknown): Promise<SiteConfig> {
    const config = typeof key === "string" && (await isIssued(key)) ? await sites.load(key) : undefined;
    if (!config) throw new Refusal(401, "this site key is not known", { pointer: "/site" });
    return config;
  }

  app.post("/v1/batches", async (c) => {
    const receivedAtMs = clock.now();
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "text/plain" && type !== "application/json")
      throw new Refusal(415, "send JSON as text/plain or application/json");
    const text = await readText(c.req.raw, limits.bodyBytes);
    const json = parseJson(text);
    const config = await siteOf((json as { site?: unknown } | null)?.site);

    const origin = c.req.header("origin");
    const speaksForSite = origin !== undefined && config.file.origins.includes(origin);
    if (speaksForSite) c.set("allowedOrigin", origin);
    else if (origin !== undefined && origin !== "null") throw new Refusal(403, "this origin is not one of the site's");

    const batch = validBatch(json);
    if (c.req.header("sec-gpc") === "1" && batch.consent === "granted")
      throw new Refusal(422, "Global Privacy Control means denied", { pointer: "/consent" });
    const pass = await passFor(batch.site, batch.visitor);
    const isKnown = batch.pass !== undefined && sameText(batch.pass, pass);
    const person = c.env.PERSON.getByName(objectName(batch.site, "v", batch.visitor));

    if (batch.consent === "denied") {
      // Who knows the visitor id is that visitor, pass or none.
      if (isKnown || speaksForSite) await person.forget();
      return accepted({ ack: { mark: 0, ranges: [] }, onsite: [], settings: config.etag, pass: "" }, origin);
    }
    if (!isKnown) await makeRoom(config, speaksForSite);

    // The text that was just validated: it crosses to the object for less than its thirty small objects would.
    const reply = (await person.take(text, receivedAtMs, !speaksForSite)) as Reply; // the call's type forgets that a range is a pair
    if (!reply.ok) {
      const { status, detail, pointer } = reply;
      throw new Refusal(status, detail, { ...(pointer ? { pointer } : {}), ...(status === 429 ? { retryAfterS: 60 } : {}) });
    }
    return accepted({ ack: reply.ack, onsite: [], settings: config.etag, pass }, origin);
  });

  async function makeRoom(config: SiteConfig, speaksForSite: boolean): Promise<void> {
    if (!speaksForSite) throw new Refusal(403, "without an origin of the site only known visitors are taken");
    const admission = await admit(config);
    if (admission.admitted) return;
    throw new Refusal(429, "the site's budget for new visitors is spent", { retryAfterS: admission.retryAfterMs / 1000 });
  }

  app.get("/v1/sites/:key", async (c) => {
    const config = await siteOf(c.req.param("key"));
    const etag = `"${config.etag}"`;
    // The same bytes for everyone and no credentials: any page may read them.
    const headers = { etag, "cache-control": "public, max-age=60", "access-control-allow-origin": "*" };
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
    return c.body(config.settings, 200, { ...headers, "content-type": "application/json" });
  });

  return app;
}

const accepted = (body: Accepted, origin?: string): Response =>
  Response.json(body, { status: 202, headers: { "cache-control": "no-store", ...(origin && readableBy(origin)) } });

/** Headers that let a page of `origin`, once it is known as the site's, read the reply. */
export const readableBy = (origin: string): Record<string, string> => ({
  "access-control-allow-origin": origin,
  "access-control-expose-headers": "retry-after",
  vary: "Origin",
});
