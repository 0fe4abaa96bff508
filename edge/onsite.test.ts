import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Accepted, Batch, OnsiteMessage } from "../contract/wire.ts";
import { batchOf, call, type Hook, now, origin, personOf, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";

const minute = 60_000;

/** A hint on the page, by mail where no page showed it for 5 minutes; an hour later reviews. Nobody takes what goes to the page. */
const yaml = `version: 1
site: pk_demo
origins: [${origin}]
pages:
  pricing: { match: [/pricing*], key: true }
  product: { match: [/p/*], key: true }
  cart: { match: [/cart], key: true }
  checkout: { match: [/checkout*], key: true }
limits:
  onsite_cap: { max: 1, per: session }
triggers:
  lingering: { on: [hesitation], when: page.type == "pricing", enter: { now: hint }, re_entry: always, journey: pricing }
  leaving: { on: [exit], band: now, message: stay }
journeys:
  pricing:
    exit_on: [purchase, responded, dismissed]
    steps:
      - id: hint
        layer: immediate
        from: moment
        before: 10m
        hold_while: none
        channels: [onsite, email]
        fallback_on: [unreachable]
        fallback_within: 5m
        message: hint
      - { id: reviews, layer: re-engagement, after: 1h, before: 4h, hold_while: none, channels: [email], message: reviews }
messages:
  hint:
    purpose: service
    subject: Not sure which plan fits?
    onsite: { title: "Not sure which plan?", body: "Three of them, side by side." }
    action: { label: Compare plans, link: /pricing }
  stay: { purpose: service, onsite: { title: Before you go } }
  reviews: { purpose: service, subject: What others say }
destinations:
  email: { url: "https://inbox.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

let came: Hook[] = [];
beforeEach(async () => {
  await pushDemo(() => yaml);
  came = receiver();
});
afterEach(() => vi.restoreAllMocks());

interface Visit {
  batch: Batch;
  pass: string;
}

const mine = ({ batch }: Visit) =>
  came
    .filter(({ text }) => text.includes(batch.session.id))
    .map(({ body }) => (body.data as never as { why: { step: string } }).why.step);

/** 20 s on the pricing page, as of now, and what the reply offers. */
async function hesitates(): Promise<Visit & { offered: OnsiteMessage[] }> {
  const fromMs = (await now()) - 20_000;
  const batch = batchOf(
    [
      { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
      { kind: "scroll_depth", depth: 0.5, at: 5000 },
      { kind: "dwell", engaged_ms: 20_000, at: 20_000 },
    ],
    { sent_at: fromMs + 20_000 },
    fromMs,
  );
  const answer = await post(batch);
  expect(answer.status).toBe(202);
  const { pass, onsite } = await answer.json<Accepted>();
  return { batch, pass, offered: onsite };
}

/** The same page tells more, and hears what it is offered. */
async function tells(
  { batch, pass }: Visit,
  signals: Parameters<typeof batchOf>[0],
  headers: Record<string, string> = {},
): Promise<OnsiteMessage[]> {
  const nowMs = await now();
  const n = batch.signals.length;
  const more = batchOf(signals, {}, nowMs).signals.map((signal, i) => ({ ...signal, n: n + 1 + i, at: nowMs }));
  batch.signals.push(...more);
  const answer = await post({ ...batch, pass, sent_at: nowMs, signals: more }, headers);
  expect(answer.status).toBe(202);
  return (await answer.json<Accepted>()).onsite;
}

const leaving = (page: string): Parameters<typeof batchOf>[0] => [
  { kind: "page_view", url: "https://shop.example/cart", device: "desktop", page },
  { kind: "add_to_cart", items: [{ id: "shoe", price: 80, quantity: 1 }], currency: "EUR", page },
  { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, page },
];
const click = [{ kind: "click", target: "a" } as const];
const said = (kind: "message_shown" | "message_clicked" | "message_dismissed", { id }: OnsiteMessage) => [{ kind, message: id }];

test("what goes to the page is in the reply to the batch that led to it, and reaches nobody else", async () => {
  const visit = await hesitates();
  expect(visit.offered).toHaveLength(1);
  const [hint] = visit.offered;
  expect(hint).toMatchObject({
    id: expect.stringMatching(/^msg_[\w-]{43}_\d+$/),
    channel: "onsite",
    purpose: "service",
    trigger: "lingering",
    journey: "pricing",
    step: "hint",
    content: {
      template: "hint",
      onsite: { look: "card", title: "Not sure which plan?", body: "Three of them, side by side." },
      action: { label: "Compare plans" },
    },
  });
  expect(Date.parse(hint?.expires_at ?? "") - (await now())).toBeLessThanOrEqual(5 * minute);
  expect(mine(visit)).toEqual([]);
});

test("a message is offered under the same id with every reply until the page says that it was shown", async () => {
  const visit = await hesitates();
  const [hint] = visit.offered as [OnsiteMessage];
  expect(await tells(visit, click)).toEqual([hint]);
  await evictDurableObject(personOf(visit.batch) as never);
  expect(await tells(visit, click)).toEqual([hint]);
  expect(await tells(visit, said("message_shown", hint))).toEqual([]);
  expect(await tells(visit, click)).toEqual([]);
  await skip(11 * minute);
  await runAlarm(visit.batch);
  expect(mine(visit)).toEqual([]); // shown: the other channel is not tried
});

test("G4: a reply that no page of the site may read carries no message", async () => {
  const visit = await hesitates();
  const { batch, pass } = visit;
  const [signal] = batchOf(click).signals;
  const body = JSON.stringify({ ...batch, pass, signals: [{ ...signal, n: batch.signals.length + 1 }] });
  const sends = (headers: Record<string, string>) =>
    call("/v1/batches", { method: "POST", body, headers: { "content-type": "text/plain", ...headers } });
  for (const from of [{}, { origin: "null" }] as Record<string, string>[]) {
    const answer = await sends(from);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(await answer.json()).toMatchObject({ onsite: [] });
  }
  expect((await sends({ origin: "https://evil.example" })).status).toBe(403);
  expect(await tells(visit, [...click, ...click])).toEqual(visit.offered);
});

test("whoever clicks it has answered: nothing more comes of the journey", async () => {
  const visit = await hesitates();
  const [hint] = visit.offered as [OnsiteMessage];
  expect(await tells(visit, [...said("message_shown", hint), ...said("message_clicked", hint)])).toEqual([]);
  await skip(61 * minute);
  await runAlarm(visit.batch);
  expect(mine(visit)).toEqual([]);
});

test("whoever sends it away is not offered it again, and nothing more comes of the journey", async () => {
  const visit = await hesitates();
  const [hint] = visit.offered as [OnsiteMessage];
  expect(await tells(visit, said("message_dismissed", hint))).toEqual([]);
  expect(await tells(visit, click)).toEqual([]);
  await skip(61 * minute);
  await runAlarm(visit.batch);
  expect(mine(visit)).toEqual([]);
});

test("a page that speaks of somebody else's message changes nothing, there or here", async () => {
  const [one, other] = [await hesitates(), await hesitates()];
  const [hint] = other.offered as [OnsiteMessage];
  for (const kind of ["message_shown", "message_clicked", "message_dismissed"] as const)
    expect(await tells(one, said(kind, hint))).toEqual(one.offered);
  expect(await tells(other, click)).toEqual([hint]);
  await skip(61 * minute);
  await runAlarm(one.batch);
  await vi.waitFor(() => expect(mine(one)).toContain("reviews"));
});

test("a purchase takes back what no page has shown", async () => {
  const visit = await hesitates();
  expect(await tells(visit, [{ kind: "purchase", order: "0a1b2c3d4e5f6071" }])).toEqual([]);
  expect(await tells(visit, click)).toEqual([]);
});

test("what is offered takes its place on the page", async () => {
  const visit = await hesitates();
  expect(await tells(visit, leaving("p2"))).toEqual(visit.offered);
});

test("what no page shows in time goes out by the other channel, and its place on the page is free again", async () => {
  const visit = await hesitates();
  await skip(5 * minute + 31_000);
  await runAlarm(visit.batch);
  await vi.waitFor(() => expect(mine(visit)).toEqual(["hint"]));
  expect(await tells(visit, leaving("p2"))).toMatchObject([{ step: "stay" }]);
});

test("an id that is none of ours is refused, with its place", async () => {
  const batch = batchOf([{ kind: "message_shown", message: "<img onerror=alert(1)>" }]);
  const answer = await post(batch);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ pointer: "/signals/0/message" });
});
