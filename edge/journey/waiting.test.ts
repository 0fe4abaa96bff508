import { expect, test } from "vitest";
import type { Reach } from "../profile/reach.ts";
import { buys, ends, goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { noonMs, somebody, vouched } from "../test/somebody.ts";

const minute = 60_000;
const hour = 60 * minute;
const { user, reach } = vouched("u-42", noonMs);
const only = (...channels: (keyof Reach)[]): { user: string; reach: Reach } => ({
  user,
  reach: Object.fromEntries(channels.map((channel) => [channel, reach[channel]])),
});
type Known = NonNullable<Parameters<typeof somebody>[3]>;

async function leaver(known: Known, step = "channels: [push, email]", journey = "") {
  const me = somebody(await leavingShop({ step, journey }), "u-42", noonMs, known);
  me.does(views("cart"), turns());
  return me;
}

test("somebody of whom nothing is known: the message waits, and goes out once when the site tells who it is", async () => {
  const me = await leaver({});
  expect(ends(me)).toEqual([
    'unreachable: "hello" waits: push: no device of this person may be pushed to; e-mail: no e-mail address of this person is known',
  ]);
  me.waits(5 * minute);
  expect(me.sent).toEqual([]);
  Object.assign(me.profile, only("email"));
  me.follow();
  me.follow();
  me.waits(hour);
  expect(me.told()).toEqual(["say by email after 301 s"]);
  expect(ends(me)).toHaveLength(2);
});

test("what waited until it was too late says what it lacked", async () => {
  for (const [known, gate, text] of [
    [{}, "unreachable", "nothing was known by which this person is reached until it was too late"],
    [
      { reach: { email: { ...reach.email, by: "claimed" } } },
      "unverified_address",
      "nobody but a browser had told an address until it was too late",
    ],
    [
      { user, reach: { email: { address: "a@mail.example", by: "known" } } },
      "no_opt_in",
      "there was no opt-in until it was too late",
    ],
  ] as [Known, string, string][]) {
    const me = await leaver(known, "channels: [email]");
    expect(me.dueMs()).toBe(noonMs + 1000 + 15 * minute);
    me.waits(hour);
    expect(ends(me).at(-1)).toBe(`${gate}: "hello" not sent: ${text}`);
    expect(me.said().filter((line) => line.startsWith("held"))).toEqual([`held say ${gate}`]);
    expect(me.said().at(-1)).toBe("exited say done");
  }
});

test("an unknown visitor who buys while a message waits hears nothing of it later", async () => {
  const me = await leaver({}, undefined, "exit_on: [purchase], ");
  me.does(buys);
  Object.assign(me.profile, vouched("u-42", noonMs));
  me.follow();
  me.waits(hour);
  expect(me.sent).toEqual([]);
  expect(me.said().at(-1)).toBe("exited say purchase");
});

test("a channel that does not reach the person is passed over, and it is said why", async () => {
  const mailed = await leaver(only("email"));
  expect(ends(mailed)).toEqual(['"hello" sent by e-mail (push: no device of this person may be pushed to)']);
  expect(mailed.sent[0]?.channelsLeft).toEqual([]);
  const both = await leaver(only("push", "email"));
  expect(ends(both)).toEqual(['"hello" sent by push']);
  expect(both.sent[0]?.channelsLeft).toEqual(["email"]);
  const bounced = await leaver({ user, reach: { ...reach, push: { ...reach.push, suppressed: "bounced" } } });
  expect(ends(bounced)).toEqual(['"hello" sent by e-mail (push: messages by push came back as undeliverable)']);
});

test("what was refused for good is not waited for; what may still come is", async () => {
  const email = { ...reach.email, suppressed: "unsubscribed" };
  const over = await leaver({ user, reach: { email } }, "channels: [email]");
  expect(ends(over)).toEqual(['unsubscribed: "hello" not sent: unsubscribed from marketing by e-mail']);
  const open = await leaver({ user, reach: { email } }, "channels: [email, sms]");
  expect(ends(open)).toEqual([
    'unreachable: "hello" waits: e-mail: unsubscribed from marketing by e-mail; SMS: no phone number of this person is known',
  ]);
});

test("on the page while there, by e-mail once gone: the first channel that reaches the person", async () => {
  const step = "channels: [onsite, email], after: 1m";
  const there = await leaver(only("email"), step);
  there.waits(2 * minute);
  expect(there.sent.map(({ channel, to, destination }) => [channel, to, destination])).toEqual([["onsite", "page", undefined]]);
  const gone = await leaver(only("email"), step);
  gone.does(goes());
  gone.waits(5 * minute);
  expect(ends(gone)).toEqual(['"hello" sent by e-mail (on the page: the visitor has left the site)']);
});
