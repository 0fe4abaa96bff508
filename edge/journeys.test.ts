import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { admin, batchOf, type Hook, now, owed, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";
import { jobs } from "./test/somebody.ts";

const minute = 60_000;
const hour = 60 * minute;
const everything = "channels: [onsite, email, sms, push, chat, team], secret: DEST_PK_DEMO_EMAIL";

/** The five jobs at any hour of the day, with one tool that takes everything. */
const alone = (yaml: string) =>
  jobs(() => yaml)
    .replace(/\ndestinations:[\s\S]*$/, `\ndestinations:\n  email: { url: "https://tool.example/hook", ${everything} }\n`)
    .replace("origins: [", "origins: [https://shop.example, http://127.0.0.1:8787] # [")
    .replace(/.*(quiet_hours|holdout):.*\n/g, "");
const plain = (yaml: string) => alone(yaml).replace(/experiments:\n[\s\S]*?\n\n/, "");
const push = (change: (yaml: string) => string) => pushDemo(() => jobs(change));

/** Of the test that runs: those of the tests before may still be on their way. */
const sessions = new Set<string>();
const hears = (answer?: (hook: Hook) => Response): Hook[] => {
  const came: Hook[] = [];
  receiver((hook) => {
    if (sessions.has((data(hook).correlation as { session: string }).session)) came.push(hook);
    return answer?.(hook) ?? new Response("{}");
  });
  return came;
};

beforeEach(async () => {
  sessions.clear();
  for (const pool of ["cart15", "pay10"]) {
    const codes = Array.from({ length: 300 }, (_, i) => `${pool}-${i}`);
    await admin(`/sites/pk_demo/pools/${pool}`, { method: "PUT", body: codes.join("\n") });
  }
  await push(plain);
});
afterEach(() => vi.restoreAllMocks());

type Given = Parameters<typeof batchOf>[0];
const item = { id: "shoe", name: "Trail shoe", price: 80, quantity: 1, margin: "high" } as const;
const cart: Given = [
  { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
  { kind: "add_to_cart", items: [item], currency: "EUR", at: 5000 },
  { kind: "exit_intent", quality: 0.9, speed: 1, quiet_ms: 15_000, at: 40_000 },
];
const left: Given[number] = { kind: "dwell", engaged_ms: 40_000, left: true, at: 41_000 };

/** A visit whose last signal came just now. */
async function visits(signals: Given, more: Partial<Batch> = {}): Promise<Batch> {
  const lengthMs = Math.max(...signals.map(({ at = 0 }) => at));
  const fromMs = (await now()) - lengthMs;
  const batch = batchOf(signals, { sent_at: fromMs + lengthMs, ...more }, fromMs);
  sessions.add(batch.session.id);
  const answer = await post(batch);
  if (answer.status !== 202) throw new Error(await answer.text());
  return batch;
}

/** More of the same visit, as of now. */
async function goesOn(batch: Batch, signals: Given): Promise<void> {
  const nowMs = await now();
  const n = batch.signals.length;
  const more = batchOf(signals, {}, nowMs).signals.map((signal, i) => ({ ...signal, n: n + 1 + i, at: nowMs }));
  batch.signals.push(...more);
  expect((await post({ ...batch, sent_at: nowMs, signals: more })).status).toBe(202);
}

async function after(ms: number, batch: Batch): Promise<void> {
  await skip(ms);
  await runAlarm(batch);
}

/** An isolate asks again after 5 s, by the system's clock. */
const newerFileIsKnown = () => scheduler.wait(5100);

type Body = {
  send: { channel: string; channels_left: string[] };
  why: { journey: string; step: string };
  content: { template: string; subject?: string };
};
const data = (hook: Hook | undefined) => hook?.body.data as never as Body & Record<string, unknown>;
const told = (came: Hook[]) => came.map((hook) => `${data(hook).why.step} by ${data(hook).send.channel}`);
const toldAre = (came: Hook[], all: string[]) => vi.waitFor(() => expect(told(came)).toEqual(all));

test("1: the cart that was left is spoken of three minutes later, with all that a tool needs, and again an hour later", async () => {
  const came = hears();
  const batch = await visits([...cart, left]);
  await after(2 * minute, batch);
  expect(came).toEqual([]);
  await after(minute + 1000, batch);
  await toldAre(came, ["last-chance by push"]);
  expect(data(came[0])).toMatchObject({
    live: true,
    send: { purpose: "marketing", topic: "cart-reminders", channels_left: ["email"], if_late: "drop" },
    why: {
      trigger: "cart-exit",
      journey: "cart-recovery",
      layer: "immediate",
      stage: "conversion",
      class: "contextual",
      moment: { kind: "exit", band: "now", page: "cart" },
      gates_passed: ["consent", "opt_in", "expiry", "cooldown", "cap 1/3"],
    },
    content: {
      mode: "event",
      template: "cart-last-chance",
      push: { title: "Your cart's waiting" },
      action: { url: expect.stringContaining(`/cart?cusp_m=${came[0]?.id}`) },
    },
    cart: { value: 80, currency: "EUR", url: "https://shop.example/cart", items: [{ ...item }] },
    correlation: { journey_run: expect.stringMatching(/^run_\w+$/), session: batch.session.id },
  });
  await after(hour, batch);
  await toldAre(came, ["last-chance by push", "proof by email"]);
  expect(data(came[1]).content.subject).toBe("What others say about Trail shoe");
});

test("1: nobody is written to while still on the site", async () => {
  const came = hears();
  const batch = await visits(cart);
  await after(5 * minute, batch);
  await goesOn(batch, [{ kind: "click", target: "a" }]);
  await after(5 * minute, batch);
  expect(came).toEqual([]);
  await goesOn(batch, [{ kind: "dwell", engaged_ms: 90_000, left: true }]);
  await after(4 * minute, batch);
  await toldAre(came, ["last-chance by push"]);
});

test("1: a purchase just before the message is due stops it, and all that would have followed", async () => {
  const came = hears();
  const batch = await visits([...cart, left]);
  await after(3 * minute - 20_000, batch);
  await goesOn(batch, [{ kind: "purchase", order: "0a1b2c3d4e5f6071" }]);
  for (let i = 0; i < 6; i++) await after(hour, batch);
  expect(came).toEqual([]);
});

test("1: whoever comes back by the link in it has answered, and hears no more of it", async () => {
  const came = hears();
  const batch = await visits([...cart, left]);
  await after(3 * minute + 1000, batch);
  await toldAre(came, ["last-chance by push"]);
  const url = "https://shop.example/cart";
  await goesOn(batch, [{ kind: "page_view", url, device: "desktop", page: "p2", message: came[0]?.id ?? "" }]);
  for (let i = 0; i < 6; i++) await after(hour, batch);
  expect(came).toHaveLength(1);
}, 20_000);

test("1: a push that the tool will never take goes out as a mail at once, and counts once", async () => {
  const came = hears((hook) => new Response("", { status: data(hook).send.channel === "push" ? 422 : 200 }));
  const batch = await visits([...cart, left]);
  await after(3 * minute + 1000, batch);
  await toldAre(came, ["last-chance by push", "last-chance by email"]);
  expect(data(came[1])).toMatchObject({
    send: { channels_left: [] },
    why: { gates_passed: expect.arrayContaining(["cap 1/3"]) },
  });
  expect(new Set(came.map(({ id }) => id)).size).toBe(2);
});

test("1: what waits for another attempt goes out no more after a purchase, by no channel", async () => {
  const came = hears(() => new Response("", { status: 503 }));
  const batch = await visits([...cart, left]);
  await after(3 * minute + 1000, batch);
  await toldAre(came, ["last-chance by push"]);
  await goesOn(batch, [{ kind: "purchase", order: "0a1b2c3d4e5f6071" }]);
  await after(8000, batch);
  for (let i = 0; i < 3; i++) await after(hour, batch);
  expect(told(came)).toEqual(["last-chance by push"]);
});

test("1: what waits for another attempt is put off while the visitor is back, under the same id, and uses up no attempt", async () => {
  let isDown = true;
  const came = hears(() => new Response("", { status: isDown ? 503 : 200 }));
  const batch = await visits([...cart, left]);
  await after(3 * minute + 1000, batch);
  await toldAre(came, ["last-chance by push"]);
  isDown = false;
  const url = "https://shop.example/pricing";
  await goesOn(batch, [{ kind: "page_view", url, device: "desktop", page: "p2" }]);
  await after(10_000, batch);
  await vi.waitFor(async () => expect((await owed(batch)).rows).toMatchObject([{ attempt: 1 }]));
  expect(came).toHaveLength(1);
  await goesOn(batch, [{ kind: "dwell", engaged_ms: 5000, left: true, page: "p2" }]);
  await after(2 * minute, batch);
  await toldAre(came, ["last-chance by push", "last-chance by push"]);
  expect(came[1]?.id).toBe(came[0]?.id);
  expect(came.map(({ attempt }) => attempt)).toEqual(["1", "2"]);
}, 30_000);

test("a browser whose clock is in the year 275760 is taken for gone all the same, and its alarm rings once", async () => {
  const came = hears();
  const batch = await visits(cart);
  const far = batchOf([{ kind: "click", target: "a" }]).signals.map((signal) => ({ ...signal, n: 4, at: 8.64e15 }));
  expect((await post({ ...batch, sent_at: await now(), signals: far })).status).toBe(202);
  await after(40 * minute, batch);
  expect((await owed(batch)).alarmAtMs).toBeGreaterThan(Date.now() + minute);
  await after(hour, batch);
  await toldAre(came, ["proof by email"]);
});

test("2: hesitation on pricing is met on the page at once, and by mail an hour later", async () => {
  const came = hears();
  const batch = await visits([
    { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
    { kind: "scroll_depth", depth: 0.5, at: 5000 },
    { kind: "dwell", engaged_ms: 20_000, at: 20_000 },
  ]);
  await toldAre(came, ["hint by onsite"]);
  await goesOn(batch, [{ kind: "dwell", engaged_ms: 25_000, left: true }]);
  await after(hour, batch);
  await toldAre(came, ["hint by onsite", "reviews by email"]);
});

test("3: a payment that failed opens a chat two minutes later, unless it was made meanwhile", async () => {
  const came = hears();
  const failing: Given = [
    { kind: "page_view", url: "https://shop.example/checkout", device: "desktop" },
    { kind: "begin_checkout", items: [item], currency: "EUR", at: 1000 },
    { kind: "payment_failed", code: "card_declined", at: 9000 },
  ];
  const [paid, not] = [await visits(failing), await visits(failing)];
  await skip(minute);
  await goesOn(paid, [{ kind: "purchase", order: "0a1b2c3d4e5f6071" }]);
  await skip(minute);
  for (const batch of [paid, not]) await runAlarm(batch);
  await toldAre(came, ["chat by chat"]);
  expect(data(came[0])).toMatchObject({
    why: { trigger: "payment-failed", class: "emotional" },
    content: { chat: { team: "payments", context: { "checkout.failure_code": "card_declined" } } },
    correlation: { session: not.session.id },
  });
});

test("4: reading the returns policy and turning to leave brings help on the page", async () => {
  const came = hears();
  await visits([
    { kind: "page_view", url: "https://shop.example/p/1", device: "desktop" },
    { kind: "page_view", url: "https://shop.example/returns", device: "desktop", page: "p2", at: 5000 },
    { kind: "dwell", engaged_ms: 15_000, page: "p2", at: 20_000 },
    { kind: "exit_intent", quality: 0.9, speed: 1, quiet_ms: 15_000, page: "p2", at: 21_000 },
  ]);
  await toldAre(came, ["hint by onsite"]);
  expect(data(came[0])).toMatchObject({ why: { journey: "returns-help" }, content: { onsite: { look: "inline" } } });
});

test("a journey that runs follows a newer file, and ends where its step is no more", async () => {
  const came = hears();
  const follows = await visits([...cart, left]);
  await push((yaml) => plain(yaml).replace("after: 3m", "after: 9m"));
  await newerFileIsKnown();
  await after(4 * minute, follows);
  expect(came).toEqual([]);
  await after(5 * minute, follows);
  await vi.waitFor(() => expect(came.length).toBeGreaterThan(0));
  const ends = await visits([...cart, left]);
  await push((yaml) => plain(yaml).replaceAll("last-chance", "first-chance"));
  await newerFileIsKnown();
  for (let i = 0; i < 3; i++) await after(3 * minute, ends);
  expect(came).toHaveLength(1);
}, 20_000);

test("5: visitors are split over the arms, each is told at its arm's time, and a control gets nothing", async () => {
  await push((yaml) => alone(yaml).replaceAll("weight: 10,", "weight: 30,"));
  await newerFileIsKnown();
  const came = hears();
  const all = await Promise.all(Array.from({ length: 40 }, () => visits([...cart, left])));
  const arms = () => came.map((hook) => (data(hook).experiment as { arm: string; probability: number }[])[0]);
  const ring = async (ms: number) => {
    await skip(ms);
    for (const batch of all) await runAlarm(batch);
    await vi.waitFor(() => expect(came.length).toBeGreaterThan(0));
  };
  await ring(3 * minute + 1000);
  expect(new Set(arms().map((one) => `${one?.arm} ${one?.probability}`))).toEqual(new Set(["three 0.25"]));
  await ring(4 * minute);
  expect(new Set(arms().map((one) => one?.arm))).toEqual(new Set(["three", "seven"]));
  await ring(53 * minute);
  const first = came.filter((hook) => data(hook).why.step === "last-chance");
  expect(new Set(arms().map((one) => one?.arm))).toEqual(new Set(["three", "seven", "hour"]));
  expect(first.length).toBeLessThan(all.length);
  expect(new Set(first.map((hook) => (data(hook).correlation as { session: string }).session)).size).toBe(first.length);
}, 20_000);

test("what waits for another attempt goes out no more when the site is no longer live", async () => {
  await newerFileIsKnown();
  const came = hears(() => new Response("", { status: 503, headers: { "retry-after": "60" } })); // not while the file is awaited
  const batch = await visits([...cart, left]);
  await after(3 * minute + 1000, batch);
  await toldAre(came, ["last-chance by push"]);
  await push((yaml) => plain(yaml).replace("time_zone:", "live: false\ntime_zone:"));
  await newerFileIsKnown();
  await after(minute, batch);
  await after(hour, batch);
  expect(told(came)).toEqual(["last-chance by push"]);
}, 20_000);
