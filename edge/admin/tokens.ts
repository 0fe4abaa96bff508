import { Hono } from "hono";
import * as z from "zod";
import type { Env } from "../env.ts";
import { Refusal } from "../problem.ts";
import { duration } from "../site/schema/words.ts";
import type { Access } from "./access.ts";
import { askedFor, note } from "./asked.ts";
import { type AdminTokens, digestOf } from "./token.ts";

const dayMs = 86_400_000;

export const asked = z.strictObject({
  role: z.enum(["read", "write", "review", "server"]),
  note,
  expires: duration.refine((ms) => ms <= 366 * dayMs, "a token lives a year at most: 365d").default(90 * dayMs),
});

/** Tokens that open one site. Only root makes, lists and revokes them. */
export function tokens({ site: siteFor }: Access, { mint }: AdminTokens) {
  const app = new Hono<{ Bindings: Env }>();

  app.post("/tokens", async (c) => {
    const { key, site, who } = await siteFor(c, "root");
    const { role, note, expires: forMs } = await askedFor(c.req.raw, asked);
    const { id, token } = await mint(key, role === "server" ? "sk" : "adm");
    const line = await site.addToken({ id, hash: await digestOf(token), role, note, forMs }, who);
    if (!line) throw new Refusal(409, "this site has 100 tokens: revoke one that is no longer used");
    return c.json({ token, ...line }, 201, { "cache-control": "no-store" });
  });

  app.get("/tokens", async (c) => {
    const { site } = await siteFor(c, "root");
    return c.json({ tokens: await site.tokens() });
  });

  app.delete("/tokens/:id", async (c) => {
    const { site, who } = await siteFor(c, "root");
    if (!(await site.revokeToken(c.req.param("id"), who))) throw new Refusal(404, "there is no such token, or no longer");
    return c.json({ revoked: true });
  });

  return app;
}
