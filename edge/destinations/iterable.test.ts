import { expect, test } from "vitest";
import { iterable } from "./iterable.ts";
import { iterableStandIn } from "./stand-in/iterable.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";

const key = "0123456789abcdef0123456789abcdef";
const parcel = (of = {}) => parcelOf(key, of, iterable);

test("a message becomes one event, in seconds, that a second attempt replaces by itself", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(iterableStandIn(key, kept));
  expect((await iterable.deliver(parcel(), call)).state).toBe("delivered");
  await iterable.deliver({ ...parcel(), nowMs: parcel().nowMs + 3_600_000 }, call);
  expect(requests[0]?.url).toBe("https://api.iterable.com/api/events/track");
  expect(requests[1]).toEqual(requests[0]);
  expect([...kept.values()]).toMatchObject([{ userId: "u-42", eventName: "Cusp Cart Exit", createdAt: 1_795_374_020 }]);
});

test("a project that knows people by address is told the address alone", async () => {
  const { call, bodies, requests } = calling(iterableStandIn(key));
  await iterable.deliver(parcel({ settings: { identify_by: "address", region: "eu" } }), call);
  expect(bodies()[0]).toMatchObject({ email: "someone@shop.example" });
  expect(bodies()[0]).not.toHaveProperty("userId");
  expect(new URL(requests[0]?.url ?? "").host).toBe("api.eu.iterable.com");
});

test("a claimed number names nobody here", async () => {
  const { call, requests } = calling(iterableStandIn(key));
  const message = messageOf({ identity: "claimed", phone: "+33612345678" }, { channel: "sms" });
  expect((await iterable.deliver(parcel({ message }), call)).state).toBe("failed");
  expect(requests).toEqual([]);
});

test("a 200 that says anything but Success is a failure", async () => {
  const { call } = calling(() => answer(200, { code: "InvalidUserIdError", msg: "no such user" }));
  expect(await iterable.deliver(parcel(), call)).toMatchObject({
    state: "failed",
    reason: '200 no such user ("InvalidUserIdError")',
  });
});
