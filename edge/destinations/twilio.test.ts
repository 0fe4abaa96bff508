import { expect, test } from "vitest";
import type { Parcel } from "./adapter.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";
import { twilioStandIn } from "./stand-in/twilio.ts";
import { twilio } from "./twilio.ts";

const sid = "AC0123456789abcdef0123456789abcdef";
const token = "fedcba9876543210fedcba9876543210";
const report_to = "https://edge.example/v1/feedback/pk_demo/sms";

const message = (text = "Only 3 left.", phone = "+33612345678"): Parcel["message"] => {
  const made = messageOf({ phone }, { channel: "sms" });
  return { ...made, report_to, content: { ...made.content, sms: { text } } };
};
const parcel = (of: Partial<Parcel> = {}) => parcelOf(`${sid}:${token}`, { message: message(), ...of }, twilio);
const formOf = (request: { body: string | Uint8Array } | undefined) =>
  Object.fromEntries(new URLSearchParams(String(request?.body)));

test("a message becomes one SMS, whose reports name it and which is dropped when it is late", async () => {
  const { call, requests } = calling(twilioStandIn({ sid, token }));
  expect(await twilio.deliver(parcel(), call)).toMatchObject({ state: "delivered", providerId: `SM${"1".padStart(32, "0")}` });
  expect(requests[0]?.url).toBe(`https://api.twilio.com/2010-04-01/Accounts/${sid}/Messages.json`);
  expect(formOf(requests[0])).toEqual({
    To: "+33612345678",
    From: "+15005550006",
    Body: "Only 3 left.",
    StatusCallback: `${report_to}?cusp_message_id=${messageOf().message_id}`,
    ValidityPeriod: "899",
  });
});

test("a messaging service is named as one", async () => {
  const { call, requests } = calling(twilioStandIn({ sid, token }));
  const from = `MG${"0".repeat(32)}`;
  await twilio.deliver(parcel({ settings: { from } }), call);
  expect(formOf(requests[0])).toMatchObject({ MessagingServiceSid: from });
  expect(formOf(requests[0])).not.toHaveProperty("From");
});

test("what would wait longer than Twilio keeps it waits as long as it may", async () => {
  const { call, requests } = calling(twilioStandIn({ sid, token }));
  const late = { ...message(), send: { ...message().send, expires_at: "2026-11-25T19:00:00.000Z" } };
  await twilio.deliver(parcel({ message: late }), call);
  expect(formOf(requests[0]).ValidityPeriod).toBe("36000");
});

test("who answered STOP is suppressed", async () => {
  const { call } = calling(twilioStandIn({ sid, token, stopped: ["+33612345678"] }));
  expect(await twilio.deliver(parcel(), call)).toMatchObject({ state: "suppressed", reason: expect.stringContaining("21610") });
});

test("a refusal names Twilio's code, a failure inside a 201 is failed, a limit comes again", async () => {
  const { call } = calling(twilioStandIn({ sid, token }));
  expect(await twilio.deliver(parcel({ message: message("x".repeat(1700)) }), call)).toMatchObject({
    state: "failed",
    reason: "Twilio 21617",
  });
  const replied = (status: number, body: unknown, headers = {}) =>
    twilio.deliver(parcel(), async () => answer(status, body, headers));
  expect(await replied(201, { sid: "SM1", status: "failed" })).toMatchObject({ state: "failed" });
  expect(await replied(429, { code: 20429 }, { "retry-after": "3" })).toMatchObject({ state: "again", retryAfterMs: 3000 });
  expect(await replied(504, {})).toMatchObject({ state: "unknown" });
});
