import { expect, test } from "vitest";
import { siteOf, somebody, type Unplaced } from "../test/somebody.ts";
import { heed } from "./heed.ts";

const minute = 60_000;
const hour = 60 * minute;

/** A shop that mails whoever turns to leave: what a test is about is added. */
const shop = (step: string, more: Record<string, string> = {}) =>
  siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
time_zone: Europe/Paris
pages: { cart: { match: [/cart], key: true }, pricing: { match: [/pricing], key: true } }
${more.top ?? ""}
limits: { ${more.limits ?? ""} }
triggers:
  leaving: { on: [exit], enter: { now: mail, later: mail }, journey: kept${more.trigger ?? ""} }
${more.triggers ?? ""}
journeys:
  kept: { ${more.journey ?? ""}steps: [{ id: mail, layer: immediate, message: hello, ${step.includes("channels") ? step : `channels: [email], ${step}`} }${more.steps ?? ""}] }
${more.journeys ?? ""}
messages:
  hello: { subject: Hello, push: { title: Hello, body: Hello }, onsite: { title: Hello } }
  other: { subject: Other, purpose: service, onsite: { title: Other } }
${more.end ?? ""}
destinations:
  email: { url: "https://mail.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
  push: { url: "https://push.example/hook", channels: [push], secret: DEST_PK_DEMO_PUSH }
  page: { url: "https://page.example/hook", channels: [onsite], secret: DEST_PK_DEMO_PAGE }
`);

const now = "hold_while: none";
const view = (page: string, url = "cart"): Unplaced => ({
  kind: "page_view",
  url: `https://shop.example/${url}`,
  device: "desktop",
  page,
});
const turns = (page: string): Unplaced => ({ kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, page, at: 1000 });
const away: Unplaced = { kind: "dwell", engaged_ms: 5000, left: true, at: 2000 };
const bought: Unplaced = { kind: "purchase", order: "0a1b2c3d4e5f6071", at: 5000 };

type Site = Awaited<ReturnType<typeof shop>>;
const visitor = (site: Site, name?: string) => {
  const me = somebody(site, name);
  const again = (page: string) => me.does(view(page), turns(page));
  return Object.assign(me, { again });
};

test("a mail is held while the visitor is on the site, and half a minute longer", async () => {
  const me = visitor(await shop("before: 15m"));
  me.again("p1");
  expect(me.said()).toEqual(["entered mail", "held mail on_site"]);
  me.does(away);
  me.waits(29_000);
  expect(me.sent).toEqual([]);
  me.waits(1000);
  expect(me.told()).toEqual(["mail by email after 33 s"]);
});

test("whoever stays until it is too late gets nothing", async () => {
  const me = visitor(await shop("before: 15m"));
  me.again("p1");
  me.waits(hour);
  expect(me.said()).toEqual(["entered mail", "held mail on_site", "expired mail on_site", "exited mail done"]);
});

test("a step that says so does not wait, and an alarm that rings late sends nothing late", async () => {
  const me = visitor(await shop(`${now}, after: 10m`));
  me.again("p1");
  me.nowMs += 16 * minute;
  me.rings();
  me.rings();
  expect(me.said()).toEqual(["entered mail", "expired mail expiry", "exited mail done"]);
  const prompt = visitor(me.site);
  prompt.again("p1");
  prompt.waits(hour);
  expect(prompt.told()).toEqual(["mail by email after 601 s"]);
});

test("re_entry: never, and not before a time has passed; each trigger and moment once", async () => {
  for (const [re_entry, times] of [
    ["always", 3],
    ["never", 1],
    ["{ after: 2h }", 2],
  ] as const) {
    const me = visitor(await shop(now, { trigger: `, re_entry: ${re_entry}` }));
    for (const page of ["p1", "p2", "p3"]) {
      me.again(page);
      me.again(page);
      me.waits(hour);
    }
    expect(me.sent, re_entry).toHaveLength(times);
  }
});

const rivals = {
  triggers: `  thinking: { on: [rapid_scroll], enter: { now: page, later: page }, journey: weak, group: one, priority: 10 }`,
  journeys: `  weak: { steps: [{ id: page, layer: re-engagement, after: 1h, channels: [email], message: other }] }`,
  trigger: ", group: one, priority: 60",
};
const rush: Unplaced[] = [view("p1"), { kind: "rapid_scroll", speed: 4, depth: 0.9, at: 1000 }, away];

test("of a group the stronger replaces what runs, and the weaker does not come in", async () => {
  const site = await shop("after: 5m", rivals);
  const weakFirst = visitor(site);
  weakFirst.does(...rush);
  weakFirst.again("p2");
  expect(weakFirst.said()).toEqual(["entered page", "exited page replaced", "entered mail"]);
  const strongFirst = visitor(site);
  strongFirst.again("p2");
  strongFirst.does(...rush);
  expect([...new Set(strongFirst.said())]).toEqual(["entered mail", "not_entered group"]);
});

test("the cap counts the last day, and not what never arrived", async () => {
  const site = await shop(now, { limits: "cap: { max: 2, per: 24h }" });
  const me = visitor(site);
  for (const page of ["p1", "p2", "p3"]) {
    me.again(page);
    me.waits(minute);
  }
  expect(me.sent.map(({ gatesPassed }) => gatesPassed.at(-1))).toEqual(["cap 1/2", "cap 2/2"]);
  expect(me.said()).toContain("not_sent mail cap");
  heed(site, me.profile, { what: "failed", seq: me.sent[0]?.seq ?? 0 }, me.nowMs);
  me.returns();
  me.again("p4");
  expect(me.sent).toHaveLength(3);
  me.waits(24 * hour);
  me.returns();
  me.again("p5");
  expect(me.sent).toHaveLength(4);
});

test("on the page at most so much is shown in a session", async () => {
  const me = visitor(await shop("channels: [onsite]", { limits: "onsite_cap: { max: 1, per: session }" }));
  for (const page of ["p1", "p2"]) me.again(page);
  expect(me.said()).toContain("not_sent mail onsite_cap");
  me.returns();
  me.again("p3");
  expect(me.told()).toHaveLength(2);
});

test("on the page nobody is reached who has left it", async () => {
  const me = visitor(await shop("channels: [onsite], after: 1m"));
  me.again("p1");
  me.does(away);
  me.waits(hour);
  expect(me.said()).toEqual(["entered mail", "not_sent mail unreachable", "exited mail done"]);
});

test("after a purchase the person is left in peace for a while, and service goes on", async () => {
  const site = await shop(now, {
    limits: "cooldown: { for: 48h }",
    journey: "goal: { event: purchase, within: 1d }, ",
    triggers: "  help: { on: [exit], enter: { now: aid, later: aid }, journey: aid }",
    journeys: "  aid: { steps: [{ id: aid, layer: immediate, channels: [email], hold_while: none, message: other }] }",
  });
  const me = visitor(site);
  me.again("p1");
  me.does(bought);
  me.waits(47 * hour);
  me.returns();
  me.again("p2");
  expect(me.sent.map(({ name }) => name)).toEqual(["hello", "other", "other"]);
  expect(me.said()).toEqual(expect.arrayContaining(["recovered mail", "not_sent mail cooldown"]));
  me.waits(2 * hour);
  me.returns();
  me.again("p3");
  expect(me.sent).toHaveLength(5);
});

test("a goal of the site's own name is one too", async () => {
  const me = visitor(await shop("after: 5m", { journey: "goal: { event: signed_up, within: 1d }, " }));
  me.again("p1");
  me.does({ kind: "custom", name: "signed_up", at: 3000 }, { ...away, at: 4000 });
  me.waits(hour);
  expect(me.said()).toEqual(["entered mail", "exited mail goal", "recovered mail"]);
});

test("a share of people is held out of marketing, always the same ones, and what they would have got is told", async () => {
  const site = await shop(now, { limits: "holdout: { share: 20% }" });
  const held = (person: string) => {
    const me = visitor(site, person);
    me.again("p1");
    return me.sent.length === 0 && me.lines.some(({ gate, text }) => gate === "holdout" && text.includes("would have been"));
  };
  const people = Array.from({ length: 1000 }, (_, i) => `person ${i}`);
  const out = people.filter(held);
  expect(out.length / people.length).toBeCloseTo(0.2, 1);
  expect(people.slice(0, 50).filter(held)).toEqual(out.filter((person) => people.indexOf(person) < 50));
});

test("a site that is not live reaches its test people only, and says so", async () => {
  const site = await shop(now, { top: "live: false\ntest_people: [tester]" });
  const [tester, other] = [visitor(site, "tester"), visitor(site, "other")];
  for (const me of [tester, other]) me.again("p1");
  expect(tester.sent.map(({ live }) => live)).toEqual([false]);
  expect(other.said()).toContain("not_sent mail not_live");
  const dark = visitor(await shop(now, { trigger: ", live: false" }));
  dark.again("p1");
  expect(dark.said()).toEqual(["not_entered not_live"]);
});

test("a switch stops what is due: the site's, or a trigger's", async () => {
  const site = await shop("after: 5m, hold_while: none");
  for (const switches of [
    { off: true, triggers: [] },
    { off: false, triggers: ["leaving"] },
  ]) {
    const me = visitor(site);
    me.again("p1");
    me.site = { ...site, switches };
    me.waits(hour);
    expect(me.said()).toEqual(["entered mail", "not_sent mail switched_off", "exited mail done"]);
  }
});

test("what fails on one channel goes out on the next, in time; what was only slow does not", async () => {
  const site = await shop("channels: [push, email], hold_while: none, fallback_on: [failed], fallback_within: 5m");
  for (const [what, waitMs, channels] of [
    ["failed", minute, ["push", "email"]],
    ["unreachable", minute, ["push"]],
    ["failed", 6 * minute, ["push"]],
  ] as const) {
    const me = visitor(site);
    me.again("p1");
    me.waits(waitMs);
    const { seq } = me.sent[0] as { seq: number };
    heed(site, me.profile, { what, seq }, me.nowMs);
    heed(site, me.profile, { what, seq }, me.nowMs);
    me.follow();
    heed(site, me.profile, { what, seq }, me.nowMs);
    me.follow();
    expect(me.sent.map(({ channel }) => channel)).toEqual(channels);
    expect(new Set(me.sent.map((one) => one.seq)).size).toBe(channels.length);
  }
});

test("a channel that failed while the visitor is back on the site has no successor once they bought", async () => {
  const site = await shop("channels: [push, email], after: 1m, fallback_on: [failed]", { journey: "exit_on: [purchase], " });
  const me = visitor(site);
  me.again("p1");
  me.does(away);
  me.waits(2 * minute);
  expect(me.told()).toEqual(["mail by push after 61 s"]);
  me.does(view("p2"));
  heed(site, me.profile, { what: "failed", seq: me.sent[0]?.seq ?? 0 }, me.nowMs);
  me.follow();
  expect(me.said().at(-1)).toBe("held mail on_site");
  expect(me.profile.runs[0]?.fallbacks).toHaveLength(1);
  me.does({ ...bought, page: "p2" }, { ...away, page: "p2", at: 6000 });
  me.waits(hour);
  expect(me.sent).toHaveLength(1);
});

test("a moment that grows stronger after its message has gone out brings no second one", async () => {
  const me = visitor(await shop(now, { top: "bands: { now: 8.5, later: 4 }" }));
  me.does(view("p1"), { kind: "exit_intent", quality: 0.5, speed: 1, quiet_ms: 8000, page: "p1", at: 1000 });
  expect(me.sent.map(({ run }) => run.moment.band)).toEqual(["later"]);
  me.does(
    { kind: "add_to_cart", items: [{ id: "a", price: 90 }], page: "p1", at: 1000 },
    { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 20_000, page: "p1", at: 2000 },
  );
  const session = me.profile.sessions.s1;
  expect(Object.values(session?.moments ?? {}).map(({ band }) => band)).toEqual(["now"]);
  expect(me.sent).toHaveLength(1);
});

test("whoever comes back by our link, or unsubscribes, hears no more of it", async () => {
  const site = await shop(now, {
    journey: "exit_on: [responded, unsubscribed], ",
    steps: ", { id: later, layer: re-engagement, from: previous, after: 1h, channels: [email], message: other }",
  });
  for (const event of [{ what: "responded", seq: 0 }, { what: "unsubscribed" }] as const) {
    const me = visitor(site);
    me.again("p1");
    const { seq } = me.sent[0] as { seq: number };
    const lines = heed(site, me.profile, "seq" in event ? { ...event, seq } : event, me.nowMs);
    expect(lines.map(({ what, gate }) => [what, gate])).toEqual([["exited", event.what]]);
    me.does(away);
    me.waits(5 * hour);
    expect(me.sent).toHaveLength(1);
  }
});

test("a review that nobody makes drops the message or lets it go, as the file says", async () => {
  const told = async (otherwise: string) => {
    const site = await shop(now, {
      steps: `, { id: late, layer: re-engagement, after: 1h, before: 4h, channels: [email], message: other, review: { by: 2h, else: ${otherwise} } }`,
    });
    const me = visitor(site);
    me.again("p1");
    me.does(away);
    me.waits(5 * hour);
    expect(me.said()).toContain("review late");
    return me.told().slice(1);
  };
  expect(await told("send")).toEqual(["late by email after 7201 s"]);
  expect(await told("drop")).toEqual([]);
});

test("a journey that runs follows the newest file; a step that is no more ends it", async () => {
  const me = visitor(await shop("after: 5m, hold_while: none"));
  me.again("p1");
  me.site = { ...(await shop("after: 10m, hold_while: none")), version: 2 };
  me.waits(hour);
  expect(me.told()).toEqual(["mail by email after 601 s"]);

  const gone = visitor(await shop("after: 5m, hold_while: none"));
  gone.again("p1");
  const file = await shop("after: 5m", {});
  gone.site = { ...file, version: 2, journeys: {}, triggers: [] };
  gone.waits(hour);
  expect(gone.said()).toEqual(["entered mail", "exited mail removed"]);
});

test("an experiment changes a message or a trigger as well as a step, and its control gets nothing", async () => {
  const arms = "arms: { a: { weight: 1, set: { subject: Other } }, b: { weight: 1, set: { send: nothing } } }";
  const site = await shop(now, { end: `experiments: { words: { patch: messages.hello, ${arms} } }` });
  const people = Array.from({ length: 40 }, (_, i) => visitor(site, `p${i}`));
  for (const me of people) me.again("p1");
  const told = people.flatMap((me) => me.sent.map(({ message }) => message.subject));
  expect(new Set(told)).toEqual(new Set(["Other"]));
  expect(people.flatMap((me) => me.said().filter((line) => line === "not_sent mail control")).length).toBe(40 - told.length);

  const bars = "arms: { a: { weight: 1 }, b: { weight: 1, set: { when: 'cart.count > 0' } } }";
  const picky = await shop(now, { end: `experiments: { bar: { patch: triggers.leaving, ${bars} } }` });
  const met = Array.from({ length: 40 }, (_, i) => visitor(picky, `p${i}`));
  for (const me of met) me.again("p1");
  const [sent, not] = [met.filter((me) => me.sent.length), met.filter((me) => me.said()[0] === "not_entered when")];
  expect(sent.length + not.length).toBe(40);
  expect(Math.min(sent.length, not.length)).toBeGreaterThan(5);
});
