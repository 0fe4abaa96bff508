import { expect, test } from "vitest";
import { resend } from "./resend.ts";
import { mailMessage, mailParcel } from "./stand-in/mail-parcel.ts";
import { calling } from "./stand-in/parcel.ts";
import { answer } from "./stand-in/request.ts";
import { resendStandIn } from "./stand-in/resend.ts";

const key = "re_0123456789abcdef";
const hourMs = 3_600_000;
const parcel = (of = {}) => mailParcel(key, resend, of);
const delivered = { state: "delivered", providerId: "49a3999c-0ce1-4ea6-ab68-000000000000" };

test("a message becomes one mail that names itself and the way out", async () => {
  const { call, requests, bodies } = calling(resendStandIn(key));
  expect(await resend.deliver(parcel({ settings: { from: "hello@shop.example" } }), call)).toMatchObject(delivered);
  expect(requests[0]).toMatchObject({
    url: "https://api.resend.com/emails",
    headers: { "idempotency-key": mailMessage().message_id },
  });
  expect(bodies()[0]).toMatchObject({
    from: "hello@shop.example",
    to: ["someone@shop.example"],
    headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    tags: [{ name: "cusp_message_id", value: mailMessage().message_id }],
  });
});

test("a second attempt is the same mail, however late in the day", async () => {
  const sent = new Map();
  const { call } = calling(resendStandIn(key, sent));
  await resend.deliver(parcel(), call);
  expect(await resend.deliver(parcel({ nowMs: parcel().decidedAtMs + 23 * hourMs }), call)).toMatchObject(delivered);
  expect(sent.size).toBe(1);
});

test("once Resend may have forgotten an earlier attempt nothing more is sent", async () => {
  const { call, requests } = calling(resendStandIn(key));
  expect(await resend.deliver(parcel({ nowMs: parcel().decidedAtMs + 24 * hourMs }), call)).toEqual({ state: "unknown" });
  expect(requests).toHaveLength(0);
});

test("with other settings than an attempt that was taken, nobody can say: never sent under another key", async () => {
  const sent = new Map();
  const { call } = calling(resendStandIn(key, sent));
  await resend.deliver(parcel(), call);
  expect(await resend.deliver(parcel({ settings: { from_name: "New Name" } }), call)).toEqual({ state: "unknown" });
  expect(sent.size).toBe(1);
});

test("two at once are told to come again; a wrong key is failed", async () => {
  const busy = answer(409, { statusCode: 409, name: "concurrent_idempotent_requests", message: "in progress" });
  expect(await resend.deliver(parcel(), async () => busy)).toEqual({ state: "again" });
  expect(await resend.deliver({ ...parcel(), secret: "re_other" }, calling(resendStandIn(key)).call)).toMatchObject({
    state: "failed",
  });
});
