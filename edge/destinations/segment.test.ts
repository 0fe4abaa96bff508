import { expect, test } from "vitest";
import { segment } from "./segment.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";
import { segmentStandIn } from "./stand-in/segment.ts";

const key = "0123456789abcdefghij";
const parcel = (of = {}) => parcelOf(key, of, segment);

test("a message becomes one event, and a second attempt sends the same bytes", async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const { call, requests } = calling(segmentStandIn(key, kept));
  expect((await segment.deliver(parcel(), call)).state).toBe("delivered");
  await segment.deliver({ ...parcel(), nowMs: parcel().nowMs + 3_600_000 }, call);
  expect(requests[0]?.url).toBe("https://api.segment.io/v1/batch");
  expect(requests[1]).toEqual(requests[0]);
  expect([...kept.values()]).toMatchObject([{ userId: "u-42", event: "Cusp Cart Exit", timestamp: "2026-11-22T19:00:20.043Z" }]);
});

test("Segment is told no address and no claimed person", async () => {
  const { call, requests } = calling(segmentStandIn(key));
  await segment.deliver(parcel(), call);
  expect(String(requests[0]?.body)).not.toContain("someone@shop.example");
  expect((await segment.deliver(parcel({ message: messageOf({ identity: "claimed" }) }), call)).state).toBe("failed");
  expect(requests).toHaveLength(1);
});

test("an anonymous visitor in a chat is an anonymous id", async () => {
  const { call, bodies } = calling(segmentStandIn(key));
  const message = messageOf({ id: "q7Zk", identity: "anonymous" }, { channel: "chat" });
  await segment.deliver(parcel({ message, settings: { region: "eu" } }), call);
  expect(bodies()[0].batch).toMatchObject([{ anonymousId: "q7Zk" }]);
});

test("a test person's event reaches no tool behind Segment", async () => {
  const { call, bodies } = calling(segmentStandIn(key));
  await segment.deliver(parcel({ message: { ...messageOf(), live: false } }), call);
  expect(bodies()[0].batch[0].integrations).toEqual({ All: false });
});

test("a 200 without success is a failure", async () => {
  const { call } = calling(() => answer(200, { success: false, message: "dropped" }));
  expect(await segment.deliver(parcel(), call)).toMatchObject({ state: "failed", reason: "200 dropped" });
});
