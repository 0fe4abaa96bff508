import { Hono } from "hono";
import { type Env, objectName } from "../env.ts";
import { readText } from "../ingest/body.ts";
import { problem, Refusal } from "../problem.ts";
import { isLongEnough, minSecretBytes, sameSecret } from "../secrets.ts";
import { maxSourceBytes } from "../site/check.ts";
import type { SiteKeys } from "../site/site-key.ts";

/** What the site's operator talks to, with the admin token. No CORS: not for pages. */
export function admin({ mint, isIssued }: SiteKeys) {
  const app = new Hono<{ Bindings: Env }>();

  app.use("*", async (c, next) => {
    const token = c.env.ADMIN_TOKEN ?? "";
    if (!isLongEnough(token))
      throw new Refusal(503, `set the secret ADMIN_TOKEN to at least ${minSecretBytes} bytes to open the admin API`);
    const given = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    if (!(await sameSecret(given, token))) throw new Refusal(401, "the admin token is missing or wrong");
    await next();
  });

  app.post("/sites", async (c) => c.json({ site: await mint() }, 201));

  app.put("/sites/:key/file", async (c) => {
    const key = c.req.param("key");
    if (!(await isIssued(key))) throw new Refusal(404, "this edge did not make that site key; POST /v1/admin/sites makes one");
    const source = await readText(c.req.raw, maxSourceBytes);
    const pushed = await siteNamed(c.env, key).push(key, source);
    if (pushed.ok) return c.json({ version: pushed.version });
    const first = pushed.mistakes[0];
    const refusal = new Refusal(422, "the site file has mistakes", first ? { pointer: first.pointer } : {});
    return problem(refusal, { mistakes: pushed.mistakes });
  });

  app.get("/sites/:key/file", async (c) => {
    const key = c.req.param("key");
    const found = (await isIssued(key)) ? await siteNamed(c.env, key).read(0) : null;
    if (!found) throw new Refusal(404, "no site file was pushed under that key");
    return c.body(found.source ?? "", 200, { "content-type": "application/yaml", "cusp-version": String(found.version) });
  });

  return app;
}

const siteNamed = (env: Env, key: string) => env.SITE.getByName(objectName(key, "site", key));
