import { Hono } from "hono";
import { integrity, version } from "../dist/script.js";
import { admin } from "./admin/routes.ts";
import type { Clock } from "./clock.ts";
import type { Env } from "./env.ts";
import { takeBatches } from "./ingest/batches.ts";
import { newVisitors } from "./ingest/new-visitors.ts";
import { userTokens } from "./ingest/user-tokens.ts";
import { failed, Refusal } from "./problem.ts";
import { isLongEnough, minSecretBytes } from "./secrets.ts";
import { serverAccess } from "./server-api/access.ts";
import { postEvents } from "./server-api/events.ts";
import { putProfiles } from "./server-api/profiles.ts";
import type { Sites } from "./site/cache.ts";
import { knownSite } from "./site/known-site.ts";
import { siteKeys } from "./site/site-key.ts";

const asDeclared = { "x-content-type-options": "nosniff" };

/** A request's URL is absolute: after `https://` the first slash begins the path. */
const isBatches = ({ method, url }: Request): boolean => method === "POST" && url.slice(url.indexOf("/", 8)) === "/v1/batches";

interface AppParts {
  clock: Clock;
  sites: Sites;
  /** Site keys known without a seal: the demo's, nowhere else. */
  knownKeys?: readonly string[];
}

/** The Worker's HTTP side. */
export function createApp(env: Env, { clock, sites, knownKeys = [] }: AppParts) {
  const secret = env.EDGE_SECRET ?? "";
  const isOpen = isLongEnough(secret);
  const keys = siteKeys(secret);
  const isIssued = async (key: string) => knownKeys.includes(key) || (await keys.isIssued(key));
  const siteOf = knownSite(isIssued, sites);
  const secretsOf = (site: string) => (env as unknown as Record<string, string | undefined>)[`IDENTITY_${site.toUpperCase()}`];
  const vouchedFor = userTokens(secretsOf);
  const admit = newVisitors(() => env.SITE, clock);
  const batches = takeBatches({ clock, people: env.PERSON, siteOf, secret, vouchedFor, admit });

  const app = new Hono<{ Bindings: Env }>();
  app.get("/healthz", (c) => c.json({ ok: true, version }, 200, asDeclared));

  const script =
    (file: string, cacheControl: string, more: Record<string, string> = {}) =>
    async (): Promise<Response> => {
      const found = await env.SCRIPTS.fetch(`http://scripts/${file}`);
      const headers = {
        ...asDeclared,
        "content-type": "text/javascript; charset=utf-8",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": cacheControl,
        ...more,
      };
      return new Response(found.body, { status: found.status, headers });
    };
  for (const file of ["cusp.js", "score.js", "vitals.js"]) app.get(`/${file}`, script(file, "public, max-age=300"));
  app.get(
    `/v/${version}/cusp.js`,
    script("cusp.pinned.js", "public, max-age=31536000, immutable", { "cusp-integrity": integrity }),
  );

  app.use("/v1/*", async (_c, next) => {
    if (!isOpen) throw new Refusal(503, `set the secret EDGE_SECRET to at least ${minSecretBytes} bytes`);
    await next();
  });
  app.post("/v1/batches", (c) => batches(c.req.raw));
  app.get("/v1/sites/:key", async (c) => {
    const { etag: hash, settings } = await siteOf(c.req.param("key"));
    const etag = `"${hash}"`;
    // The same bytes for everyone and no credentials: any page may read them.
    const headers = {
      ...asDeclared,
      etag,
      "cache-control": "public, max-age=60",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "etag",
    };
    // A proxy that compresses makes the tag a weak one.
    if (c.req.header("if-none-match")?.replace(/^W\//, "") === etag) return c.body(null, 304, headers);
    return c.body(settings, 200, { ...headers, "content-type": "application/json" });
  });
  const server = serverAccess(env, secret, sites);
  const putProfile = putProfiles(env, secret);
  const takeEvents = postEvents(env);
  app.put("/v1/profiles/:user", async (c) => {
    const config = await server(c.req.raw);
    return c.json(await putProfile(c.req.raw, c.req.param("user"), config), 200, { "cache-control": "no-store" });
  });
  app.post("/v1/events", async (c) => {
    const config = await server(c.req.raw);
    return c.json(await takeEvents(c.req.raw, config), 202, { "cache-control": "no-store" });
  });
  app.route("/v1/admin", admin({ ...keys, isIssued }, secret));

  app.notFound(() => failed(new Refusal(404, "there is nothing at this path")));
  app.onError((error) => failed(error));

  return {
    /** What is asked for all day goes past the router, which costs as much as checking a batch does. */
    fetch: (request: Request, own: Env, ctx: ExecutionContext): Response | Promise<Response> =>
      isOpen && isBatches(request) ? batches(request) : app.fetch(request, own, ctx),
  };
}
