import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { admin, batchOf, call, type Hook, now, personOf, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";

const minute = 60_000;

/** Whoever leaves the cart hears of it an hour later, with something off. */
const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { cart: { match: [/cart], key: true }, checkout: { match: [/checkout*], key: true } }
triggers:
  cart-exit: { on: [exit], enter: { now: reminder, later: reminder }, re_entry: always, journey: cart }
journeys:
  cart:
    goal: { event: purchase, within: 1d }
    exit_on: [purchase]
    hold_while: none
    steps: [{ id: reminder, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [email], message: reminder }]
offers:
  ten: { percent: 10, code: { fixed: TEN }, valid_for: 1d }
messages:
  reminder: { subject: Your cart, offer: ten, action: { label: Back to the cart, link: /cart } }
destinations:
  email: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

type Person = ReturnType<typeof batchOf>;
const leavesCart: Parameters<typeof batchOf>[0] = [
  { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
  { kind: "add_to_cart", items: [{ id: "sku-1", name: "Trail shoe", price: 80, quantity: 1 }], currency: "EUR", at: 1000 },
  { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, at: 20_000 },
  { kind: "dwell", engaged_ms: 20_000, left: true, at: 20_500 },
];

const mine = (came: Hook[], { user }: Person) => came.filter(({ text }) => text.includes(`"id":"${user?.id}"`));
const lines = async (batch: Person) => (await personOf(batch).timeline({ limit: 100 }))?.lines ?? [];

/** Somebody who left the cart, and whose reminder is due in so many ms. */
async function dueIn(ms: number) {
  const came = receiver();
  const batch = batchOf(leavesCart, {}, (await now()) - 21_000);
  const enteredAtMs = await now();
  expect((await post(batch)).status).toBe(202);
  await skip(enteredAtMs + 60 * minute - ms - (await now()));
  return { came, batch };
}

/** On another device. */
const elsewhere = async ({ user }: Person, signals: Parameters<typeof batchOf>[0]) =>
  expect((await post({ ...batchOf(signals, { user }, await now()), visitor: crypto.randomUUID() })).status).toBe(202);

const goesBy = async (batch: Person, ms: number) => {
  await skip(ms);
  await runAlarm(batch);
};

test("without a purchase the message goes out when it is due", async () => {
  const { came, batch } = await dueIn(1000);
  await goesBy(batch, 2000);
  await vi.waitFor(() => expect(mine(came, batch)).toHaveLength(1));
});

test("a purchase one second before a due cart message: no message", async () => {
  const { came, batch } = await dueIn(1000);
  await elsewhere(batch, [{ kind: "purchase", order: "0a1b2c3d4e5f6071" }]);
  await goesBy(batch, 2000);
  for (let i = 0; i < 3; i++) await goesBy(batch, 20 * minute);
  expect(mine(came, batch)).toEqual([]);
  expect((await lines(batch)).map(({ text }) => text).join("\n")).toMatch(/"reminder" not sent: bought/);
});

test("a purchase that POST /v1/events tells of: no message", async () => {
  const answer = await admin("/sites/pk_demo/tokens", { method: "POST", body: JSON.stringify({ role: "server" }) });
  const { token } = await answer.json<{ token: string }>();
  const { came, batch } = await dueIn(1000);
  const event = { id: crypto.randomUUID(), user: batch.user?.id, kind: "purchase", at: await now(), order: "o-1" };
  const headers = { authorization: `Bearer ${token}` };
  const told = await call("/v1/events", { method: "POST", headers, body: JSON.stringify({ events: [event] }) });
  expect(await told.json()).toEqual({ taken: 1, repeated: 0 });
  await goesBy(batch, 2000);
  for (let i = 0; i < 3; i++) await goesBy(batch, 20 * minute);
  expect(mine(came, batch)).toEqual([]);
  expect((await lines(batch)).map(({ text }) => text).join("\n")).toMatch(/"reminder" not sent: bought/);
});

test("whoever is paying right now: the message is held, and goes out if they do not buy", async () => {
  const { came, batch } = await dueIn(5000);
  await elsewhere(batch, [
    { kind: "page_view", url: "https://shop.example/checkout", device: "phone", page: "p9" },
    { kind: "begin_checkout", items: [], page: "p9" },
    { kind: "dwell", engaged_ms: 1000, left: true, page: "p9" },
  ]);
  await goesBy(batch, 10_000);
  await vi.waitFor(async () =>
    expect(await lines(batch)).toEqual(expect.arrayContaining([expect.objectContaining({ what: "held", gate: "checkout" })])),
  );
  expect(mine(came, batch)).toEqual([]);
  await goesBy(batch, 11 * minute);
  await vi.waitFor(() => expect(mine(came, batch)).toHaveLength(1));
});
