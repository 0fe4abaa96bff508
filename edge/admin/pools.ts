import { Hono } from "hono";
import type { Env } from "../env.ts";
import { readText } from "../ingest/body.ts";
import { Refusal } from "../problem.ts";
import { codesIn, maxCodesBytes } from "../site/codes.ts";
import type { Access } from "./access.ts";
import { refusal } from "./refusal.ts";

/** Codes of offers. They go in, and out with messages only: never to whoever reads here. */
export function pools({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();

  app.put("/pools/:pool{[a-z][a-z0-9_-]*}", async (c) => {
    const { site, who } = await siteFor(c, "write");
    const pool = c.req.param("pool");
    if (pool.length > 40) throw new Refusal(422, "the name of a pool has at most 40 characters");
    const read = codesIn(await readText(c.req.raw, maxCodesBytes));
    if (!read.ok) throw new Refusal(422, read.why);
    const done = await site.addCodes(pool, read.codes, who);
    if (!done.ok) return refusal(done);
    const { added, left } = done;
    return c.json({ pool, added, had: read.codes.length - added, left });
  });

  app.get("/pools", async (c) => {
    const { site } = await siteFor(c, "read");
    return c.json({ pools: await site.pools() });
  });

  app.get("/pools/:pool", async (c) => {
    const { site } = await siteFor(c, "read");
    const pool = c.req.param("pool");
    const found = (await site.pools()).find((one) => one.pool === pool);
    return c.json({ pool, left: found?.left ?? 0 });
  });

  return app;
}
