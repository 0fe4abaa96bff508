import { expect, test } from "vitest";
import { mandrill } from "./mandrill.ts";
import { mailMessage, mailParcel } from "./stand-in/mail-parcel.ts";
import { mandrillStandIn } from "./stand-in/mandrill.ts";
import { calling } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";

const key = "md-0123456789abcdefABCDEF";
const parcel = (of = {}) => mailParcel(key, mandrill, of);

test("a message becomes one mail that names itself and the way out", async () => {
  const { call, requests, bodies } = calling(mandrillStandIn({ key }));
  expect(await mandrill.deliver(parcel({ settings: { from: "hello@shop.example" } }), call)).toMatchObject({
    state: "delivered",
    providerId: "abc123abc123abc123abc123abc0010",
  });
  expect(requests[0]?.url).toBe("https://mandrillapp.com/api/1.0/messages/send");
  expect(JSON.stringify(requests[0]?.headers)).not.toContain(key);
  expect(bodies()[0].message).toMatchObject({
    from_email: "hello@shop.example",
    to: [{ email: "someone@shop.example", type: "to" }],
    headers: { "List-Unsubscribe": "<https://edge.example/u/9c1f>" },
    metadata: { cusp_message_id: mailMessage().message_id },
  });
});

test.each([
  ["hard-bounce", "suppressed"],
  ["unsub", "suppressed"],
  ["spam", "suppressed"],
  ["unsigned", "failed"],
  ["invalid-sender", "failed"],
  ["recalled", "failed"],
])("taken with 200 and rejected as %s: %s", async (reason, state) => {
  const { call } = calling(mandrillStandIn({ key, rejects: { "someone@shop.example": reason } }));
  expect(await mandrill.deliver(parcel(), call)).toMatchObject({ state, reason: expect.stringContaining(reason) });
});

test("an address that Mandrill cannot read is failed", async () => {
  const invalid = answer(200, [{ email: "x", status: "invalid", _id: "1" }]);
  expect(await mandrill.deliver(parcel(), async () => invalid)).toMatchObject({ state: "failed" });
});

test("its 500 is a refusal where it names one, and comes again where it does not", async () => {
  const { call } = calling(mandrillStandIn({ key }));
  expect(await mandrill.deliver({ ...parcel(), secret: "md-other" }, call)).toEqual({
    state: "failed",
    reason: "Mandrill: Invalid_Key",
  });
  const replied = (status: number, body?: unknown) => mandrill.deliver(parcel(), async () => answer(status, body));
  expect(await replied(500, { status: "error", name: "ServiceUnavailable" })).toMatchObject({ state: "again" });
  expect(await replied(500)).toMatchObject({ state: "again" });
  expect(await replied(504)).toMatchObject({ state: "unknown" });
});
