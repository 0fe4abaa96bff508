import { beforeAll, expect, test } from "vitest";
import { mandrill } from "./mandrill.ts";
import { saidAtMs } from "./stand-in/said.ts";
import { tools, url } from "./stand-in/signed-as.ts";

let own: Awaited<ReturnType<typeof tools>>;
beforeAll(async () => {
  own = await tools();
});

const nowMs = saidAtMs + 60_000;
const s = saidAtMs / 1000;

async function told(events: unknown[], atMs = nowMs) {
  const signed = await own.sign.mandrill(JSON.stringify(events), atMs);
  return (await mandrill({ ...signed, url, nowMs: atMs }, own.secrets.mandrill)) ?? [];
}
const whats = async (event: object) =>
  (await told([event])).map(({ what, bounce }) => (bounce ? `${what} ${bounce.class}` : what));

const msg = { _id: "md-1", ts: s, email: "someone@shop.example", metadata: { cusp_message_id: "msg_a_1" } };
const about = { _id: "md-1", ts: s, msg };
const listed = { type: "blacklist", action: "add", ts: s };

test.each<[object, string[]]>([
  [{ ...about, event: "send" }, ["accepted"]],
  [{ ...about, event: "delivered" }, ["delivered"]],
  [{ ...about, event: "deferral" }, ["deferred"]],
  [{ ...about, event: "hard_bounce" }, ["bounced hard"]],
  [{ ...about, event: "soft_bounce" }, ["bounced soft"]],
  [{ ...about, event: "reject" }, ["suppressed"]],
  [{ ...about, event: "reject", msg: { ...msg, reject: { reason: "hard-bounce" } } }, ["suppressed", "bounced hard"]],
  [{ ...about, event: "open" }, ["opened"]],
  [{ ...about, event: "click", url: "https://shop.example/" }, ["clicked"]],
  [{ ...about, event: "spam" }, ["complained"]],
  [{ ...about, event: "unsub" }, ["unsubscribed"]],
  [{ ...about, event: "inbound" }, []],
  [{ ...listed, reject: { reason: "hard-bounce", email: msg.email } }, ["bounced hard"]],
  [{ ...listed, reject: { reason: "spam", email: msg.email } }, ["complained"]],
  [{ ...listed, reject: { reason: "unsub", email: msg.email } }, ["unsubscribed"]],
  [{ ...listed, reject: { reason: "soft-bounce", email: msg.email } }, []],
  [{ ...listed, action: "remove", reject: { reason: "unsub", email: msg.email } }, []],
  [{ ...listed, type: "whitelist", reject: { email: msg.email } }, []],
])("Mandrill: %j", async (event, expected) => {
  expect(await whats(event)).toEqual(expected);
});

test("of one message every kind of event counts, each once: its ids are those of messages", async () => {
  const events = ["send", "delivered", "open"].map((event) => ({ ...about, event }));
  const ids = (await told([...events, ...events])).map(({ eventId }) => eventId);
  expect(new Set(ids).size).toBe(3);
  expect(ids.slice(0, 3)).toEqual(ids.slice(3));
});

test("the code and the reason of a bounce are kept, and how it is found", async () => {
  const diag = "smtp;550 5.1.1 no such user";
  const [report] = await told([{ ...about, event: "hard_bounce", msg: { ...msg, bounce_description: "bad_mailbox", diag } }]);
  expect(report).toMatchObject({
    ...{ messageId: "msg_a_1", providerId: "md-1", recipient: msg.email, channel: "email", atMs: saidAtMs },
    bounce: { class: "hard", code: "bad_mailbox", reason: diag },
  });
});

test("what is older than its id is remembered says nothing but an opt-out, as Mandrill signs no time", async () => {
  const events = ["click", "delivered", "unsub"].map((event) => ({ ...about, event }));
  expect((await told(events, nowMs + 30 * 86_400_000)).map(({ what }) => what)).toEqual(["unsubscribed"]);
});

test("the empty request by which Mandrill tries an address is taken under its key for all, and nothing else is", async () => {
  const sign = async (events: string) => {
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode("test-webhook"),
      { name: "HMAC", hash: "SHA-1" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${url}mandrill_events${events}`));
    const headers = new Headers({ "x-mandrill-signature": btoa(String.fromCharCode(...new Uint8Array(mac))) });
    return await mandrill(
      { headers, url, nowMs, body: `${new URLSearchParams({ mandrill_events: events })}` },
      own.secrets.mandrill,
    );
  };
  expect(await sign("[]")).toEqual([]);
  expect(await sign(JSON.stringify([{ ...about, event: "unsub" }]))).toBeUndefined();
});
