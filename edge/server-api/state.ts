import * as z from "zod";
import { askedFor } from "../admin/asked.ts";
import { type Env, objectName } from "../env.ts";
import { Refusal } from "../problem.ts";
import { agentsMs } from "../site/feeds/kinds.ts";
import type { SiteConfig } from "../site/site-config.ts";

export const body = z.strictObject({
  agents_online: z.int("must be a whole number").min(0, "must be 0 or more").max(100_000, "must be at most 100000"),
});

/** `PUT /v1/sites/:key/state`: who of the site is there now. It holds for a minute: a server that falls silent has nobody there. */
export function putState({ SITE }: Pick<Env, "SITE">) {
  return async (request: Request, key: string, { file: { site } }: SiteConfig): Promise<object> => {
    if (key !== site) throw new Refusal(403, "this server key is for another site");
    const { agents_online } = await askedFor(request, body);
    const { online, untilMs } = await SITE.getByName(objectName(site, "site", site)).setAgents(agents_online);
    return { agents_online: online, ttl_s: agentsMs / 1000, until: new Date(untilMs).toISOString() };
  };
}
