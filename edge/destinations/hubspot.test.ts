import { expect, test } from "vitest";
import { hubspot, hubspotProperties } from "./hubspot.ts";
import { hubspotStandIn } from "./stand-in/hubspot.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";

const token = "pat-eu1-01234567-89ab";
const defined = new Map([["pe12345_cusp_cart-exit", hubspotProperties]]);
const parcel = (of = {}) => parcelOf(token, of, hubspot);

test("a message becomes one occurrence of its trigger's event, with texts only, once for its UUID", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(hubspotStandIn(token, defined, kept));
  expect((await hubspot.deliver(parcel(), call)).state).toBe("delivered");
  await hubspot.deliver({ ...parcel(), nowMs: parcel().nowMs + 3_600_000 }, call);
  expect(requests[1]).toEqual(requests[0]);
  expect([...kept.values()]).toMatchObject([
    {
      eventName: "pe12345_cusp_cart-exit",
      email: "someone@shop.example",
      uuid: parcel().uuid,
      occurredAt: "2026-11-22T19:00:20.043Z",
      properties: { cart_value: "104", live: "true" },
    },
  ]);
});

test("a long text is cut, a long link is left out", async () => {
  const { call, bodies } = calling(hubspotStandIn(token, defined));
  const message = messageOf();
  const content = { ...message.content, subject: "x".repeat(400), action: { url: `https://shop.example/?${"x".repeat(300)}` } };
  expect((await hubspot.deliver(parcel({ message: { ...message, content } }), call)).state).toBe("delivered");
  expect(bodies()[0].properties.subject).toHaveLength(256);
  expect(bodies()[0].properties).not.toHaveProperty("action_url");
});

test("an event that is not defined is a failure that says so", async () => {
  const { call } = calling(hubspotStandIn(token, new Map()));
  expect(await hubspot.deliver(parcel(), call)).toMatchObject({ state: "failed", reason: "400 No event type found" });
});
