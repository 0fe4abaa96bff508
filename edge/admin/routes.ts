import { Hono } from "hono";
import type { Env } from "../env.ts";
import type { SiteKeys } from "../site/site-key.ts";
import { access } from "./access.ts";
import { deliveries } from "./deliveries.ts";
import { feeds } from "./feeds.ts";
import { files } from "./files.ts";
import { people } from "./people.ts";
import { reviews } from "./reviews.ts";
import { switches } from "./switches.ts";
import { adminTokens } from "./token.ts";
import { tokens } from "./tokens.ts";
import { watching } from "./watching.ts";

/** What a site's operator talks to, with an admin token. No CORS: not for pages. */
export function admin({ mint, isIssued }: SiteKeys, secret: string) {
  const sealed = adminTokens(secret);
  const entry = access(sealed, isIssued);
  const app = new Hono<{ Bindings: Env }>();

  app.use("*", entry.any);
  app.post("/sites", async (c) => {
    await entry.root(c);
    return c.json({ site: await mint() }, 201);
  });
  app.route("/people", people(entry, secret));
  const all = [
    files(entry),
    switches(entry),
    tokens(entry, sealed),
    watching(entry),
    reviews(entry),
    deliveries(entry),
    feeds(entry),
  ];
  for (const part of all) app.route("/sites/:key", part);
  return app;
}
