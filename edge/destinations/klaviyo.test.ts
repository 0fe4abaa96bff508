import { expect, test } from "vitest";
import { klaviyo } from "./klaviyo.ts";
import { klaviyoStandIn } from "./stand-in/klaviyo.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";

const key = "pk_0123456789abcdef";
const parcel = (of = {}) => parcelOf(key, of, klaviyo);

test("a message becomes one event of the person with that address", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(klaviyoStandIn(key, kept));
  expect((await klaviyo.deliver(parcel(), call)).state).toBe("delivered");
  expect(requests[0]?.url).toBe("https://a.klaviyo.com/api/events");
  expect([...kept.values()]).toMatchObject([
    {
      unique_id: messageOf().message_id,
      time: "2026-11-22T19:00:20.043Z",
      value: 104,
      value_currency: "EUR",
      backfill: false,
      metric: { data: { attributes: { name: "Cusp Cart Exit" } } },
      profile: { data: { attributes: { email: "someone@shop.example" } } },
    },
  ]);
});

test("a second attempt sends the same bytes and makes no second event", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(klaviyoStandIn(key, kept));
  await klaviyo.deliver(parcel(), call);
  await klaviyo.deliver({ ...parcel(), nowMs: parcel().nowMs + 3_600_000 }, call);
  expect(requests[1]).toEqual(requests[0]);
  expect(kept.size).toBe(1);
});

test("a test person's message is recorded without starting a flow", async () => {
  const { call, bodies } = calling(klaviyoStandIn(key));
  await klaviyo.deliver(parcel({ message: { ...messageOf(), live: false } }), call);
  expect(bodies()[0].data.attributes.backfill).toBe(true);
});

test("a person is known by number for an SMS, by id for a push or where the site says so", async () => {
  const { call, bodies } = calling(klaviyoStandIn(key));
  await klaviyo.deliver(parcel({ message: messageOf({ phone: "+33612345678" }, { channel: "sms" }) }), call);
  await klaviyo.deliver(parcel({ message: messageOf({}, { channel: "push" }) }), call);
  await klaviyo.deliver(parcel({ settings: { identify_by: "id" } }), call);
  const profiles = bodies().map(({ data }) => data.attributes.profile.data.attributes);
  expect(profiles).toEqual([{ phone_number: "+33612345678" }, { external_id: "u-42" }, { external_id: "u-42" }]);
});

test("a wrong key is told as a failure, too many requests as a wait", async () => {
  const refused = await klaviyo.deliver(parcel(), calling(klaviyoStandIn("pk_another_one")).call);
  expect(refused).toMatchObject({ state: "failed", reason: "401 Incorrect authentication credentials." });
  const slow = calling(() => answer(429, undefined, { "retry-after": "12" }));
  expect(await klaviyo.deliver(parcel(), slow.call)).toMatchObject({ state: "again", retryAfterMs: 12_000 });
});
