import fc from "fast-check";
import { expect, test } from "vitest";
import type { Adapter } from "./adapter.ts";
import { braze } from "./braze.ts";
import { customerio } from "./customerio.ts";
import { customerioTransactional } from "./customerio-transactional.ts";
import { hubspot, hubspotProperties } from "./hubspot.ts";
import { iterable } from "./iterable.ts";
import { klaviyo } from "./klaviyo.ts";
import { segment } from "./segment.ts";
import { brazeStandIn } from "./stand-in/braze.ts";
import { customerioStandIn, customerioTransactionalStandIn } from "./stand-in/customerio.ts";
import { hubspotStandIn } from "./stand-in/hubspot.ts";
import { iterableStandIn } from "./stand-in/iterable.ts";
import { klaviyoStandIn } from "./stand-in/klaviyo.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import type { Sent, StandIn } from "./stand-in/request.ts";
import { segmentStandIn } from "./stand-in/segment.ts";

const key = "0123456789abcdef";
const canvas = { canvas_id: "6c8f2a1e-cart" };
const noCanvas = { canvas_id: "" };
const defined = new Map([["pe12345_cusp_cart-exit", hubspotProperties]]);

// biome-ignore lint/suspicious/noExplicitAny: whatever a body holds
type Json = any;
const lists = (...all: Json[]) => all.flat().flatMap((one) => [one.external_id, one.external_user_id, one.email, one.phone]);
const inPath = ({ url }: Sent) => decodeURIComponent(new URL(url).pathname.split("/")[4] ?? "");

/** Each adapter, the vendor it meets, and everybody whom one of its requests names. */
const all: [string, Adapter, StandIn, Record<string, string>, (body: Json, sent: Sent) => unknown[]][] = [
  ["klaviyo", klaviyo, klaviyoStandIn(key), {}, (body) => Object.values(body.data.attributes.profile.data.attributes)],
  ["customerio", customerio, customerioStandIn(key), {}, (_, sent) => [inPath(sent)]],
  [
    "customerio send",
    customerioTransactional,
    customerioTransactionalStandIn(key),
    {},
    ({ to, identifiers }) => [to ?? identifiers.id],
  ],
  [
    "braze",
    braze,
    brazeStandIn(key),
    noCanvas,
    ({ events, attributes }) => [...new Set(lists(events, attributes).filter(Boolean))],
  ],
  ["braze canvas", braze, brazeStandIn(key), canvas, ({ recipients }) => lists(recipients)],
  ["iterable", iterable, iterableStandIn(key), {}, ({ userId, email }) => [userId, email]],
  ["hubspot", hubspot, hubspotStandIn(key, defined), {}, ({ email, objectId, utk }) => [email, objectId, utk]],
  ["segment", segment, segmentStandIn(key), {}, ({ batch }) => batch.flatMap((one: Json) => [one.userId, one.anonymousId])],
];

const address = fc.oneof(
  fc.constantFrom("a@x.example", "a@x.com, b@y.com", "N <a@x.com>", "a@x.com\r\nBcc: b@y.com", "", "+33612345678"),
  fc.emailAddress(),
  fc.string(),
);
const id = fc.oneof(fc.constantFrom("u-42", ".", "..", "../merge_customers", "%2e%2e", "x?y#z", "a,b", ""), fc.string());
const reserved = fc.constantFrom(
  "recipient",
  "from_address",
  "email",
  "to",
  "cc",
  "external_id",
  "userId",
  "broadcast",
  "identifiers",
);
const person = fc.record(
  {
    id,
    identity: fc.constantFrom("verified", "claimed", "anonymous"),
    email: address,
    phone: fc.oneof(fc.constantFrom("+33612345678", "+33612345678,+33612345679", ""), address),
    traits: fc.dictionary(fc.oneof(reserved, fc.string()), fc.oneof(address, fc.integer(), fc.boolean())),
  },
  { requiredKeys: ["id", "identity", "traits"] },
);

test.each(all)(
  "%s: whoever the person is, a request names exactly one, it is them, and a second attempt says the same",
  async (_, adapter, standIn, own, everybody) => {
    let requests = 0;
    const asserted = fc.asyncProperty(
      person,
      fc.constantFrom(...adapter.channels),
      fc.constantFrom("id", "address"),
      async (somebody, channel, identify_by) => {
        const { call, requests: sent, bodies } = calling(standIn);
        const message = messageOf({ ...somebody, identity: somebody.identity as "verified" }, { channel });
        const parcel = parcelOf(key, { message, settings: { ...own, identify_by } }, adapter);
        const outcome = await adapter.deliver(parcel, call);
        const [request] = sent;
        expect(sent.length).toBeLessThanOrEqual(1);
        expect(outcome.state).toBe(request ? "delivered" : "failed");
        if (!request) return;
        await adapter.deliver({ ...parcel, nowMs: parcel.nowMs + 3_600_000 }, call);
        expect(sent[1]).toEqual(request);
        requests++;
        const { email, phone } = message.person;
        const known = [message.person.id, channel === "email" && email, channel === "sms" && phone].filter(Boolean);
        const people = everybody(bodies()[0], request).filter((one) => one !== undefined);
        expect(people).toHaveLength(1);
        expect(known).toContain(people[0]);
        expect(
          adapter.hosts.some((host) =>
            (host instanceof RegExp ? host : { test: (h: string) => h === host }).test(new URL(request.url).host),
          ),
        ).toBe(true);
      },
    );
    await fc.assert(asserted, { numRuns: 400 });
    expect(requests).toBeGreaterThan(5);
  },
);
