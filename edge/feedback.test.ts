import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addressNames } from "./address-names.ts";
import { objectName } from "./env.ts";
import type { PersonObject } from "./objects/person.ts";
import {
  batchOf,
  bindings,
  call,
  type Hook,
  hesitation,
  now,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
} from "./test/edge.ts";

const secret = "whsec_ZmVlZGJhY2sgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE=";
const nameOf = addressNames(bindings.EDGE_SECRET ?? "");

/** One trigger by e-mail, then by text message; a reminder an hour later. */
const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
limits:
  cap: { max: 1, per: 24h, channels: [email], purposes: [marketing] }
  cooldown: { for: 48h, after: goal, purposes: [marketing] }
  sms_to: ["+33"]
triggers:
  lingering: { on: [hesitation], enter: { now: hint, later: hint }, class: contextual, re_entry: always, journey: help }
journeys:
  help:
    goal: { event: purchase, within: 1d }
    exit_on: [purchase, responded, unsubscribed]
    hold_while: none
    steps:
      - { id: hint, layer: immediate, from: moment, after: 0s, before: 15m, channels: [email, sms], fallback_on: [bounced, failed, suppressed], message: hint }
      - { id: again, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [sms], message: again }
messages:
  hint:
    purpose: marketing
    topic: plan-news
    subject: Which one fits?
    sms: { text: Which one fits? }
    action: { label: See plans, link: /pricing }
  again: { purpose: service, sms: { text: Still there }, action: { label: See plans, link: /pricing } }
destinations:
  email:
    url: "https://tool.example/hook"
    channels: [email, sms]
    secret: DEST_PK_DEMO_EMAIL
    feedback: { secret: DEST_PK_DEMO_EMAIL_FEEDBACK }
  other: { url: "https://other.example/hook", channels: [email, sms], secret: DEST_PK_DEMO_OTHER }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

const path = "/v1/feedback/pk_demo/email";

/** A tool's report as the tool would sign it. */
async function report(type: string, items: object[], { key = secret, id = `evt_${crypto.randomUUID()}`, to = path } = {}) {
  const body = JSON.stringify({ type: `message.${type}`, timestamp: new Date().toISOString(), data: items });
  const at = new Date(Math.floor((await now()) / 1000) * 1000);
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(at.getTime() / 1000),
    "webhook-signature": new Webhook(key).sign(id, at, body),
    "content-type": "application/json",
  };
  return call(to, { method: "POST", body, headers });
}

let events = 0;
const item = async (hook: Hook | undefined, more: object = {}) => ({
  event_id: `e-${++events}-${crypto.randomUUID()}`,
  message_id: hook?.id,
  at: new Date(await now()).toISOString(),
  ...more,
});

type Person = ReturnType<typeof batchOf>;
const mine = (came: Hook[], { session }: Person) => came.filter(({ text }) => text.includes(session.id));
const channelOf = (hook: Hook | undefined) => /"channel":"(\w+)"/.exec(hook?.text ?? "")?.[1];

/** Somebody who hesitated, and got the hint by e-mail. */
async function hinted() {
  const came = receiver();
  const batch = batchOf(hesitation);
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(() => expect(mine(came, batch)).toHaveLength(1));
  const [hint] = mine(came, batch);
  expect(channelOf(hint)).toBe("email");
  return { came, batch, hint };
}

const lines = async (batch: Person) =>
  (await personOf(batch).timeline({ limit: 100 }))?.lines.map(({ text }) => text).join("\n") ?? "";

const waits = (batch: Person, text: RegExp) => vi.waitFor(async () => expect(await lines(batch)).toMatch(text));

test("whatever is missing for feedback, the answer is one and the same 404", async () => {
  const answers = await Promise.all(
    ["/v1/feedback/pk_demo/nobody", "/v1/feedback/pk_nosuch/email", "/v1/feedback/pk_demo/constructor"].map((to) =>
      report("clicked", [{}], { to }),
    ),
  );
  const bodies = await Promise.all(answers.map(async (one) => `${one.status} ${await one.text()}`));
  expect(new Set(bodies).size).toBe(1);
  expect(bodies[0]).toMatch(/^404 /);
});

test("a report under another key, or of other bytes, is refused before it is read", async () => {
  const wrong = await report("clicked", [{ nonsense: true }], { key: "whsec_b3RoZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM=" });
  expect(wrong.status).toBe(401);
  expect((await call(path, { method: "POST", body: "{}" })).status).toBe(401);
});

test("a report says in plain words what became of a message, once however often it comes", async () => {
  const { batch, hint } = await hinted();
  const one = await item(hint);
  expect(await (await report("delivered", [one])).json()).toEqual({ taken: 1, repeated: 0, unmatched: [] });
  expect(await (await report("delivered", [one])).json()).toEqual({ taken: 0, repeated: 1, unmatched: [] });
  await waits(batch, /"hint" arrived/);
  expect((await lines(batch)).match(/"hint" arrived/g)).toHaveLength(1);
});

test("a human click ends the journey as an answer; an open, and a click by a program, do not", async () => {
  const { came, batch, hint } = await hinted();
  await report("opened", [await item(hint, { machine: true })]);
  await report("clicked", [await item(hint, { machine: true })]);
  await waits(batch, /clicked by a program/);
  await skip(3_700_000);
  await runAlarm(batch);
  await vi.waitFor(() => expect(mine(came, batch)).toHaveLength(2)); // the reminder: nothing ended

  const other = await hinted();
  await report("clicked", [await item(other.hint)]);
  await waits(other.batch, /was clicked/);
  await skip(3_700_000);
  await runAlarm(other.batch);
  expect(mine(other.came, other.batch)).toHaveLength(1);
});

test("what comes back for good goes on by text message, and its address gets nothing more", async () => {
  const { came, batch, hint } = await hinted();
  await report("bounced", [await item(hint, { channel: "email", bounce: { class: "soft", code: "4.2.2" } })]);
  await waits(batch, /came back for now/);
  expect(mine(came, batch)).toHaveLength(1);
  await report("bounced", [
    await item(hint, { channel: "email", bounce: { class: "hard", code: "5.1.1", reason: "no such user" } }),
  ]);
  await vi.waitFor(() => expect(mine(came, batch).map(channelOf)).toEqual(["email", "sms"]));
  expect(await lines(batch)).toMatch(/came back for good: no such user/);
  const address = bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", `${batch.user?.id}@shop.example`));
  const claim = { messageId: "m", channel: "email", purpose: "service", needsOptIn: false, mayBegin: true, caps: [] } as const;
  // The log, which knows the address, may be told a little later than the person.
  await vi.waitFor(async () => {
    await skip(60_000);
    await runDurableObjectAlarm(bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email")) as never);
    expect(await address.claim(claim)).toMatchObject({ ok: false, gate: "suppressed" });
  });
  // Feedback never lifts a suppression.
  await report("delivered", [await item(hint)]);
  await waits(batch, /arrived/);
  expect(await address.claim(claim)).toMatchObject({ ok: false, gate: "suppressed" });
});

test("what the tool held back gives the place under the cap back, at the address too", async () => {
  const { came, batch, hint } = await hinted();
  await report("suppressed", [await item(hint, { reason: "smart_sending" })]);
  await waits(batch, /held it back: smart_sending/);
  await vi.waitFor(() => expect(mine(came, batch).map(channelOf)).toEqual(["email", "sms"]));
  const address = bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", `${batch.user?.id}@shop.example`));
  const caps = [{ max: 1, perMs: 86_400_000, purposes: ["marketing" as const] }];
  const claim = { messageId: "m2", channel: "email", purpose: "marketing", needsOptIn: false, mayBegin: true, caps } as const;
  await vi.waitFor(async () => expect(await address.claim(claim)).toMatchObject({ ok: true }));
});

test("an order that a tool tells of ends the journey, reaches its goal and begins the cooldown, once for each order", async () => {
  const { came, batch, hint } = await hinted();
  const order = { id: "o-31", value: 110.33, currency: "EUR" };
  await report("converted", [await item(hint, { order }), await item(hint, { order })]);
  await waits(batch, /led to an order/);
  await skip(3_700_000);
  await runAlarm(batch);
  expect(mine(came, batch)).toHaveLength(1);
  expect(await lines(batch)).toMatch(/recovered|reached/i);

  const phone = { ...batchOf(hesitation, { user: batch.user }), visitor: crypto.randomUUID() };
  await post(phone);
  await vi.waitFor(async () => expect(await lines(batch)).toMatch(/not sent: reached the goal 1 h/));
  expect(mine(came, phone)).toHaveLength(0);
});

test("an opt-out is heeded however old it is, and of whichever message; it stops what is under way", async () => {
  const { came, batch, hint } = await hinted();
  const at = new Date((await now()) - 20 * 86_400_000).toISOString();
  await report("unsubscribed", [{ ...(await item(hint)), at }]);
  await waits(batch, /led to an unsubscribe/);
  await skip(3_700_000);
  await runAlarm(batch);
  expect(mine(came, batch)).toHaveLength(1);
});

test("an opt-out that names a message which the log has forgotten holds for the address it went to", async () => {
  const { batch, hint } = await hinted();
  const object = bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email"));
  await runInDurableObject(object as never, async (_endpoint, { storage: { sql } }) => {
    while (!sql.exec("DELETE FROM deliveries WHERE id = ?", hint?.id).rowsWritten) await scheduler.wait(20);
  });
  await report("unsubscribed", [await item(hint, { channel: "email" })]);
  const address = bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", `${batch.user?.id}@shop.example`));
  const claim = { messageId: "m", channel: "email", purpose: "marketing", needsOptIn: false, mayBegin: true, caps: [] } as const;
  await vi.waitFor(async () => expect(await address.claim(claim)).toMatchObject({ ok: false, gate: "unsubscribed" }));
});

test("an opt-out of an address that no message is known of holds for that address all the same", async () => {
  const batch = batchOf(hesitation);
  const recipient = `${batch.user?.id}@shop.example`;
  const event = { event_id: `e-${crypto.randomUUID()}`, at: new Date(await now()).toISOString(), channel: "email", recipient };
  const answer = await report("complained", [event]);
  expect(await answer.json()).toMatchObject({ taken: 1, unmatched: [event.event_id] });
  const address = bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", recipient));
  const claim = { messageId: "m", channel: "email", purpose: "marketing", needsOptIn: false, mayBegin: true, caps: [] } as const;
  await vi.waitFor(async () => expect(await address.claim(claim)).toMatchObject({ ok: false, gate: "suppressed" }));
});

test("a report that names no message finds it by the address it went to", async () => {
  const { batch } = await hinted();
  const endpoint = bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email"));
  const recipient = `${batch.user?.id}@shop.example`;
  const name = await nameOf("pk_demo", "email", recipient);
  await vi.waitFor(async () => expect(await endpoint.messagesTo(name, 0)).toHaveLength(1));
  const event = { event_id: `e-${crypto.randomUUID()}`, at: new Date(await now()).toISOString(), channel: "email", recipient };
  expect(await (await report("delivered", [event])).json()).toEqual({ taken: 1, repeated: 0, unmatched: [] });
  await waits(batch, /"hint" arrived/);
});

test("what mail servers quote of an address is told nowhere", async () => {
  const { batch, hint } = await hinted();
  const reason = `550 5.1.1 <${batch.user?.id}@shop.example>: user unknown`;
  await report("bounced", [await item(hint, { bounce: { class: "soft", code: "5.1.1", reason } })]);
  await waits(batch, /came back for now: 550 5\.1\.1/);
  const code = `550 <${batch.user?.id}@shop.example>`;
  await report("bounced", [await item(hint, { bounce: { class: "soft", code } })]);
  await waits(batch, /came back for now: 550 /);
  expect(await lines(batch)).not.toContain("shop.example");
});

test("a report of an address alone keeps none of it, not in the event's own id either; its tool is answered by that id", async () => {
  const recipient = `${crypto.randomUUID()}@shop.example`;
  const event = { event_id: `left:${recipient}:1`, at: new Date(await now()).toISOString(), channel: "email", recipient };
  expect(await (await report("unsubscribed", [event])).json()).toEqual({ taken: 1, repeated: 0, unmatched: [event.event_id] });
  expect(await (await report("unsubscribed", [event])).json()).toEqual({ taken: 0, repeated: 1, unmatched: [] });
  const object = bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email"));
  const found = await runInDurableObject(object as never, async (_endpoint, { storage: { sql } }) =>
    sql.exec("SELECT * FROM reports").toArray(),
  );
  expect(JSON.stringify(found)).not.toContain(recipient.slice(0, 36));
});

test("a report is about messages of its own site and destination alone", async () => {
  const { batch, hint } = await hinted();
  const said = async (of: { site: string; destination: string }) =>
    await personOf(batch).reported({
      id: crypto.randomUUID(),
      messageId: hint?.id ?? "",
      what: "clicked",
      atMs: await now(),
      of,
    });
  expect(await said({ site: "pk_other", destination: "email" })).toBe("unknown");
  expect(await said({ site: "pk_demo", destination: "other" })).toBe("unknown");
  expect(await lines(batch)).not.toMatch(/was clicked/);
  expect(await said({ site: "pk_demo", destination: "email" })).toBe("noted");
});

test("what is reported of a message before it is known is noted as soon as it is", async () => {
  const providerId = `p-${crypto.randomUUID()}`;
  const event = { event_id: crypto.randomUUID(), at: new Date(await now()).toISOString(), provider_id: providerId };
  expect(await (await report("delivered", [event])).json()).toEqual({ taken: 1, repeated: 0, unmatched: [event.event_id] });
  receiver(() => Response.json({ status: "accepted", provider_id: providerId }));
  const batch = batchOf(hesitation);
  await post(batch);
  await waits(batch, /"hint" arrived/);
  expect(await (await report("delivered", [event])).json()).toMatchObject({ repeated: 1 });
});

test("reports that come together are told in the order in which things happened", async () => {
  const { batch, hint } = await hinted();
  const atMs = await now();
  const busy = (n: number) => item(hint, { at: new Date(atMs - (4 - n) * 1000).toISOString(), reason: `try ${n}` });
  await report("deferred", await Promise.all([2, 3, 1].map(busy)));
  await vi.waitFor(async () => expect((await lines(batch)).match(/try \d/g)).toEqual(["try 3", "try 2", "try 1"]));
});

test("somebody who cannot be told just now is told later, and holds up nobody else", async () => {
  const [sick, well] = [await hinted(), await hinted()];
  const object = bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email"));
  let isSick = true;
  await runInDurableObject(personOf(sick.batch) as never, (person: PersonObject) => {
    const prototype = Object.getPrototypeOf(person) as PersonObject;
    const before = (of: PersonObject, one: Parameters<PersonObject["reported"]>[0]) => real.call(of, one);
    // oxlint-disable-next-line typescript/unbound-method -- called on the object it was taken from
    const real = prototype.reported;
    vi.spyOn(prototype, "reported").mockImplementation(async function (this: PersonObject, one) {
      if (isSick && one.messageId === sick.hint?.id) throw new Error("sick");
      return await before(this, one);
    });
  });
  const answer = await report("delivered", [await item(sick.hint), await item(well.hint)]);
  expect(await answer.json()).toEqual({ taken: 2, repeated: 0, unmatched: [] });
  await waits(well.batch, /"hint" arrived/);
  expect(await lines(sick.batch)).not.toMatch(/arrived/);
  isSick = false;
  await skip(21_000);
  await runDurableObjectAlarm(object as never);
  await waits(sick.batch, /"hint" arrived/);
  expect((await lines(sick.batch)).match(/arrived/g)).toHaveLength(1);
});

test("an opt-out from what the site has no name for is one from everything", async () => {
  const { batch, hint } = await hinted();
  await report("unsubscribed", [await item(hint, { topic: "group-4711", recipient: `${batch.user?.id}@shop.example` })]);
  const address = bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", `${batch.user?.id}@shop.example`));
  const claim = { messageId: "m", channel: "email", purpose: "marketing", needsOptIn: false, mayBegin: true, caps: [] } as const;
  await vi.waitFor(async () => expect(await address.claim(claim)).toMatchObject({ ok: false, gate: "unsubscribed" }));
});
