import { expect, test } from "vitest";
import { systemClock as clock } from "../../clock.ts";
import type { Env } from "../../env.ts";
import type { Addressed, Contact } from "../../profile/reach.ts";
import { newProfile, type Profile } from "../../profile/state.ts";
import { wordsOf } from "../../profile/words.ts";
import type { Purpose } from "../../site/schema/words.ts";
import { bindings } from "../../test/edge.ts";
import { siteOf } from "../../test/somebody.ts";
import { messageBudget } from "./budget.ts";
import { clearance } from "./clearance.ts";

const budget = messageBudget(() => bindings.SITE, clock);

const written = (limits = "") => `version: 1
site: pk_demo
origins: [https://shop.example]
identity: { claimed_addresses: true }
limits: { ${limits} }
messages:
  hint: { subject: Which one fits?, sms: { text: Which one fits? } }
`;

let seq = 0;
/** Somebody to whom a message is about to go. */
function somebody(channel: Addressed, contact: Partial<Contact>, purpose: Purpose = "service"): Profile {
  const optIn = { status: "granted", atMs: 1, source: "checkout" } as const;
  const sent = [{ seq: ++seq, atMs: clock.now(), message: "hint", channel, purpose, session: "s1" }];
  return { ...newProfile("pk_demo", "u-42", 0), user: "u-42", sent, reach: { [channel]: { by: "known", optIn, ...contact } } };
}

const site = siteOf(written());
const claimed = async (profile: Profile, config = site) =>
  await clearance(bindings, budget).claim(await config, profile, { seq, body: "{}" }, `msg_${seq}`);
const gateOf = async (...asked: Parameters<typeof claimed>) => (await claimed(...asked))?.gate ?? "ok";

test.each([
  "a@x.example, b@y.example",
  "a@x.example,b@y.example",
  "a@x.example; b@y.example",
  "a@x.example b@y.example",
  "Name <a@x.example>",
  "<a@x.example>",
  '"a, b"@x.example',
  "a@x.example\r\nBcc: b@y.example",
  "a@x.example\nb@y.example",
  "a@x.example\u0000",
  "a@x.example%0ab@y.example",
  " a@x.example",
  "A@x.example",
  "a@[127.0.0.1]",
  "a@x",
  "a@@x.example",
  "a(comment)@x.example",
  "group: a@x.example, b@y.example;",
  `${"a".repeat(250)}@x.example`,
  "mailto:a@x.example",
  "",
])("nothing goes to %j: it is not one plain address", async (address) => {
  expect(await gateOf(somebody("email", { address }))).toBe("unverified_address");
});

test.each([
  "+33 6 12 34 56 78",
  "0033612345678",
  "+33612345678,+33612345679",
  "+33612345678;ext=1",
  "33612345678",
  "+0612345678",
  "",
])("no text message goes to %j: it is not one number with its country", async (address) => {
  expect(await gateOf(somebody("sms", { address }))).toBe("unverified_address");
});

test("text messages go to the countries that the file names and to no other, and never to what costs a fortune", async () => {
  const to = async (address: string, sms_to = '"+49", "+1", "+87", "+88", "+97"') =>
    await gateOf(somebody("sms", { address }), siteOf(written(`sms_to: [${sms_to}]`)));
  expect(await to("+4915112345678")).toBe("ok");
  expect(await to("+33612345678")).toBe("country");
  expect(await to("+33612345678", "")).toBe("country");
  for (const code of ["+1900555123", "+87012345678", "+87812345678", "+88112345678", "+88212345678", "+88312345678"])
    expect(await to(code)).toBe("country");
  for (const code of ["+88812345678", "+97912345678"]) expect(await to(code)).toBe("country");
});

test("an address that a browser told gets one message a day, whatever the site's caps are", async () => {
  const config = siteOf(written("cap: { max: 5, per: 24h, purposes: [service] }"));
  const address = `${crypto.randomUUID()}@shop.example`;
  const [first, second] = [somebody("email", { address, by: "claimed" }), somebody("email", { address, by: "claimed" })];
  const said = [];
  for (const profile of [first, second]) {
    const [sent] = profile.sent ?? [];
    said.push(
      await clearance(bindings, budget).claim(await config, profile, { seq: sent?.seq ?? 0, body: "{}" }, `msg_${sent?.seq}`),
    );
  }
  expect(said).toEqual([undefined, expect.objectContaining({ gate: "address_cap" })]);
});

test("what a person's profile knows of an opt-in is recorded at the address, what a browser claims is not", async () => {
  const optIn = { status: "denied", atMs: 5, source: "page" } as const;
  const address = `${crypto.randomUUID()}@shop.example`;
  expect(await gateOf(somebody("email", { address, by: "claimed", optIn }))).toBe("ok");
  expect(await gateOf(somebody("email", { address, optIn }))).toBe("no_opt_in");
});

test("who declines does so for everybody at the address, though nothing more is sent to them", async () => {
  const address = `${crypto.randomUUID()}@shop.example`;
  const told = { opt_in: { email: { status: "denied", at: 5, source: "account" } } } as const;
  const had = { email: { address, by: "known" } } as const;
  await clearance(bindings, budget).told({ site: "pk_demo" }, wordsOf("u-42", had, told, clock.now()));
  expect(await gateOf(somebody("email", { address }))).toBe("no_opt_in");
});

test("once a message has reached nobody its place is free, and a place that cannot be given back is no secret", async () => {
  const config = siteOf(written("cap: { max: 1, per: 1d, purposes: [service] }"));
  const address = `${crypto.randomUUID()}@shop.example`;
  const lost = somebody("email", { address });
  const lostSeq = seq;
  const lostId = `msg_${lostSeq}`;
  expect(await gateOf(lost, config)).toBe("ok");
  expect(await gateOf(somebody("email", { address }), config)).toBe("address_cap");
  await clearance(bindings, budget).free(lost, lostSeq, lostId);
  expect(await gateOf(somebody("email", { address }), config)).toBe("ok");
  const ADDRESS = { getByName: () => ({ free: () => Promise.reject(new Error("unreachable")) }) } as unknown as Env["ADDRESS"];
  await expect(clearance({ ...bindings, ADDRESS }, budget).free(lost, lostSeq, lostId)).rejects.toThrow("unreachable");
});

test("where the address cannot be asked nothing is cleared: the attempt fails, and comes again", async () => {
  const ADDRESS = { getByName: () => ({ claim: () => Promise.reject(new Error("unreachable")) }) } as unknown as Env["ADDRESS"];
  const profile = somebody("email", { address: "a@x.example" });
  const asked = clearance({ ...bindings, ADDRESS }, budget).claim(await site, profile, { seq, body: "{}" }, "msg_1");
  await expect(asked).rejects.toThrow("unreachable");
});

test("what reports a moment goes to no address, and nothing is asked", async () => {
  const ADDRESS = { getByName: () => expect.unreachable() } as unknown as Env["ADDRESS"];
  const profile = somebody("email", { address: "a@x.example" });
  expect(
    await clearance({ ...bindings, ADDRESS }, budget).claim(await site, profile, { seq: seq + 1, body: "{}" }, "msg_1"),
  ).toBeUndefined();
});

test("attempts of one message take one share of the budget, and what the address refuses takes none", async () => {
  const config = await siteOf(written("budget: { max: 3, per: 1d, channels: [email], purposes: [transactional] }"));
  const clear = clearance(bindings, budget);
  const ask = async (profile: Profile, id: string) =>
    (await clear.claim(config, profile, { seq: profile.sent?.[0]?.seq ?? 0, body: "{}" }, id))?.gate ?? "ok";
  const address = (name: string) => ({ address: `${name}-${seq}@shop.example` });
  const first = somebody("email", address("first"), "transactional");
  for (let i = 0; i < 5; i++) expect(await ask(first, "msg_first")).toBe("ok");
  const denied = somebody(
    "email",
    { ...address("denied"), optIn: { status: "denied", atMs: 9, source: "account" } },
    "transactional",
  );
  for (let i = 0; i < 5; i++) expect(await ask(denied, `msg_denied_${i}`)).toBe("no_opt_in");
  expect(await ask(somebody("email", address("second"), "transactional"), "msg_second")).toBe("ok");
  expect(await ask(somebody("email", address("third"), "transactional"), "msg_third")).toBe("ok");
  expect(await ask(somebody("email", address("fourth"), "transactional"), "msg_fourth")).toBe("budget");
  expect(await ask(first, "msg_first")).toBe("ok");
});
