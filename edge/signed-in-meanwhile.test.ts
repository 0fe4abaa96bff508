import { afterEach, expect, test, vi } from "vitest";
import type { Adapter } from "./destinations/adapter.ts";
import { adapters } from "./destinations/adapters.ts";
import { batchOf, bindings, hesitation, owed, post, pushDemo, receiver, runAlarm, skip, tokenOf } from "./test/edge.ts";

afterEach(() => vi.restoreAllMocks());

test("what had not left when its visitor signed in is sent by the user's object, to a vendor that would send it twice too", async () => {
  (adapters as Record<string, Adapter>).mandrill = {
    ...{ channels: ["email"], modes: ["event"], dedupes: false, secretLike: "whsec_…", secretPattern: /./, settings: {} },
    hosts: ["api.twice.example"],
    async deliver({ message }, call) {
      const body = JSON.stringify({ type: "message.send", data: message });
      await call({ url: "https://api.twice.example/send", headers: { "webhook-id": message.message_id }, body });
      return { state: "delivered" };
    },
  };
  const vendor = "other:\n    vendor: mandrill\n    channels: [email]\n    secret: DEST_PK_DEMO_OTHER\n";
  await pushDemo((yaml) => `${yaml.replace(/email:\n {4}url: (?:.*\n)*/, vendor)}identity: { claimed_addresses: true }\n`);
  const came = receiver();
  let isAsked = false;
  let mayFail = false;
  const asked = vi.spyOn(bindings.ADDRESS, "getByName").mockImplementation((() => ({
    async claim() {
      isAsked = true;
      while (!mayFail) await scheduler.wait(5);
      throw new Error("it cannot be reached");
    },
  })) as never);
  const email = `${crypto.randomUUID()}@shop.example`;
  const contact = { kind: "contact", email, opt_in: true, at: 20_001 } as const;
  const before = batchOf([...hesitation, contact], { user: undefined });
  expect((await post(before)).status).toBe(202);
  await vi.waitFor(() => expect(isAsked).toBe(true));
  asked.mockRestore();
  const id = `u-${crypto.randomUUID().slice(0, 8)}`;
  const { visitor, session } = before;
  const user = { id, token: await tokenOf(id, { email }) };
  expect((await post(batchOf([], { visitor, session, user }))).status).toBe(202);
  expect((await owed({ visitor, user })).rows).toHaveLength(1);
  mayFail = true;
  await vi.waitFor(async () => expect((await owed({ visitor, user })).rows).toMatchObject([{ state: "pending" }]));
  await skip(21_000);
  await runAlarm({ visitor, user });
  await vi.waitFor(() => expect(came).toHaveLength(1));
});
