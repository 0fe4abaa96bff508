import { expect, test } from "vitest";
import { postmark } from "./postmark.ts";
import { mailMessage, mailParcel } from "./stand-in/mail-parcel.ts";
import { calling } from "./stand-in/parcel.ts";
import { postmarkStandIn } from "./stand-in/postmark.ts";
import { answer } from "./stand-in/request.ts";

const token = "0a129aee-e1cd-480d-b08d-4f48548ff48d";
const parcel = (of = {}) => mailParcel(token, postmark, of);

test("a message becomes one mail that names itself and the way out", async () => {
  const { call, requests, bodies } = calling(postmarkStandIn({ token }));
  const settings = { from: "hello@shop.example", from_name: "The Shop" };
  const providerId = "0a129aee-e1cd-480d-b08d-000000000001";
  expect(await postmark.deliver(parcel({ settings }), call)).toMatchObject({ state: "delivered", providerId });
  expect(requests[0]?.url).toBe("https://api.postmarkapp.com/email");
  expect(bodies()[0]).toMatchObject({
    From: '"The Shop" <hello@shop.example>',
    To: "someone@shop.example",
    Metadata: { cusp_message_id: mailMessage().message_id },
    Headers: [
      { Name: "List-Unsubscribe", Value: "<https://edge.example/u/9c1f>" },
      { Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click" },
    ],
  });
});

test("marketing goes through the broadcast stream, and nothing else does", async () => {
  const { call, bodies } = calling(postmarkStandIn({ token, streams: { news: "broadcast", outbound: "transactional" } }));
  const settings = { marketing_stream: "news" };
  for (const purpose of ["marketing", "service", "transactional"] as const)
    await postmark.deliver(parcel({ message: mailMessage({}, { purpose }), settings }), call);
  expect(bodies().map(({ MessageStream }) => MessageStream)).toEqual(["news", "outbound", "outbound"]);
});

test("a recipient whom Postmark will not send to is suppressed, and no log learns who it is", async () => {
  const { call } = calling(postmarkStandIn({ token, inactive: ["someone@shop.example"] }));
  const outcome = await postmark.deliver(parcel(), call);
  expect(outcome).toMatchObject({ state: "suppressed" });
  expect(JSON.stringify(outcome)).not.toContain("someone@");
});

test("a refusal is failed, inside a 200 too, and a gateway's answer is unknown", async () => {
  const replied = (status: number, body?: unknown) => postmark.deliver(parcel(), async () => answer(status, body));
  expect(await postmark.deliver({ ...parcel(), secret: "other" }, calling(postmarkStandIn({ token })).call)).toMatchObject({
    state: "failed",
  });
  expect(await replied(200, { ErrorCode: 300, Message: "Invalid 'From'" })).toMatchObject({
    state: "failed",
    reason: "Postmark: error 300",
  });
  expect(await replied(200, { ErrorCode: 406, Message: "inactive" })).toMatchObject({ state: "suppressed" });
  expect(await replied(500)).toMatchObject({ state: "again" });
  expect(await replied(502)).toMatchObject({ state: "unknown" });
});
