import { listDurableObjectIds } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { batchOf, bindings, post, pushDemo, skip } from "./test/edge.ts";

const max = 120;
const hour = 3_600_000;

beforeAll(() => pushDemo((yaml) => `${yaml}\nlimits: { new_visitors: { max: ${max}, per: 1h } }\n`));

const people = async () => (await listDurableObjectIds(bindings.PERSON as never)).length;
const calm = () => batchOf([{ kind: "page_view", url: "https://shop.example/", device: "desktop" }], { user: undefined });
const more = (batch: Batch, pass: string) => ({ ...batch, pass, signals: batch.signals.map((s) => ({ ...s, n: s.n + 1 })) });

test("10,000 invented visitors make no more objects than the budget; the rest are told when to come again, known ones are taken", async () => {
  const known = calm();
  const { pass } = await (await post(known)).json<{ pass: string }>();
  let refused = 0;
  for (let i = 1; i < 10_000; i += 500) {
    const answers = await Promise.all(Array.from({ length: Math.min(500, 10_000 - i) }, () => post(calm())));
    expect(answers.every((a) => a.status === 202 || a.status === 429)).toBe(true);
    refused += answers.filter((a) => a.status === 429 && Number(a.headers.get("retry-after")) > 0).length;
  }
  expect(await people()).toBe(max);
  expect(refused).toBe(10_000 - max);
  expect((await post(more(known, pass))).status).toBe(202);
}, 60_000);

test("the next window brings a new budget", async () => {
  expect((await post(calm())).status).toBe(429);
  await skip(hour);
  expect((await post(calm())).status).toBe(202);
});
