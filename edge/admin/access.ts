import type { Context, MiddlewareHandler } from "hono";
import { type Env, objectName } from "../env.ts";
import { Refusal } from "../problem.ts";
import { isLongEnough, minSecretBytes, sameSecret } from "../secrets.ts";
import { type AdminTokens, digestOf } from "./token.ts";

export type AdminContext = Context<{ Bindings: Env }>;

/** `read` and `write` of one site; `root` is whoever holds ADMIN_TOKEN, and may do everything. */
export type Need = "read" | "write" | "root";

const siteNamed = (env: Env, key: string) => env.SITE.getByName(objectName(key, "site", key));
type SiteStub = ReturnType<typeof siteNamed>;

export interface Access {
  /** Stops whoever holds no token of this edge. */
  any: MiddlewareHandler<{ Bindings: Env }>;
  root: (c: AdminContext) => Promise<void>;
  /** The site of the path and who asks, or a refusal. */
  site: (c: AdminContext, need: Need) => Promise<{ key: string; site: SiteStub; who: string }>;
}

const rootOnly = "this takes the root token, ADMIN_TOKEN of the edge";

/** Who may do what. Nothing that is refused here for its form, seal or site reaches an object. */
export function access(tokens: AdminTokens, isIssued: (key: string) => Promise<boolean>): Access {
  const given = (c: AdminContext) => /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";

  async function isRoot(c: AdminContext): Promise<boolean> {
    const root = c.env.ADMIN_TOKEN ?? "";
    if (!isLongEnough(root))
      throw new Refusal(503, `set the secret ADMIN_TOKEN to at least ${minSecretBytes} bytes to open the admin API`);
    return await sameSecret(given(c), root);
  }

  async function scoped(c: AdminContext): Promise<{ site: string; id: string }> {
    const read = await tokens.read(given(c));
    if (!read) throw new Refusal(401, "the admin token is missing or wrong");
    return read;
  }

  return {
    async any(c, next) {
      if (!(await isRoot(c))) await scoped(c);
      await next();
    },
    async root(c) {
      if (!(await isRoot(c))) throw new Refusal(403, rootOnly);
    },
    async site(c, need) {
      const key = c.req.param("key") ?? "";
      const known = async () => {
        if (!(await isIssued(key)))
          throw new Refusal(404, "this edge did not make that site key; POST /v1/admin/sites makes one");
        return siteNamed(c.env, key);
      };
      if (await isRoot(c)) return { key, site: await known(), who: "root" };
      const { site: own, id } = await scoped(c);
      if (own !== key) throw new Refusal(403, "this admin token is for another site");
      if (need === "root") throw new Refusal(403, rootOnly);
      const site = await known();
      const role = await site.role(id, await digestOf(given(c)));
      if (!role) throw new Refusal(401, "this admin token was revoked, or has expired");
      if (need === "write" && role !== "write") throw new Refusal(403, "this admin token may read, not change");
      return { key, site, who: id };
    },
  };
}
