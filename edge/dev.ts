import { env as bindings } from "cloudflare:workers";
import { createApp } from "./app.ts";
import type { Clock } from "./clock.ts";
import type { Send } from "./destinations/call.ts";
import { lanes } from "./destinations/lanes.ts";
import { signIn } from "./dev-shopper.ts";
import { devStage } from "./dev-stage.ts";
import { devTimeline } from "./dev-timeline.ts";
import type { Env } from "./env.ts";
import { addressObject } from "./objects/address.ts";
import { endpointObject } from "./objects/endpoint.ts";
import { messageBudget } from "./objects/person/budget.ts";
import { isolateEndpoints } from "./objects/person/endpoints.ts";
import { type Arrival, personObject } from "./objects/person.ts";
import { siteObject } from "./objects/site.ts";
import { problem, Refusal } from "./problem.ts";
import { siteCache } from "./site/cache.ts";

/** The demo's entry: the production edge with a clock that can be moved, a receiver on this machine, and the shop in front of it. */
interface DevEnv extends Env {
  /** Plays the downstream tool: every destination's requests go here. */
  RECEIVER: Fetcher;
  /** The storefront's files. */
  SHOP: Fetcher;
  /** Set where visitors may be browsers that programs drive: those say that they are robots, and count like any other. */
  DRIVEN?: string;
  /** What the shop's own server signs its visitors in with. */
  IDENTITY_PK_DEMO: string;
}

const env = bindings as unknown as DevEnv;

let moved = { realAtMs: 0, atMs: 0, rate: 1 };
const virtual = (realMs: number) => moved.atMs + (realMs - moved.realAtMs) * moved.rate;
const clock: Clock = {
  now: () => Math.round(virtual(Date.now())),
  systemTime: (atMs) => Math.ceil(moved.realAtMs + (atMs - moved.atMs) / moved.rate),
};

const send: Send = (url, init) => env.RECEIVER.fetch(url, init);
/** What the panel changes holds at once: with each change, what this isolate knows of the site is older than it may be. */
let aheadMs = 0;
const sites = siteCache(
  () => env.SITE,
  () => Date.now() + aheadMs,
);
const { enter, isBehind } = lanes();
const people = new Set<string>();

export class Person extends personObject({
  clock,
  sites,
  budget: messageBudget(() => env.SITE, clock),
  endpoints: isolateEndpoints(() => env.ENDPOINT, clock),
  ...{ send, enter },
}) {
  constructor(ctx: DurableObjectState, own: Env) {
    super(ctx, own);
    if (ctx.id.name) people.add(ctx.id.name);
  }
  override take(text: string, arrival: Arrival) {
    return super.take(env.DRIVEN ? text.replace('"bot":true', '"bot":false') : text, arrival);
  }
}
export const Site = siteObject(clock);
export const Address = addressObject(clock);
export const Endpoint = endpointObject({ clock, sites, send });

const app = createApp(env, { clock, sites, isBehind, knownKeys: ["pk_demo"] });

const stage = devStage({
  door: async (request, ctx) => await app.fetch(request, env, ctx),
  adminToken: env.ADMIN_TOKEN ?? "",
  nowMs: clock.now,
  changed: () => {
    aheadMs += 10_001;
  },
});

const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === "number" && value >= least && value <= most;

/** A request of another site's page says so, one way or the other. */
function ofOwnPages(request: Request): void {
  const origin = request.headers.get("origin") ?? "";
  const from = request.headers.get("sec-fetch-site") ?? "none";
  if ((origin && origin !== new URL(request.url).origin) || (from !== "none" && from !== "same-origin"))
    throw new Refusal(403, "this answers the demo's own pages only");
}

async function moveClock(request: Request): Promise<Response> {
  const asked = await request.json<{ rate?: unknown; skip_ms?: unknown } | null>().catch(() => null);
  if (typeof asked !== "object" || asked === null) throw new Refusal(400, 'send JSON like {"skip_ms":20000}');
  const { rate = moved.rate, skip_ms = 0 } = asked;
  if (!isWithin(rate, 1, 100) || !isWithin(skip_ms, 0, 30 * 86_400_000))
    throw new Refusal(422, "rate is 1 to 100, skip_ms 0 to 30 days");
  const realAtMs = Date.now();
  moved = { realAtMs, atMs: virtual(realAtMs) + skip_ms, rate };
  await Promise.all([...people].map((name) => env.PERSON.getByName(name).rearm()));
  return Response.json(moved);
}

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  webm: "video/webm",
  json: "application/json",
};

/** A file of the shop, with clean addresses: `/pricing` is `pricing.html`. */
async function shopFile(path: string): Promise<Response> {
  const name = path === "/" ? "/index.html" : /\.\w+$/.test(path) ? path : `${path.replace(/\/$/, "")}.html`;
  const found = await env.SHOP.fetch(`http://shop${name}`);
  if (!found.ok) return problem(new Refusal(404, "the shop has no such page"));
  const type = types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return new Response(found.body, { headers: { "content-type": type, "cache-control": "no-store" } });
}

async function answer(request: Request, ctx: ExecutionContext): Promise<Response | undefined> {
  const { hostname, pathname, searchParams } = new URL(request.url);
  // A page elsewhere may have its own name point at this machine; ours are these two only.
  if (hostname !== "localhost" && hostname !== "127.0.0.1")
    return problem(new Refusal(421, "the demo answers to this machine only"));
  if (pathname.startsWith("/dev/")) ofOwnPages(request);
  if (pathname === "/dev/clock" && request.method === "POST") return await moveClock(request);
  if (pathname === "/dev/stage" && request.method === "POST") return await stage(request, ctx);
  if (pathname === "/dev/me") return await signIn(searchParams.get("id"), env.IDENTITY_PK_DEMO, clock.now());
  if (pathname === "/dev/timeline") return await devTimeline(env, searchParams);
  if (pathname === "/dev/clock.js") {
    const shim = await (await env.SHOP.fetch("http://shop/clock.js")).text();
    const headers = { "content-type": types.js as string, "cache-control": "no-store" };
    return new Response(`globalThis.__cuspClock=${JSON.stringify(moved)};\n${shim}`, { headers });
  }
  if (pathname.startsWith("/inbox/")) return await env.RECEIVER.fetch(request);
  if (/^\/(v1|v|u|healthz|(?:cusp|score|vitals|onsite)\.js|openapi\.json)(\/|$)/.test(pathname)) return undefined;
  return await shopFile(pathname);
}

export default {
  fetch: async (request, _env, ctx) => {
    try {
      return (await answer(request, ctx)) ?? (await app.fetch(request, env, ctx));
    } catch (error) {
      return problem(error instanceof Refusal ? error : new Refusal(500, "the demo failed"));
    }
  },
} satisfies ExportedHandler<DevEnv>;
