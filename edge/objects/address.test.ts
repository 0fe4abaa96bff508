import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { addressNames } from "../address-names.ts";
import { objectName } from "../env.ts";
import { bindings } from "../test/edge.ts";
import type { Claim } from "./address/claim.ts";

const day = 86_400_000;
const nameOf = addressNames(bindings.EDGE_SECRET ?? "");
const addressOf = async (address: string) => bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", address));

const claim = (more: Partial<Claim> = {}): Claim => ({
  messageId: crypto.randomUUID(),
  channel: "email",
  purpose: "marketing",
  needsOptIn: true,
  optIn: { status: "granted", atMs: 1, source: "checkout" },
  caps: [{ max: 3, perMs: day, purposes: ["marketing"] }],
  mayBegin: true,
  person: objectName("pk_demo", "u", "u-42"),
  ...more,
});
const newAddress = () => addressOf(`${crypto.randomUUID()}@shop.example`);
const gateOf = (said: { ok: boolean; gate?: string }) => said.gate ?? "ok";

test("of fifty messages that ask at once three get a place", async () => {
  const address = await newAddress();
  const said = await Promise.all(Array.from({ length: 50 }, () => address.claim(claim())));
  expect(said.filter(({ ok }) => ok)).toHaveLength(3);
});

test("a message that asks again after a crash has its place already, and takes no other", async () => {
  const address = await newAddress();
  const first = claim();
  expect(await address.claim(first)).toEqual({ ok: true, had: false });
  await evictDurableObject(address as never);
  expect(await address.claim(first)).toEqual({ ok: true, had: true });
  expect(await address.claim({ ...first, mayBegin: false })).toEqual({ ok: true, had: true });
  const others = [await address.claim(claim()), await address.claim(claim()), await address.claim(claim())];
  expect(others.map(gateOf)).toEqual(["ok", "ok", "address_cap"]);
});

test("a message that reached nobody gives its place back", async () => {
  const address = await newAddress();
  const first = claim({ caps: [{ max: 1, perMs: day, purposes: ["marketing"] }] });
  await address.claim(first);
  expect(gateOf(await address.claim({ ...first, messageId: "another" }))).toBe("address_cap");
  await address.free(first.messageId);
  expect(gateOf(await address.claim({ ...first, messageId: "another" }))).toBe("ok");
});

test("what came back stops everything, a complaint all but what is owed, an unsubscribe marketing, a topic its own messages", async () => {
  const purposes = ["marketing", "service", "transactional"] as const;
  const stops = async (...suppress: [why: "bounced" | "complained" | "unsubscribed", topic?: string]) => {
    const address = await newAddress();
    await address.suppress(suppress[0], Date.now(), suppress[1]);
    const asked = purposes.map((purpose) => claim({ purpose, topic: "hints", needsOptIn: purpose === "marketing" }));
    const said = [];
    for (const one of asked) said.push(gateOf(await address.claim(one)));
    return said;
  };
  expect(await stops("bounced")).toEqual(["suppressed", "suppressed", "suppressed"]);
  expect(await stops("complained")).toEqual(["suppressed", "suppressed", "ok"]);
  expect(await stops("unsubscribed")).toEqual(["unsubscribed", "ok", "ok"]);
  expect(await stops("unsubscribed", "hints")).toEqual(["unsubscribed", "ok", "ok"]);
  expect(await stops("unsubscribed", "news")).toEqual(["ok", "ok", "ok"]);
});

test("a leave that is newer lifts an unsubscribe, never what came back or was complained about", async () => {
  for (const [why, after] of [
    ["unsubscribed", "ok"],
    ["bounced", "suppressed"],
    ["complained", "suppressed"],
  ] as const) {
    const address = await newAddress();
    await address.suppress(why, 1000);
    await address.record({ optIn: { status: "granted", atMs: 999, source: "old" }, off: [], on: [] });
    expect(gateOf(await address.claim(claim()))).toBe(why === "unsubscribed" ? why : "suppressed");
    await address.record({ optIn: { status: "granted", atMs: 1001, source: "account", proof: "text of May" }, off: [], on: [] });
    expect(gateOf(await address.claim(claim()))).toBe(after);
  }
});

test("a refusal told of one person stops what another's leave would let through, until a newer leave", async () => {
  const address = await newAddress();
  await address.record({ optIn: { status: "denied", atMs: 1000, source: "account" }, off: [], on: [] });
  expect(gateOf(await address.claim(claim()))).toBe("no_opt_in");
  expect(gateOf(await address.claim(claim({ purpose: "transactional", needsOptIn: false })))).toBe("no_opt_in");
  expect(gateOf(await address.claim(claim({ optIn: { status: "granted", atMs: 1001, source: "account" } })))).toBe("ok");
});

test("a leave dated into the future lifts no unsubscribe", async () => {
  const address = await newAddress();
  const optIn = { status: "granted", atMs: Date.now() + 365 * day, source: "wrong clock" } as const;
  expect(gateOf(await address.claim(claim({ optIn })))).toBe("ok");
  await address.suppress("unsubscribed", Date.now());
  expect(gateOf(await address.claim(claim({ optIn })))).toBe("unsubscribed");
});

test("an unsubscribe holds against leave that was told before it, though that is dated a little later", async () => {
  for (const topic of [undefined, "hints"]) {
    const address = await newAddress();
    const ahead = claim({ optIn: { status: "granted", atMs: Date.now() + 240_000, source: "fast clock" }, topic: "hints" });
    expect(gateOf(await address.claim(ahead))).toBe("ok");
    await address.suppress("unsubscribed", Date.now(), topic);
    expect(gateOf(await address.claim({ ...ahead, messageId: "another" }))).toBe("unsubscribed");
  }
});

test("topics that the site's server tells of hold for everybody at the address, until it tells otherwise", async () => {
  const address = await newAddress();
  await address.record({ off: ["hints"], on: [] });
  expect(gateOf(await address.claim(claim({ topic: "hints" })))).toBe("unsubscribed");
  expect(gateOf(await address.claim(claim({ topic: "news" })))).toBe("ok");
  await address.record({ off: ["news"], on: ["hints"] });
  expect(gateOf(await address.claim(claim({ topic: "hints" })))).toBe("ok");
  expect(gateOf(await address.claim(claim({ topic: "news" })))).toBe("unsubscribed");
});

test("what an address's object keeps does not say whose it is, and it knows the newest twenty who were written to", async () => {
  const address = await addressOf("whose@shop.example");
  const caps: Claim["caps"] = [];
  for (let i = 0; i < 25; i++) await address.claim(claim({ caps, person: objectName("pk_demo", "u", `u-${i}`) }));
  const kept = await runInDurableObject(address as never, (_object, { storage, id }) => [
    id.name,
    JSON.stringify([...storage.kv.list()]),
  ]);
  expect(kept.join()).not.toMatch(/whose|example/);
  expect(await address.people()).toEqual(Array.from({ length: 20 }, (_, i) => objectName("pk_demo", "u", `u-${24 - i}`)));
});
