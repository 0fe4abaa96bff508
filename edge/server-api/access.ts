import { adminTokens, digestOf } from "../admin/token.ts";
import { type Env, objectName } from "../env.ts";
import { Refusal } from "../problem.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";

/**
 * Whoever speaks for a site's server: a key that begins with `sk_`, never from a page. Without a key of this edge nothing is
 * looked up.
 */
export function serverAccess(env: Pick<Env, "SITE">, secret: string, sites: Sites) {
  const tokens = adminTokens(secret);
  return async ({ headers }: Request): Promise<SiteConfig> => {
    if (headers.get("origin") !== null)
      throw new Refusal(403, "a page may not use the server API: its key would be everybody's; call it from your server");
    const given = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const read = given.startsWith("sk_") ? await tokens.read(given) : undefined;
    const role =
      read && (await env.SITE.getByName(objectName(read.site, "site", read.site)).role(read.id, await digestOf(given)));
    if (!read || role !== "server")
      throw new Refusal(401, "send a server key, Authorization: Bearer sk_…; it is missing, wrong, revoked or expired");
    const config = await sites.bare(read.site);
    if (!config) throw new Refusal(409, "the site has no file yet: push one with `cusp push`");
    return config;
  };
}
