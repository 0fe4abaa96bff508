import { expect, test } from "vitest";
import { deliveries } from "./deliveries.ts";
import { testEdge } from "./test-edge.ts";

const at = testEdge();
const site = "pk_test";
const nowMs = Date.UTC(2026, 4, 1, 9, 30);
const now = () => nowMs;
const of = () => ({ site, edge: at.edge });

const line = {
  ...{ id: "msg_a_1", destination: "email", type: "message.send", person: "u-42", channel: "email", message: "hint" },
  ...{ state: "failed", at: nowMs - 60_000, last_at: nowMs - 50_000, attempts: 2, status: 422, text: "no such list\u001b[2J" },
};

test("the log is listed with how long ago, what came of it and why, and says how to go on", async () => {
  at.answer(() => ({ body: { deliveries: [line], next: "12.msg_a_1" } }));
  await deliveries(undefined, undefined, { ...of(), state: "failed", destination: "email", since: "2h" }, now);
  expect(at.asked[0]).toMatchObject({
    method: "GET",
    url: `/v1/admin/sites/pk_test/deliveries?destination=email&state=failed&from=${nowMs - 7_200_000}`,
  });
  expect(at.printed).toEqual([
    " 1 min ago  failed (422, 2 attempts)  hint by email to u-42 at email  no such list [2J\n            msg_a_1",
    "There is more: --before 12.msg_a_1",
  ]);
});

test("one message is shown with its attempts", async () => {
  const tried = [
    { attempt: 1, at: nowMs - 60_000, took_ms: 12, state: "again", status: 503, text: "busy" },
    { attempt: 2, at: nowMs - 50_000, took_ms: 9, state: "failed", status: 422 },
  ];
  at.answer(() => ({ body: { ...line, tried } }));
  await deliveries("show", "msg_a_1", of(), now);
  expect(at.asked[0]?.url).toBe("/v1/admin/sites/pk_test/deliveries/msg_a_1");
  expect(at.printed.slice(1)).toEqual(["  1. 1 min ago, 12 ms: again (503)  busy", "  2. 50 s ago, 9 ms: failed (422)"]);
});

test("a message is sent again by its id, many by destination and state or time, never all by mistake", async () => {
  at.answer(({ url }) => ({
    body: url.endsWith("/deliveries/replay")
      ? { replaying: 12 }
      : { id: "msg_a_1", destination: "email", attempt: 3, state: "delivered", status: 200 },
  }));
  await deliveries("replay", "msg_a_1", of(), now);
  await deliveries("replay", undefined, { ...of(), destination: "email", state: "failed" }, now);
  expect(at.asked.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["POST", "/v1/admin/sites/pk_test/deliveries/msg_a_1/replay", ""],
    ["POST", "/v1/admin/sites/pk_test/deliveries/replay", '{"destination":"email","state":"failed"}'],
  ]);
  expect(at.printed).toEqual(["msg_a_1, attempt 3: delivered (200)", "12 messages to email are sent again"]);
  await expect(deliveries("replay", undefined, { ...of(), destination: "email" }, now)).rejects.toThrow("--state failed");
});

test.each([
  ["test", { destination: "email", state: "delivered", status: 200 }, "test to email: delivered (200)"],
  [
    "disable",
    { destination: "email", state: "disabled", why: "somebody disabled it", deliveries: {} },
    "email  disabled: somebody disabled it",
  ],
  ["release", { released: 3, more: false }, "3 messages go out, each if it is not stopped meanwhile"],
])("`%s` is done at a destination that must be named", async (deed, body, printed) => {
  at.answer(() => ({ body }));
  await deliveries(deed, "email", of(), now);
  expect(at.asked[0]).toMatchObject({ method: "POST", url: `/v1/admin/sites/pk_test/destinations/email/${deed}` });
  expect(at.printed).toEqual([printed]);
  await expect(deliveries(deed, undefined, of(), now)).rejects.toThrow(`cusp deliveries ${deed} DESTINATION`);
});

test("who enables a destination is told what is held for it", async () => {
  at.answer(() => ({ body: { destination: "email", state: "well", deliveries: { held: 4, delivered: 9 } } }));
  await deliveries("enable", "email", of(), now);
  expect(at.printed).toEqual([
    "email  well  4 held, 9 delivered",
    "4 messages are held: `cusp deliveries release email` sends them",
  ]);
});

test("what it does not know it does not do", async () => {
  await expect(deliveries("erase", "email", of(), now)).rejects.toThrow("list, show, replay, endpoints");
});
