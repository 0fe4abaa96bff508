import { integrity, version } from "../dist/script.js";
import type { Clock } from "./clock.ts";
import type { Env } from "./env.ts";
import { takeBatches } from "./ingest/batches.ts";
import { newVisitors } from "./ingest/new-visitors.ts";
import { userTokens } from "./ingest/user-tokens.ts";
import { failed } from "./problem.ts";
import { isLongEnough } from "./secrets.ts";
import type { Sites } from "./site/cache.ts";
import { knownSite } from "./site/known-site.ts";
import { identitySecretName } from "./site/secret-name.ts";
import { siteKeys } from "./site/site-key.ts";

const scripts: readonly string[] = ["cusp.js", "score.js", "vitals.js", "onsite.js"];
const asDeclared = { "x-content-type-options": "nosniff" };

/** A request's URL is absolute: after `https://` the first slash begins the path. */
const pathOf = ({ url }: Request): string => url.slice(url.indexOf("/", 8)).replace(/[?#].*$/s, "");

interface AppParts {
  clock: Clock;
  sites: Sites;
  isBehind: () => boolean;
  /** Site keys known without a seal: the demo's, nowhere else. */
  knownKeys?: readonly string[];
}

/** The Worker's HTTP side. */
export function createApp(env: Env, { clock, sites, isBehind, knownKeys = [] }: AppParts) {
  const secret = env.EDGE_SECRET ?? "";
  const isOpen = isLongEnough(secret);
  const keys = siteKeys(secret);
  const isIssued = async (key: string) => knownKeys.includes(key) || (await keys.isIssued(key));
  const siteOf = knownSite(isIssued, sites);
  const secretsOf = (site: string) => (env as unknown as Record<string, string | undefined>)[identitySecretName(site)];
  const vouchedFor = userTokens(secretsOf);
  const admit = newVisitors(() => env.SITE, clock);
  const batches = takeBatches({ clock, people: env.PERSON, siteOf, secret, vouchedFor, admit, isBehind });

  async function script(file: string, cacheControl: string, more: Record<string, string> = {}): Promise<Response> {
    const found = await env.SCRIPTS.fetch(`http://scripts/${file}`);
    const headers = {
      ...asDeclared,
      "content-type": "text/javascript; charset=utf-8",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": cacheControl,
      ...more,
    };
    return new Response(found.body, { status: found.status, headers });
  }

  async function settings(key: string, { headers: asked }: Request): Promise<Response> {
    const { etag: hash, settings } = await siteOf(key);
    const etag = `"${hash}"`;
    // The same bytes for everyone and no credentials: any page may read them.
    const headers = {
      ...asDeclared,
      etag,
      "cache-control": "public, max-age=60",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "etag",
    };
    // A proxy that compresses makes the tag a weak one.
    if (asked.get("if-none-match")?.replace(/^W\//, "") === etag) return new Response(null, { status: 304, headers });
    return new Response(settings, { headers: { ...headers, "content-type": "application/json" } });
  }

  /** What pages ask for. */
  async function toPage(path: string, request: Request): Promise<Response | undefined> {
    if (path === "/healthz") return Response.json({ ok: true, version }, { headers: asDeclared });
    const file = path.slice(1);
    if (scripts.includes(file)) return await script(file, "public, max-age=300");
    if (path === `/v/${version}/cusp.js`)
      return await script("cusp.pinned.js", "public, max-age=31536000, immutable", { "cusp-integrity": integrity });
    if (path === "/openapi.json")
      return await script("openapi.json", "public, max-age=300", { "content-type": "application/json" });
    const [, key] = /^\/v1\/sites\/([^/]+)$/.exec(path) ?? [];
    return key !== undefined && isOpen ? await settings(decodeURIComponent(key), request) : undefined;
  }

  let rest: Promise<(request: Request, env: Env, ctx: ExecutionContext) => Response | Promise<Response>> | undefined;
  const others = async () => {
    const { operations } = await import("./operations.ts");
    return operations({ env, clock, sites, keys: { ...keys, isIssued } }).fetch;
  };

  async function routed(request: Request, own: Env, ctx: ExecutionContext): Promise<Response> {
    try {
      const isGet = request.method === "GET" || request.method === "HEAD";
      const answer = isGet ? await toPage(pathOf(request), request) : undefined;
      if (answer) return request.method === "HEAD" ? new Response(null, answer) : answer;
      rest ??= others();
      return await (await rest)(request, own, ctx);
    } catch (error) {
      return failed(error);
    }
  }

  return {
    fetch: (request: Request, own: Env, ctx: ExecutionContext): Response | Promise<Response> =>
      isOpen && request.method === "POST" && pathOf(request) === "/v1/batches" ? batches(request) : routed(request, own, ctx),
  };
}
