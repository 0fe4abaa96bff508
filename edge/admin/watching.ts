import { Hono } from "hono";
import * as z from "zod";
import type { Env } from "../env.ts";
import type { Access } from "./access.ts";
import { askedIn, count } from "./asked.ts";

/** What was changed by whom, and what is happening now. */
export function watching({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();

  app.get("/audit", async (c) => {
    const { after } = askedIn(c.req.query(), z.strictObject({ after: count.optional() }));
    const { site } = await siteFor(c, "read");
    return c.json({ audit: await site.audit(after) });
  });

  app.get("/tail", async (c) => {
    const { after } = askedIn(c.req.query(), z.strictObject({ after: count.default(0) }));
    const { site } = await siteFor(c, "read");
    return c.json({ lines: await site.follow(after) });
  });

  return app;
}
