import { expect, test } from "vitest";
import { braze } from "./braze.ts";
import { brazeStandIn } from "./stand-in/braze.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";

const key = "01234567-89ab-cdef-0123-456789abcdef";
const parcel = (of: Parameters<typeof parcelOf>[1] = {}) =>
  parcelOf(key, { ...of, settings: { canvas_id: "", app_id: "", ...of.settings } }, braze);

test("a message becomes one event, and what is kept of the person, in one request", async () => {
  const taken: Record<string, unknown>[] = [];
  const { call, requests } = calling(brazeStandIn(key, taken));
  expect((await braze.deliver(parcel(), call)).state).toBe("delivered");
  expect(requests[0]?.url).toBe("https://rest.fra-02.braze.eu/users/track");
  expect(taken).toMatchObject([
    {
      attributes: [{ external_id: "u-42", cusp_trigger: "cart-exit", cusp_score: 8.7 }],
      events: [{ external_id: "u-42", name: "Cusp Cart Exit", time: "2026-11-22T19:00:20.043Z" }],
    },
  ]);
});

test("with a Canvas the message starts it for exactly one person, and its dispatch id comes back", async () => {
  const { call, bodies, requests } = calling(brazeStandIn(key));
  const settings = { canvas_id: "6c8f2a1e-cart" };
  expect(await braze.deliver(parcel({ settings }), call)).toMatchObject({ state: "delivered", providerId: "dispatch-1" });
  expect(requests[0]?.url).toBe("https://rest.fra-02.braze.eu/canvas/trigger/send");
  expect(bodies()).toMatchObject([{ canvas_id: "6c8f2a1e-cart", broadcast: false, recipients: [{ external_user_id: "u-42" }] }]);
});

test("a Canvas without a person is not started: it would reach a whole segment", async () => {
  const { call, requests } = calling(brazeStandIn(key));
  const message = messageOf({ identity: "anonymous" });
  expect((await braze.deliver(parcel({ message, settings: { canvas_id: "6c8f2a1e-cart" } }), call)).state).toBe("failed");
  expect(requests).toEqual([]);
});

test("a claimed address is told as an address, not as a user", async () => {
  const { call, bodies } = calling(brazeStandIn(key));
  const message = messageOf({ identity: "claimed" });
  await braze.deliver(parcel({ message }), call);
  await braze.deliver(parcel({ message, settings: { canvas_id: "6c8f2a1e-cart" } }), call);
  expect(bodies()[0].events[0]).toMatchObject({ email: "someone@shop.example" });
  expect(bodies()[1].recipients[0]).toMatchObject({ email: "someone@shop.example" });
  expect(JSON.stringify(bodies())).not.toContain("u-42");
});

test.each([
  [
    201,
    { message: "success", events_processed: 1, errors: ["the event at index 0 is invalid"] },
    "201 the event at index 0 is invalid",
  ],
  [201, { message: "the time is invalid" }, "201 the time is invalid"],
  [201, { message: "success", events_processed: 0 }, "Braze knows no such person"],
  [400, { message: "Valid data must be provided" }, "400 Valid data must be provided"],
])("%i %j is a failure with its reason", async (status, body, reason) => {
  const outcome = await braze.deliver(parcel(), calling(() => answer(status, body)).call);
  expect(outcome).toMatchObject({ state: "failed", reason });
});

test("too many requests are made again when Braze says that its window ends", async () => {
  const { nowMs } = parcel();
  const reset = String(Math.floor(nowMs / 1000) + 30);
  const outcome = await braze.deliver(parcel(), calling(() => answer(429, undefined, { "x-ratelimit-reset": reset })).call);
  expect(outcome).toMatchObject({ state: "again", retryAfterMs: expect.closeTo(30_000, -4) });
});
