import { Hono } from "hono";
import { admin } from "./admin/routes.ts";
import type { Clock } from "./clock.ts";
import type { Env } from "./env.ts";
import { takeFeedback } from "./feedback/route.ts";
import { unsubscribe } from "./feedback/unsubscribe.ts";
import { failed, Refusal } from "./problem.ts";
import { isLongEnough, minSecretBytes } from "./secrets.ts";
import { serverAccess } from "./server-api/access.ts";
import { postEvents } from "./server-api/events.ts";
import { putProfiles } from "./server-api/profiles.ts";
import { putState } from "./server-api/state.ts";
import type { Sites } from "./site/cache.ts";
import type { SiteKeys } from "./site/site-key.ts";

/** Of an endpoint: what its operators and its tool ask for. */
export { endpointReplays } from "./objects/endpoint/replays.ts";
export { endpointReports } from "./objects/endpoint/reports.ts";
export { testSend } from "./objects/endpoint/test-send.ts";
/** Of a person: what operators look at; what somebody must look at first, and what is said of it. */
export { asked } from "./objects/person/asked.ts";
/** The offers that a site counts: of whom they are asked, and by whom. */
export { askOffers } from "./objects/person/offers-asked.ts";
export { personReplays } from "./objects/person/replays.ts";
export { personReviews } from "./objects/person/reviews.ts";
/** Of a site: what it is told beside its file, and who may tell it. */
export { siteFeeds } from "./objects/site/feeds.ts";
export { siteOffers } from "./objects/site/offers.ts";
export { siteReviews } from "./objects/site/reviews.ts";
export { siteTokens } from "./objects/site/tokens.ts";

interface Parts {
  env: Env;
  clock: Clock;
  sites: Sites;
  keys: SiteKeys;
}

/** What no page asks for: operators, sites' servers and tools that report back, and whoever wants no more messages. Loaded with the first of them. */
export function operations({ env, clock, sites, keys }: Parts) {
  const secret = env.EDGE_SECRET ?? "";
  const app = new Hono<{ Bindings: Env }>();
  app.use("*", async (_c, next) => {
    if (!isLongEnough(secret)) throw new Refusal(503, `set the secret EDGE_SECRET to at least ${minSecretBytes} bytes`);
    await next();
  });
  const server = serverAccess(env, secret, sites);
  const putProfile = putProfiles(env);
  const takeEvents = postEvents(env);
  const takeState = putState(env);
  app.put("/v1/profiles/:user", async (c) => {
    const config = await server(c.req.raw);
    return c.json(await putProfile(c.req.raw, c.req.param("user"), config), 200, { "cache-control": "no-store" });
  });
  app.post("/v1/events", async (c) => {
    const config = await server(c.req.raw);
    return c.json(await takeEvents(c.req.raw, config), 202, { "cache-control": "no-store" });
  });
  app.put("/v1/sites/:key/state", async (c) => {
    const config = await server(c.req.raw);
    return c.json(await takeState(c.req.raw, c.req.param("key"), config), 200, { "cache-control": "no-store" });
  });
  const feedback = takeFeedback({ env, sites, now: clock.now, isIssued: keys.isIssued });
  app.post("/v1/feedback/:site/:destination", async (c) => {
    const { site, destination } = c.req.param();
    return c.json(await feedback(c.req.raw, site, destination), 200, { "cache-control": "no-store" });
  });
  const stopped = unsubscribe({ env, sites, now: clock.now });
  app.on(["GET", "POST"], "/u/:token", (c) => stopped(c.req.raw, c.req.param("token")));
  app.route("/v1/admin", admin(keys, secret));

  app.notFound(() => failed(new Refusal(404, "there is nothing at this path")));
  app.onError((error) => failed(error));
  return app;
}
