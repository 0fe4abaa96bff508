import type { Context, MiddlewareHandler } from "hono";
import { type Env, objectName } from "../env.ts";
import { Refusal } from "../problem.ts";
import { isLongEnough, minSecretBytes, sameSecret } from "../secrets.ts";
import type { Role } from "../site/answers.ts";
import { type AdminTokens, digestOf } from "./token.ts";

export type AdminContext = Context<{ Bindings: Env }>;

/** `read`, `write` and `review` of one site; `root` is whoever holds ADMIN_TOKEN, and may do everything. */
export type Need = "read" | "write" | "review" | "root";

const may: Record<Role, readonly Need[]> = { read: ["read"], write: ["read", "write", "review"], review: ["review"], server: [] };

const siteNamed = (env: Env, key: string) => env.SITE.getByName(objectName(key, "site", key));
type SiteStub = ReturnType<typeof siteNamed>;

export interface Access {
  /** Stops whoever holds no token of this edge. */
  any: MiddlewareHandler<{ Bindings: Env }>;
  root: (c: AdminContext) => Promise<void>;
  /** The site of the path, or the one that is said, or the one that the token is for; and who asks. Or a refusal. */
  site: (c: AdminContext, need: Need, said?: string) => Promise<{ key: string; site: SiteStub; who: string }>;
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
    async site(c, need, said = c.req.param("key")) {
      const known = async (key: string) => {
        if (!(await isIssued(key)))
          throw new Refusal(404, "this edge did not make that site key; POST /v1/admin/sites makes one");
        return siteNamed(c.env, key);
      };
      if (await isRoot(c)) {
        if (said === undefined) throw new Refusal(422, "say which site, like ?site=pk_…", { pointer: "/site" });
        return { key: said, site: await known(said), who: "root" };
      }
      const { site: key, id } = await scoped(c);
      if (said !== undefined && said !== key) throw new Refusal(403, "this admin token is for another site");
      if (need === "root") throw new Refusal(403, rootOnly);
      const site = await known(key);
      const role = await site.role(id, await digestOf(given(c)));
      if (!role) throw new Refusal(401, "this admin token was revoked, or has expired");
      if (!may[role].includes(need)) throw new Refusal(403, `this admin token is to ${role}, not to ${need}`);
      return { key, site, who: id };
    },
  };
}
