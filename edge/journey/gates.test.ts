import { expect, test } from "vitest";
import { ends, goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { noonMs, somebody, type Unplaced, vouched } from "../test/somebody.ts";

const minute = 60_000;
const hour = 60 * minute;
type Known = NonNullable<Parameters<typeof somebody>[3]>;
type Site = Parameters<typeof somebody>[0];

/** Turns to leave on the cart, as somebody of whom more is known. */
function leaver(site: Site, known: Known = {}, fromMs = noonMs) {
  const me = somebody(site, "u-42", fromMs, { ...vouched("u-42", fromMs), ...known });
  me.does(views("cart"), turns());
  return me;
}
const bot = { context: { bot: true as const } };

test("bot: a robot gets nothing, and the staff still hear of it", async () => {
  expect(ends(leaver(await leavingShop({}), bot))).toEqual(['bot: "hello" not sent: the visitor is a robot']);
  expect(ends(leaver(await leavingShop({ step: "channels: [team]" }), bot))).toEqual(['"hello" sent to the team']);
});

test("withdrawn: who took back their consent gets nothing, whatever its purpose", async () => {
  const me = leaver(await leavingShop({ message: "purpose: transactional" }), { withdrawnAtMs: noonMs });
  expect(ends(me)).toEqual(['withdrawn: "hello" not sent: this person took back their consent']);
});

const onPage = "channels: [onsite]";
const inCheckout: Unplaced[] = [
  views("checkout", "p0", 1500),
  { kind: "begin_checkout", items: [{ id: "a", price: 80 }], page: "p0", at: 2000 },
];

const notPaying = ", when: '!checkout.active'";

test("checkout: nobody who is paying is offered anything by way of advertising", async () => {
  for (const [message, isSaid] of [
    ["purpose: marketing, offer: ten", false],
    ["purpose: service, offer: ten", false],
    ["purpose: marketing, offer: meant", false],
    ["purpose: service, offer: meant", true],
    ["purpose: marketing", true],
  ] as const) {
    const me = leaver(await leavingShop({ trigger: notPaying, step: `${onPage}, after: 1m`, message }));
    me.does(...inCheckout);
    me.waits(5 * minute);
    const not = 'checkout: "hello" not sent: an offer would come in the middle of the checkout';
    expect(ends(me), message).toEqual([isSaid ? '"hello" sent on the page' : not]);
  }
});

const byMail = { trigger: notPaying, message: "purpose: marketing, offer: ten", step: "channels: [email], after: 5m" };

test("checkout: who is at the bank, or between two of its pages, is in it for ten minutes more, and has the offer then", async () => {
  const gone = leaver(await leavingShop(byMail));
  gone.does(...inCheckout, goes("p1", 2900), goes("p0", 3000));
  gone.waits(hour);
  expect(ends(gone)).toEqual([
    'checkout: "hello" waits: an offer would come in the middle of the checkout',
    '"hello" sent by e-mail',
  ]);
  expect(gone.told()).toEqual(["say by email after 604 s"]);
  const tooLate = leaver(await leavingShop({ ...byMail, step: "channels: [email], after: 5m, before: 9m" }));
  tooLate.does(...inCheckout, goes("p1", 2900), goes("p0", 3000));
  tooLate.waits(hour);
  expect(ends(tooLate).at(-1)).toBe('checkout: "hello" not sent: the visitor may have been paying until it was too late');
});

test("checkout: who has paid, or was never there, is not in it", async () => {
  const paid = leaver(await leavingShop({ ...byMail, step: `${onPage}, after: 1m` }));
  paid.does(...inCheckout, { kind: "purchase", order: "0a1b2c3d4e5f6071", page: "p0", at: 3000 });
  paid.waits(5 * minute);
  expect(paid.sent).toHaveLength(1);
  expect(leaver(await leavingShop({ ...byMail, step: onPage })).sent).toHaveLength(1);
});

const twoProducts: Unplaced[] = [views("p/1", "p0"), views("p/2", "p0b", 300)];

test("comparing: no chat and no message that opens one, and what opens none goes", async () => {
  for (const [step, message, isSaid] of [
    ["channels: [chat]", "purpose: service", false],
    [onPage, "purpose: service, action: { label: Ask, chat: open }", false],
    [onPage, "purpose: service, action: { label: Ask, link: /help }", true],
    ["channels: [team]", "purpose: service", true],
  ] as const) {
    const me = somebody(await leavingShop({ step, message }), "u-42");
    me.does(...twoProducts, views("cart", "p1", 1000), turns("p1", 2000));
    const not = 'comparing: "hello" not sent: the visitor is comparing, and did not ask for help';
    expect(ends(me)[0], message).toEqual(isSaid ? expect.stringMatching(/ sent (by|on|to) /) : not);
  }
});

test("comparing: help goes to who looks at one thing, is paying, has bought, or asked", async () => {
  const step = "channels: [chat]";
  const site = await leavingShop({ step, message: "purpose: service" });
  expect(leaver(site).sent).toHaveLength(1);
  const paying = somebody(site, "u-42");
  paying.does(...twoProducts, ...inCheckout, views("cart", "p1", 1000), turns("p1", 2000));
  expect(paying.sent).toHaveLength(1);
  const bought = somebody(site, "u-42");
  bought.does(
    ...twoProducts,
    { kind: "purchase", order: "0a1b2c3d4e5f6071", page: "p0", at: 400 },
    views("cart", "p1", 1000),
    turns("p1", 2000),
  );
  expect(bought.sent).toHaveLength(1);
  const asks = "  asking: { on: [search_intent], enter: { now: say, later: say }, journey: kept }";
  const asked = somebody(await leavingShop({ step, message: "purpose: service", triggers: asks }), "u-42");
  asked.does(...twoProducts, { kind: "search", query_class: "help", page: "p0b", at: 2000 });
  expect(asked.sent.map(({ run }) => run.trigger)).toEqual(["asking"]);
});

test("control: it is said of which experiment, in a whole sentence", async () => {
  const end =
    "experiments: { try: { patch: journeys.kept.steps.say, arms: { a: { weight: 1 }, b: { weight: 1, set: { send: nothing } } } } }";
  const site = await leavingShop({ end });
  const all = Array.from({ length: 20 }, (_, i) => leaver(site, { subject: `was-${i}` }));
  expect([...new Set(all.flatMap(ends))].sort()).toEqual([
    '"hello" sent by e-mail',
    'control: "hello" not sent: it would have been, but this person is in the control group of "try", who get nothing',
  ]);
});

test("holdout: decided once and kept, by the subject that survives a merge, whatever the share becomes", async () => {
  const site = await leavingShop({ limits: "holdout: { share: 50% }" });
  const people = Array.from({ length: 40 }, (_, i) => leaver(site, { subject: `was-${i}` }));
  const out = people.filter(({ profile }) => profile.holdout?.out);
  expect(out.length).toBeGreaterThan(8);
  expect(out.length).toBeLessThan(32);
  expect(ends(out[0] as (typeof out)[0])).toEqual([
    'holdout: "hello" not sent: it would have been, but this person is held out, to see what the messages bring',
  ]);
  const again = Array.from({ length: 40 }, (_, i) => leaver(site, { subject: `was-${i}`, user: `other-${i}` }));
  expect(again.map(({ profile }) => profile.holdout?.out)).toEqual(people.map(({ profile }) => profile.holdout?.out));
  const all = await leavingShop({ limits: "holdout: { share: 99% }" });
  expect(leaver(all, { holdout: { out: false, atMs: 0 } }).sent).toHaveLength(1);
  expect(leaver(await leavingShop({}), { holdout: { out: true, atMs: 0 } }).sent).toHaveLength(1);
});

test("suffer 14: a cap of 0 is none ever, no cap is no limit", async () => {
  const none = leaver(await leavingShop({ limits: "cap: { max: 0, per: 24h }" }));
  expect(ends(none)).toEqual(['cap: "hello" not sent: the limit is none in 24 h']);
  const free = somebody(await leavingShop({}), "u-42");
  for (let i = 0; i < 9; i++) {
    free.returns();
    free.does(views("cart", `p${i}`), turns(`p${i}`));
    free.waits(minute);
  }
  expect(free.sent).toHaveLength(9);
});

test("suffer 13: service and transactional messages pass a cap on marketing, and do not count for it", async () => {
  for (const purpose of ["service", "transactional"]) {
    const me = somebody(await leavingShop({ limits: "cap: { max: 1, per: 24h }", message: `purpose: ${purpose}` }), "u-42");
    for (const page of ["p1", "p2", "p3"]) me.does(views("cart", page), turns(page));
    expect(me.sent).toHaveLength(3);
    expect(me.sent[0]?.gatesPassed).toEqual(["consent", "expiry"]);
  }
});

test("suffer 15: a day is the last 24 h, not a date: 23:00 and 00:05 do not both get one", async () => {
  const elevenMs = noonMs + 10 * hour; // 22:00 UTC is 23:00 in Paris
  const me = leaver(await leavingShop({ limits: "cap: { max: 1, per: 24h }" }), {}, elevenMs);
  me.waits(65 * minute);
  me.returns();
  me.does(views("cart", "p2"), turns("p2"));
  expect(me.said().at(-2)).toBe("not_sent say cap");
  expect(me.lines.findLast(({ gate }) => gate === "cap")?.text).toBe('"hello" not sent: has had 1 of 1 in 24 h');
  me.waits(24 * hour);
  me.returns();
  me.does(views("cart", "p3"), turns("p3"));
  expect(me.sent).toHaveLength(2);
});

const night = "quiet_hours: { from: '21:00', to: '09:00' }";
/** 22:30 in Paris, 16:30 in New York. */
const lateMs = noonMs + 10.5 * hour;

test("suffer 8, 10: the night is the person's own, as the site's server says, else the browser, else the site", async () => {
  const site = await leavingShop({ limits: night });
  const away = { told: { time_zone: "America/New_York" } };
  expect(ends(leaver(site, {}, lateMs))[0]).toBe('quiet_hours: "hello" waits: it is between 21:00 and 09:00 for this person');
  expect(leaver(site, { context: { time_zone: "America/New_York" } }, lateMs).sent).toHaveLength(1);
  expect(leaver(site, { ...away, context: { time_zone: "Europe/Paris" } }, lateMs).sent).toHaveLength(1);
});

test("suffer 9: a zone that does not exist stops nothing: the site's counts, it is said, and counted", async () => {
  const site = await leavingShop({ limits: night });
  const nowhere = { context: { time_zone: "Nowhere/Land" } };
  expect(ends(leaver(site, nowhere, lateMs))[0]).toBe(
    'quiet_hours: "hello" waits: it is between 21:00 and 09:00 by the clock of Europe/Paris: the person\'s own time zone is not known',
  );
  const day = leaver(site, nowhere);
  expect(day.sent[0]?.gatesPassed).toEqual(["consent", "opt_in", "expiry", "quiet_hours", "zone_unknown"]);
  expect(day.profile.zoneFallbacks).toBe(1);
  const plain = leaver(site);
  expect(plain.sent[0]?.gatesPassed).not.toContain("zone_unknown");
  expect(plain.profile.zoneFallbacks).toBeUndefined();
});

test("suffer 17: what comes in the night waits for its end where the file says so, and is dropped where it says that", async () => {
  const late = { layer: "reinforcement", step: "channels: [email], after: 4h" };
  const deferred = leaver(await leavingShop({ ...late, limits: night }), {}, lateMs);
  deferred.waits(24 * hour);
  expect(deferred.told()).toEqual([`say by email after ${10.5 * 3600} s`]);
  const dropped = leaver(await leavingShop({ ...late, limits: night.replace("}", ", then: drop }") }), {}, lateMs);
  dropped.waits(24 * hour);
  expect(ends(dropped)).toEqual(['quiet_hours: "hello" not sent: it is between 21:00 and 09:00 for this person']);
});
