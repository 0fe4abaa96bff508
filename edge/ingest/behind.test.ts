import { beforeEach, expect, test } from "vitest";
import type { Batch } from "../../contract/wire.ts";
import { createApp } from "../app.ts";
import { systemClock } from "../clock.ts";
import { siteCache } from "../site/cache.ts";
import { batchOf, bindings, hesitation, origin, pushDemo } from "../test/edge.ts";

beforeEach(() => pushDemo());

const sites = siteCache(() => bindings.SITE, systemClock.now);
const edge = createApp(bindings, { clock: systemClock, sites, isBehind: () => true, knownKeys: ["pk_demo"] });

async function posted(batch: Batch): Promise<Response> {
  const headers = { "content-type": "text/plain", origin };
  const request = new Request(`${origin}/v1/batches`, { method: "POST", headers, body: JSON.stringify(batch) });
  return await edge.fetch(request, bindings, {} as ExecutionContext);
}

test("an edge that owes more than it can send tells the page to come again within seconds", async () => {
  const answer = await posted(batchOf(hesitation, { user: undefined }));
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(2);
  expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(4);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(await answer.json()).toMatchObject({ detail: "more is owed than can be sent just now" });
});

test("it takes a withdrawal all the same", async () => {
  expect((await posted(batchOf([], { user: undefined, consent: "denied" }))).status).toBe(202);
});
