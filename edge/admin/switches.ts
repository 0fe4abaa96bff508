import { Hono } from "hono";
import * as z from "zod";
import type { Env } from "../env.ts";
import type { Access } from "./access.ts";
import { askedFor } from "./asked.ts";
import { refusal } from "./refusal.ts";

export const order = z
  .strictObject({ off: z.boolean().optional(), triggers: z.record(z.string().max(40), z.boolean()).optional() })
  .refine(
    ({ off, triggers }) => off !== undefined || Object.keys(triggers ?? {}).length > 0,
    'say what to switch, like {"off": true} or {"triggers": {"NAME": false}}',
  );

/** Off and on by hand, without a new version of the file. */
export function switches({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();
  app.put("/switches", async (c) => {
    const { site, who } = await siteFor(c, "write");
    const done = await site.switch(await askedFor(c.req.raw, order), who);
    return done.ok ? c.json(done.switches) : refusal(done);
  });
  return app;
}
