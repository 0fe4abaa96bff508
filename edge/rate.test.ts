import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { objectName } from "./env.ts";
import type { DeliveryLine } from "./site/answers.ts";
import { batchOf, bindings, hesitation, owed, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";
import { get, root, send } from "./test/site.ts";

const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
limits: { cap: { max: 50, per: 24h }, sms_to: ["+33"] }
triggers: { lingering: { on: [hesitation], band: now, message: hint } }
messages: { hint: { purpose: service, subject: Which one fits?, action: { label: See plans, link: /pricing } } }
destinations:
  email: { url: "https://mail.tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL, rate: { max: 2, per: 5m } }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

test("a destination gets no more messages than its rate; the others wait for their turn, and no attempt is used up", async () => {
  const came = receiver();
  await skip(5 * 60_000); // a stretch of which nothing is used
  const people = Array.from({ length: 6 }, () => batchOf(hesitation));
  for (const batch of people) expect((await post(batch)).status).toBe(202);
  const waiting = async () => {
    const rows = await Promise.all(people.map(async (batch) => (await owed(batch)).rows));
    return rows.flat().filter(({ state }) => state === "pending");
  };
  await vi.waitFor(async () => expect(await waiting()).toHaveLength(4));
  expect(came).toHaveLength(2);
  expect((await waiting()).map(({ attempt }) => attempt)).toEqual([0, 0, 0, 0]);

  for (const [stretch, sofar] of [
    [1, 4],
    [2, 6],
  ]) {
    await skip(5 * 60_000 + 6000);
    await Promise.all(people.map(runAlarm));
    await vi.waitFor(() => expect(came, `stretch ${stretch}`).toHaveLength(sofar as number));
  }
  expect(new Set(came.map(({ id }) => id)).size).toBe(6);
  expect(came.map(({ attempt }) => attempt)).toEqual(Array(6).fill("1"));
});

test("what an operator sends again keeps to the rate as well", async () => {
  let isWell = false;
  const came = receiver(() => new Response("", { status: isWell ? 200 : 422 }));
  const people = [];
  for (const _stretch of [1, 2]) {
    await skip(5 * 60_000);
    const two = [batchOf(hesitation), batchOf(hesitation)];
    people.push(...two);
    for (const batch of two) expect((await post(batch)).status).toBe(202);
    await vi.waitFor(() => expect(came).toHaveLength(people.length));
  }
  isWell = true;
  const ids = new Set(came.splice(0).map(({ id }) => id));
  await vi.waitFor(async () => {
    const { deliveries } = await get<{ deliveries: DeliveryLine[] }>("/sites/pk_demo/deliveries?destination=email&state=failed");
    expect(deliveries.filter(({ id }) => ids.has(id))).toHaveLength(4);
  });
  await skip(5 * 60_000);
  await send(root, "POST", "/sites/pk_demo/deliveries/replay", { destination: "email", state: "failed" });
  const rings = () => runDurableObjectAlarm(bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email")) as never);
  await rings();
  await rings();
  await vi.waitFor(() => expect(came).toHaveLength(2));
  await skip(5 * 60_000);
  await rings();
  await vi.waitFor(() => expect(came).toHaveLength(4));
});
