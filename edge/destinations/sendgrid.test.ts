import { expect, test } from "vitest";
import { sendgrid } from "./sendgrid.ts";
import { mailMessage, mailParcel } from "./stand-in/mail-parcel.ts";
import { calling } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";
import { sendgridStandIn } from "./stand-in/sendgrid.ts";

const key = "SG.0123456789abcdef012345.0123456789abcdef0123456789abcdef";
const parcel = (of = {}) => mailParcel(key, sendgrid, of);

test("a message becomes one mail that names itself and the way out", async () => {
  const { call, requests, bodies } = calling(sendgridStandIn(key));
  const settings = { from: "hello@shop.example", from_name: "The Shop" };
  expect(await sendgrid.deliver(parcel({ settings }), call)).toMatchObject({ state: "delivered", providerId: "sg-1" });
  expect(requests[0]?.url).toBe("https://api.sendgrid.com/v3/mail/send");
  const { message_id: cusp_message_id } = mailMessage();
  expect(bodies()[0]).toMatchObject({
    personalizations: [{ to: [{ email: "someone@shop.example" }], custom_args: { cusp_message_id } }],
    from: { email: "hello@shop.example", name: "The Shop" },
    headers: { "List-Unsubscribe": "<https://edge.example/u/9c1f>" },
  });
});

test("an account in the EU is asked in the EU", async () => {
  const { call, requests } = calling(sendgridStandIn(key));
  await sendgrid.deliver(parcel({ settings: { region: "eu" } }), call);
  expect(requests[0]?.url).toBe("https://api.eu.sendgrid.com/v3/mail/send");
});

test("what SendGrid refuses is failed and says why, what it has no time for comes again, what a gateway lost is unknown", async () => {
  const wrongKey = await sendgrid.deliver({ ...parcel(), secret: "SG.other" }, calling(sendgridStandIn(key)).call);
  expect(wrongKey).toMatchObject({ state: "failed", reason: expect.stringContaining("401") });
  const after = (status: number, headers = {}) => sendgrid.deliver(parcel(), async () => answer(status, undefined, headers));
  expect(await after(429, { "retry-after": "7" })).toMatchObject({ state: "again", retryAfterMs: 7000 });
  expect(await after(503)).toMatchObject({ state: "again" });
  expect(await after(504)).toMatchObject({ state: "unknown" });
});
