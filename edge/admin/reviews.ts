import { Hono } from "hono";
import * as z from "zod";
import type { Env } from "../env.ts";
import type { Access } from "./access.ts";
import { askedIn } from "./asked.ts";
import { refusal } from "./refusal.ts";

export const query = z.strictObject({
  state: z.enum(["pending", "approved", "rejected", "expired", "over"]).optional(),
  after: z
    .string()
    .regex(/^\d{1,15}\.[\w-]{1,150}$/, "give what the page before gave as `next`")
    .optional(),
});

/** Steps that wait until somebody has looked at them. */
export function reviews({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();

  app.get("/reviews", async (c) => {
    const { state, after } = askedIn(c.req.query(), query);
    const { site } = await siteFor(c, "review");
    return c.json(await site.reviews(state, after));
  });

  for (const [word, verdict] of [
    ["approve", "approved"],
    ["reject", "rejected"],
  ] as const)
    app.post(`/reviews/:id/${word}`, async (c) => {
      const { site, who } = await siteFor(c, "review");
      const decided = await site.review(c.req.param("id"), verdict, who);
      return decided.ok ? c.json(decided.review) : refusal(decided);
    });

  return app;
}
