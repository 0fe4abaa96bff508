import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { objectName } from "../../env.ts";
import { bindings } from "../../test/edge.ts";
import { wakeBy } from "./wake.ts";

const object = (name: string) => bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", name));

test("of all that ask at once for the alarm, the earliest gets it", async () => {
  const soonMs = Date.now() + 20_000;
  const alarmAtMs = await runInDurableObject(object("woken") as never, async (_endpoint, { storage }) => {
    await Promise.all([soonMs + 3_600_000, soonMs, soonMs + 90 * 86_400_000].map((atMs) => wakeBy(storage, atMs)));
    return await storage.getAlarm();
  });
  expect(alarmAtMs).toBe(soonMs);
});
