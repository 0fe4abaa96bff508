import { expect, test } from "vitest";
import type { Contact, OptIn, Reach } from "../profile/reach.ts";
import type { Message } from "../site/schema/messages.ts";
import type { Channel, Purpose } from "../site/schema/words.ts";
import { unreached } from "./reachable.ts";

const optIn: OptIn = { status: "granted", atMs: 0, source: "checkout" };
const mailbox: Contact = { address: "somebody@mail.example", by: "known", optIn };
const { optIn: _none, ...noLeave } = mailbox;

interface Asked {
  user?: string | undefined;
  claimed?: boolean;
  message?: Partial<Message>;
}

/** What stops a message of each purpose: marketing, service, transactional. */
function stops(channel: Channel, reach: Reach, { claimed = false, message = {}, ...asked }: Asked = {}) {
  const file = { identity: { claimed_addresses: claimed }, destinations: {} } as never;
  const user = "user" in asked ? asked.user : "u-42";
  return (["marketing", "service", "transactional"] as Purpose[]).map((purpose) => {
    const lacks = unreached({ file }, { ...(user && { user }), reach }, channel, {
      topic: "news",
      ...message,
      purpose,
    } as Message);
    return lacks ? `${lacks.gate}${lacks.waits ? ", waits" : ""}` : "goes";
  });
}

const all = (one: string) => [one, one, one];

test("who has an address and said yes is written to; without a yes only what is no advertising goes", () => {
  expect(stops("email", { email: mailbox })).toEqual(all("goes"));
  expect(stops("email", { email: noLeave })).toEqual(["no_opt_in, waits", "goes", "goes"]);
  expect(stops("sms", { sms: { ...noLeave, address: "+33612345678" } })).toEqual(["no_opt_in, waits", "goes", "goes"]);
});

test("without an address, or on a site that nobody vouches at, the message waits for one", () => {
  expect(stops("email", {})).toEqual(all("unreachable, waits"));
  expect(stops("sms", { email: mailbox })).toEqual(all("unreachable, waits"));
  expect(stops("email", { email: { by: "known", optIn } })).toEqual(all("unreachable, waits"));
});

test("A1: an address that only a browser told is not written to, unless the site says so", () => {
  const claimed: Contact = { ...mailbox, by: "claimed" };
  expect(stops("email", { email: claimed })).toEqual(all("unverified_address, waits"));
  expect(stops("email", { email: claimed }, { claimed: true })).toEqual(all("goes"));
  expect(stops("push", { push: { by: "claimed", optIn } }, { claimed: true })).toEqual(all("unverified_address, waits"));
});

test("a push needs a device that was let in, and a user whom its tool knows", () => {
  const push: Contact = { by: "known", optIn };
  expect(stops("push", { push })).toEqual(all("goes"));
  expect(stops("push", { push }, { user: undefined })).toEqual(all("unreachable, waits"));
  expect(stops("push", { push: { by: "known" } })).toEqual(all("no_opt_in, waits"));
  expect(stops("push", { email: mailbox })).toEqual(all("unreachable, waits"));
});

test("a no, a mailbox that does not exist, a complaint, an unsubscribe: each stops what it is about, for good", () => {
  const no: OptIn = { status: "denied", atMs: 1, source: "account" };
  expect(stops("email", { email: { ...mailbox, optIn: no } })).toEqual(all("no_opt_in"));
  expect(stops("email", { email: { ...mailbox, suppressed: "bounced" } })).toEqual(all("suppressed"));
  expect(stops("email", { email: { ...mailbox, suppressed: "complained" } })).toEqual(["suppressed", "suppressed", "goes"]);
  expect(stops("email", { email: { ...mailbox, suppressed: "unsubscribed" } })).toEqual(["unsubscribed", "goes", "goes"]);
  expect(stops("email", { email: { ...mailbox, topicsOff: ["news"] } })).toEqual(["unsubscribed", "goes", "goes"]);
  expect(stops("email", { email: { ...mailbox, topicsOff: ["other"] } })).toEqual(all("goes"));
});

test("B2: an offer is for those whom the site's server vouches for, by no channel for others, and never to a claimed address", () => {
  const message = { offer: "ten" };
  for (const channel of ["email", "onsite", "chat"] as const) {
    expect(stops(channel, { email: mailbox }, { message })).toEqual(all("goes"));
    expect(stops(channel, { email: mailbox }, { message, user: undefined })).toEqual(all("offer, waits"));
  }
  expect(stops("email", { email: { ...mailbox, by: "claimed" } }, { message, claimed: true })).toEqual(all("offer, waits"));
  expect(stops("team", {}, { message, user: undefined })).toEqual(all("goes"));
});
