import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { systemClock } from "../clock.ts";
import { operations } from "../operations.ts";
import type { Sites } from "../site/cache.ts";
import { siteKeys } from "../site/site-key.ts";
import { batchOf, bindings, call, type Hook, hesitation, post, pushDemo, receiver } from "../test/edge.ts";
import { openApi } from "./document.ts";

interface Described {
  openapi: string;
  paths: Record<string, Record<string, object>>;
  webhooks: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
}

const served = async (): Promise<Described> => await (await call("/openapi.json")).json<Described>();

beforeEach(() => pushDemo());
afterEach(() => vi.restoreAllMocks());

test("what is served is what the schemas in force say", async () => {
  const answer = await call("/openapi.json");
  expect(answer.headers.get("content-type")).toBe("application/json");
  const { info, ...described } = (await answer.json()) as ReturnType<typeof openApi>;
  const { info: _info, ...now } = openApi(info.version);
  expect(described, "run `npm run build`").toEqual(JSON.parse(JSON.stringify(now)));
});

test("every route of the edge is described, and nothing else is", async () => {
  const { default: page } = await import("../app.ts?raw");
  const parts = { env: bindings, clock: systemClock, sites: {} as Sites, keys: siteKeys("a secret") };
  const routes = operations(parts).routes.filter(({ method }) => method !== "ALL");
  const other = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{.*?\}+)?(?=\/|$)/g, "{$1}")}`);
  const files = [...page.matchAll(/"(\w+\.js)"/g)].map(([, file]) => `GET /${file}`);
  const asked = [...page.matchAll(/path(?:Of\(request\))? === ["`](\/[^"`]+)["`]/g)].map(([, path = ""]) => path);
  const ofPages = asked.map((path) => `${path === "/v1/batches" ? "POST" : "GET"} ${path.replace(/\$(?=\{)/, "")}`);
  const all = [...other, ...ofPages, ...files, "GET /v1/sites/{key}"];

  const { paths } = await served();
  const described = Object.entries(paths).flatMap(([path, of]) => Object.keys(of).map((one) => `${one.toUpperCase()} ${path}`));
  expect(described.sort()).toEqual([...new Set(all)].sort());
});

/** The schema of a webhook as it is published: what an integrator's own validator is given. */
async function published(type: string): Promise<z.ZodType> {
  const { webhooks } = await served();
  return z.fromJSONSchema(webhooks[type]?.post.requestBody.content["application/json"]?.schema as never);
}

const mistakes = (schema: z.ZodType, body: unknown) => schema.safeParse(body).error?.issues ?? [];

test("what the edge sends has the shape that is published, and what lacks a field of it has not", async () => {
  await pushDemo((yaml) => yaml.replace("moments: [bounce]", "moments: [bounce, hesitation]"));
  const came: Hook[] = receiver();
  await post(batchOf(hesitation));
  await vi.waitFor(() => expect(came.map(({ body }) => body.type).sort()).toEqual(["message.send", "moment.detected"]));
  for (const { body } of came) {
    const schema = await published(body.type);
    expect(mistakes(schema, body)).toEqual([]);
    const { message_id: _id, ...rest } = body.data as Record<string, unknown>;
    expect(mistakes(schema, { ...body, data: rest })).not.toEqual([]);
    expect(mistakes(schema, { ...body, type: "message.other" })).not.toEqual([]);
  }
});
