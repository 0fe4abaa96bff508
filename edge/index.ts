import { env as bindings } from "cloudflare:workers";
import { createApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import type { Send } from "./destinations/call.ts";
import { lanes } from "./destinations/lanes.ts";
import type { Env } from "./env.ts";
import { addressObject } from "./objects/address.ts";
import { endpointObject } from "./objects/endpoint.ts";
import { messageBudget } from "./objects/person/budget.ts";
import { isolateEndpoints } from "./objects/person/endpoints.ts";
import { personObject } from "./objects/person.ts";
import { siteObject } from "./objects/site.ts";
import { siteCache } from "./site/cache.ts";

const env = bindings as unknown as Env;
const clock = systemClock;
const send: Send = (url, init) => fetch(url, init);
const sites = siteCache(
  () => env.SITE,
  clock.now,
  () => env.SITES,
);
const { enter, isBehind } = lanes();

export const Person = personObject({
  clock,
  sites,
  budget: messageBudget(() => env.SITE, clock),
  endpoints: isolateEndpoints(() => env.ENDPOINT, clock),
  ...{ send, enter },
});
export const Site = siteObject(clock);
export const Address = addressObject(clock);
export const Endpoint = endpointObject({ clock, sites, send });

const app = createApp(env, { clock, sites, isBehind });
export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
