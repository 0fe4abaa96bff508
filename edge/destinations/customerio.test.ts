import { expect, test } from "vitest";
import { customerio } from "./customerio.ts";
import { customerioTransactional } from "./customerio-transactional.ts";
import { customerioStandIn, customerioTransactionalStandIn } from "./stand-in/customerio.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";
import { ulid } from "./ulid.ts";

const secret = "0123456789abcdef:fedcba9876543210";
const parcel = (of = {}) => parcelOf(secret, of, customerio);

test("a message becomes one event of the person with that id, in seconds, with a ULID", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(customerioStandIn(secret, kept));
  expect((await customerio.deliver(parcel(), call)).state).toBe("delivered");
  expect(requests[0]?.url).toBe("https://track.customer.io/api/v1/customers/u-42/events");
  expect([...kept.values()]).toMatchObject([{ name: "Cusp Cart Exit", timestamp: 1_795_374_020, to: "u-42" }]);
});

test("a second attempt sends the same bytes and makes no second event", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(customerioStandIn(secret, kept));
  await customerio.deliver(parcel(), call);
  await customerio.deliver({ ...parcel(), nowMs: parcel().nowMs + 3_600_000 }, call);
  expect(requests[1]).toEqual(requests[0]);
  expect(kept.size).toBe(1);
});

test("a ULID begins with its time and differs with the UUID", () => {
  // As the ULID specification's own example writes its time.
  expect(ulid("cf597105-2fda-5ed6-a21a-84134bc37fa6", 1_469_918_176_385).slice(0, 10)).toBe("01ARYZ6S41");
  expect(ulid("cf597105-2fda-5ed6-a21a-84134bc37fa6", 1)).not.toBe(ulid("cf597105-2fda-5ed6-a21a-84134bc37fa7", 1));
});

test.each([
  ".",
  "..",
  "../merge_customers",
  "..%2fmerge_customers",
  "%2e%2e",
  "%2E%2E/",
  "u-42/../x",
  "x?y#z",
  "x#z",
  "x;y",
  "a/b",
  "a\\b",
  "..\\..",
  "\t..",
  "..\n",
  "",
  "é",
  "u 42",
])("an id like %j reaches no path at all", async (id) => {
  const { call, requests } = calling(customerioStandIn(secret));
  const outcome = await customerio.deliver(parcel({ message: messageOf({ id }, { channel: "push" }) }), call);
  expect(outcome).toMatchObject({ state: "failed", reason: expect.stringContaining("Customer.io") });
  expect(requests).toEqual([]);
});

test.each(["u-42", "...", ".a", "a..b", "@", "a:b", "a+b", "someone@shop.example", "_", "1".repeat(128)])(
  "an id like %j stays one segment of the path",
  async (id) => {
    const { call, requests } = calling(customerioStandIn(secret));
    await customerio.deliver(parcel({ message: messageOf({ id }, { channel: "push" }) }), call);
    expect(new URL(requests[0]?.url ?? "").pathname).toBe(`/api/v1/customers/${encodeURIComponent(id)}/events`);
  },
);

test("the region is that of the workspace", async () => {
  const { call, requests } = calling(customerioStandIn(secret));
  await customerio.deliver(parcel({ settings: { region: "eu" } }), call);
  expect(new URL(requests[0]?.url ?? "").host).toBe("track-eu.customer.io");
});

const key = "0123456789abcdef0123456789abcdef";
const direct = (of = {}) => parcelOf(key, of, customerioTransactional);

test("a transactional message goes to the address of the message, never to people who unsubscribed, and its delivery id comes back", async () => {
  const sent: Record<string, unknown>[] = [];
  const { call, requests } = calling(customerioTransactionalStandIn(key, sent));
  expect(await customerioTransactional.deliver(direct(), call)).toMatchObject({ state: "delivered", providerId: "dlv_1" });
  expect(requests[0]?.url).toBe("https://api.customer.io/v1/send/email");
  expect(sent).toMatchObject([
    {
      transactional_message_id: 12,
      to: "someone@shop.example",
      identifiers: { id: "u-42" },
      send_to_unsubscribed: false,
      queue_draft: false,
    },
  ]);
});

test("a transactional SMS goes to a number, a push to the devices of a person", async () => {
  const { call, bodies } = calling(customerioTransactionalStandIn(key));
  await customerioTransactional.deliver(direct({ message: messageOf({ phone: "+33612345678" }, { channel: "sms" }) }), call);
  await customerioTransactional.deliver(
    direct({ message: messageOf({}, { channel: "push" }), settings: { transactional_message_id: "cart" } }),
    call,
  );
  expect(bodies()).toMatchObject([{ to: "+33612345678" }, { transactional_message_id: "cart" }]);
  expect(bodies()[1]).not.toHaveProperty("to");
});

test("a transactional message without an address is not sent, a test person's stays a draft", async () => {
  const { call, bodies } = calling(customerioTransactionalStandIn(key));
  const { email: _, ...person } = messageOf().person;
  expect((await customerioTransactional.deliver(direct({ message: { ...messageOf(), person } }), call)).state).toBe("failed");
  await customerioTransactional.deliver(direct({ message: { ...messageOf(), live: false } }), call);
  expect(bodies()).toMatchObject([{ queue_draft: true }]);
});

test("after a lost answer nobody knows whether a transactional message went out", async () => {
  expect((await customerioTransactional.deliver(direct(), calling(() => answer(504)).call)).state).toBe("unknown");
  const lost = () => {
    throw new Error("reset");
  };
  await expect(customerioTransactional.deliver(direct(), calling(lost).call)).rejects.toThrow("reset");
});
