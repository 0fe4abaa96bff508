import type { Deliver } from "../../destinations/deliver.ts";
import type { Env } from "../../env.ts";
import type { Outcome } from "../../outbox/retry.ts";
import type { Sites } from "../../site/cache.ts";

interface Parts {
  env: Env;
  sites: Sites;
  deliver: Deliver;
  site: string;
  name: string;
}

/** One webhook that is about nobody: whether the address answers and takes the signature. */
export async function testSend({
  env,
  sites,
  deliver,
  site,
  name,
}: Parts): Promise<Outcome | { state: "not_sent"; why: string }> {
  const config = await sites.fresh(site);
  const destinations = config?.file.destinations ?? {};
  const destination = Object.hasOwn(destinations, name) ? destinations[name] : undefined;
  const not = (why: string) => ({ state: "not_sent" as const, why });
  if (!destination) return not("the site file has no such destination");
  if (destination.url === undefined) return not("a vendor takes messages to people only: use test_people with live: false");
  const secrets = (env as unknown as Record<string, unknown>)[destination.secret];
  if (typeof secrets !== "string") return not(`the secret ${destination.secret} is not set at the edge`);
  const id = `test_${crypto.randomUUID()}`;
  const data = { message_id: id, site, live: false, text: "This is a test. It is about nobody." };
  const body = JSON.stringify({ type: "webhook.test", timestamp: new Date().toISOString(), data });
  return await deliver({ destination, secrets, id, subscriptions: [] }, { body, attempt: 1 });
}
