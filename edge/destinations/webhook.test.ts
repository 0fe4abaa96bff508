import { Webhook } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { expect, test } from "vitest";
import type { Send } from "./call.ts";
import { deliverBy } from "./deliver.ts";

const [oldKey, newKey] = [
  "whsec_dGhlIG9sZCBzZWNyZXQsIDMyIGJ5dGVzIGxvbmchIQ==",
  "whsec_dGhlIG5ldyBzZWNyZXQsIDMyIGJ5dGVzIGxvbmchIQ==",
];
const id = "msg_abc_1";
const body = JSON.stringify({ type: "message.send", data: { text: "é ☕" } });

interface Came {
  headers: Record<string, string>;
  text: string;
}

function receiving(answer: () => Response = () => new Response("{}")) {
  const came: Came[] = [];
  const send: Send = async (url, init) => {
    const request = new Request(url, init);
    came.push({ headers: Object.fromEntries(request.headers), text: await request.text() });
    return answer();
  };
  return { came, deliver: deliverBy(send, undefined) };
}

const to = (secrets: string, url = "https://tool.example/hook") => ({
  destination: { url, vendor: undefined, settings: {} },
  ...{ secrets, id, subscriptions: [] },
});

test("1: `standardwebhooks` and `svix` verify what is sent, and refuse it when a byte is changed", async () => {
  const { came, deliver } = receiving();
  await deliver(to(oldKey), { body, attempt: 1 });
  const [{ headers, text }] = came as [Came];
  for (const library of [new Webhook(oldKey), new Svix(oldKey)]) {
    expect(() => library.verify(text, headers)).not.toThrow();
    expect(() => library.verify(text.replace("msg", "nsg").replace("é", "e"), headers)).toThrow();
    expect(() => library.verify(text, { ...headers, "webhook-id": "msg_abc_2" })).toThrow();
    expect(() =>
      library.verify(text, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) + 1) }),
    ).toThrow();
  }
});

test("2, 3: on every attempt the same bytes under the same id, with the attempt's own time and number", async () => {
  const { came, deliver } = receiving();
  for (const attempt of [1, 2, 7]) await deliver(to(oldKey), { body, attempt });
  expect(new Set(came.map(({ text }) => text))).toEqual(new Set([body]));
  expect(new Set(came.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([id]));
  expect(came.map(({ headers }) => headers["cusp-attempt"])).toEqual(["1", "2", "7"]);
  for (const { headers } of came) expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1000)).toBeLessThan(3);
});

test("4: while a key is being replaced both sign, and whoever has either of them verifies", async () => {
  const { came, deliver } = receiving();
  await deliver(to(`${oldKey} ${newKey}`), { body, attempt: 1 });
  const [{ headers, text }] = came as [Came];
  expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const key of [oldKey, newKey]) {
    expect(() => new Webhook(key).verify(text, headers)).not.toThrow();
    expect(() => new Svix(key).verify(text, headers)).not.toThrow();
  }
});

test.each([
  [200, "{}", { state: "delivered" }],
  [202, "not JSON", { state: "delivered" }],
  [200, '{"status":"accepted","provider_id":"abc-1"}', { state: "delivered", providerId: "abc-1" }],
  [200, '{"status":"suppressed","reason":"unsubscribed there"}', { state: "suppressed", reason: "unsubscribed there" }],
  [200, '{"provider_id":"a b\\n"}', { state: "delivered" }],
  [409, "had it", { state: "delivered" }],
  [410, "", { state: "gone" }],
  [422, "", { state: "failed" }],
  [400, "", { state: "again" }],
  [301, "", { state: "again" }],
  [500, "", { state: "again" }],
])("an answer of %i with %s is %o", async (status, text, outcome) => {
  const { deliver } = receiving(() => new Response(text, { status }));
  const { answered, ...came } = await deliver(to(oldKey), { body, attempt: 1 });
  expect(came).toEqual(outcome);
  expect(answered?.status).toBe(status);
});

test.each([
  ["90", 90_000],
  [new Date(Date.now() + 90_000).toUTCString(), 90_000],
  ["soon", undefined],
  ["-5", undefined],
])("5: Retry-After %s is heard", async (written, ms) => {
  const { deliver } = receiving(() => new Response("", { status: 429, headers: { "retry-after": written } }));
  const outcome = await deliver(to(oldKey), { body, attempt: 1 });
  const asked = outcome.state === "again" ? outcome.retryAfterMs : -1;
  if (ms === undefined) expect(asked).toBeUndefined();
  else expect(Math.abs((asked ?? 0) - ms)).toBeLessThan(3000);
});

test("an address that leads inside has failed, with the reason, and is not tried again", async () => {
  const { came, deliver } = receiving();
  const outcome = await deliver(to(oldKey, "https://169.254.169.254/"), { body, attempt: 1 });
  expect(outcome).toEqual({
    state: "failed",
    reason: "the address of this destination must name a host, not an IP address",
  });
  expect(came).toEqual([]);
});

test("4: a secret that is no key is said to be none: nothing is sent by it, and the destination is not to blame", async () => {
  const { came, deliver } = receiving();
  for (const secrets of ["whsec_not base64", "whsec_", "", `${oldKey} whsec_abc`]) {
    const outcome = await deliver(to(secrets), { body, attempt: 1 });
    expect(outcome).toEqual({ state: "again", why: expect.stringContaining("whsec_") });
  }
  expect(came).toEqual([]);
});
