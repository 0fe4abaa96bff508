import { Hono } from "hono";
import { integrity, source, version } from "../dist/script.js";
import { admin } from "./admin/routes.ts";
import type { Clock } from "./clock.ts";
import type { Env } from "./env.ts";
import { newVisitors } from "./ingest/new-visitors.ts";
import { ingest, readableBy } from "./ingest/routes.ts";
import { problem, Refusal } from "./problem.ts";
import type { Sites } from "./site/cache.ts";
import { siteKeys } from "./site/site-key.ts";

const minSecretBytes = 32;

interface AppParts {
  clock: Clock;
  sites: Sites;
  /** Site keys known without a seal: the demo's, nowhere else. */
  knownKeys?: readonly string[];
}

/** The Worker's HTTP side. */
export function createApp(env: Env, { clock, sites, knownKeys = [] }: AppParts) {
  const app = new Hono<{ Bindings: Env; Variables: { allowedOrigin?: string } }>();
  const secret = env.EDGE_SECRET ?? "";
  const keys = siteKeys(secret);
  const isIssued = async (key: string) => knownKeys.includes(key) || (await keys.isIssued(key));

  app.get("/healthz", (c) => c.json({ ok: true, version }));

  const script = { "content-type": "text/javascript; charset=utf-8", "access-control-allow-origin": "*" };
  app.get("/cusp.js", (c) => c.body(source, 200, { ...script, "cache-control": "public, max-age=300" }));
  app.get(`/v/${version}/cusp.js`, (c) =>
    c.body(source, 200, { ...script, "cache-control": "public, max-age=31536000, immutable", "cusp-integrity": integrity }),
  );

  app.use("/v1/*", async (_c, next) => {
    if (new TextEncoder().encode(secret).length < minSecretBytes)
      throw new Refusal(503, `set the secret EDGE_SECRET to at least ${minSecretBytes} bytes`);
    await next();
  });
  app.route("/v1/admin", admin({ ...keys, isIssued }));
  app.route("/", ingest({ clock, sites, isIssued, secret, admit: newVisitors(() => env.SITE, clock) }));

  app.notFound(() => problem(new Refusal(404, "there is nothing at this path")));
  app.onError((error, c) => {
    const origin = c.get("allowedOrigin");
    if (error instanceof Refusal) return problem(error, {}, origin === undefined ? {} : readableBy(origin));
    // The name alone: a message may quote what was sent.
    console.error(JSON.stringify({ at: "edge", error: error.name }));
    return problem(new Refusal(500, "this is our fault; the same request may be sent again"));
  });
  return app;
}
