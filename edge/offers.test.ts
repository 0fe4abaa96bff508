import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Accepted, Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import type { Timeline } from "./site/answers.ts";
import { batchOf, bindings, call, type Hook, now, personOf, post, pushDemo, receiver, runAlarm, skip } from "./test/edge.ts";
import { as, get, root, send } from "./test/site.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** Whoever leaves the cart gets a code by e-mail at once, or on the page. */
const site = (offer: string, more: string, form: string) => `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
currency: EUR
pages: { cart: { match: [/cart], key: true }, checkout: { match: [/checkout*], key: true } }
triggers:
  leaving: { on: [exit], ${form === "onsite" ? 'when: "!checkout.active", ' : ""}enter: { now: mail, later: mail }, re_entry: always, journey: cart }
journeys:
  cart:
    steps: [{ id: mail, layer: immediate, after: 0s, before: 15m, channels: [${form}], hold_while: none, message: mail }]
offers:
  ${offer}: { percent: 15, ${more.includes("valid_for") ? "" : "valid_for: 1d, "}${more} }
messages:
  mail:
    purpose: service
    offer: ${offer}
    subject: "{{ offer.percent }}% off with {{ offer.code }}"
    onsite: { title: "{{ offer.code }}" }
    blocks: [{ id: timer, text: "Until {{ offer.ends_at | date: '%H:%M' }}", deadline: offer.ends_at }]
    action: { label: Back to the cart, link: /cart }
destinations:
  email: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

let came: Hook[] = [];
let offer = "";
let pool = "";
beforeEach(() => {
  offer = `o${crypto.randomUUID().slice(0, 8)}`;
  pool = `p${crypto.randomUUID().slice(0, 8)}`;
  came = receiver();
});
afterEach(() => vi.restoreAllMocks());

/** As many codes as are asked for, each unlike any other of any test. */
const codes = (count: number) => Array.from({ length: count }, () => `C-${crypto.randomUUID().slice(0, 13)}`);
const fill = (all: readonly string[], name = pool) => send(root, "PUT", `/sites/pk_demo/pools/${name}`, all.join("\n"));
const left = async () => (await get<{ left: number }>(`/sites/pk_demo/pools/${pool}`)).left;

/** The newest file is the one that everybody has read: what was read before is too old. */
async function pushed(more: string, form = "email"): Promise<void> {
  await pushDemo(() => site(offer, more, form));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_001 });
}

/** A shop whose offer has codes of its own, of which there are so many. */
async function shop(count: number, more = "", form = "email"): Promise<string[]> {
  const all = codes(count);
  if (count) expect((await fill(all)).status).toBe(200);
  await pushed(`code: { pool: ${pool} }${more && `, ${more}`}`, form);
  return all;
}

type Given = Parameters<typeof batchOf>[0];
const inCart = (price: number, category = "shoes", id = "sku-1"): Given[number] => ({
  kind: "add_to_cart",
  items: [{ id, name: "Trail shoe", category, price, quantity: 1 }],
  currency: "EUR",
  at: 1000,
});
const leaving: Given = [
  { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, at: 20_000 },
  { kind: "dwell", engaged_ms: 20_000, left: true, at: 20_500 },
];

/** Leaves the cart in a session of its own. */
async function leaves(who: Partial<Pick<Batch, "visitor" | "user">> = {}, cart: Given = [inCart(80)]): Promise<Batch> {
  const nowMs = await now();
  const page: Given = [{ kind: "page_view", url: "https://shop.example/cart", device: "desktop" }];
  const batch = batchOf([...page, ...cart, ...leaving], { ...who, sent_at: nowMs }, nowMs - 21_000);
  expect((await post(batch)).status).toBe(202);
  return batch;
}

interface Said {
  code: string;
  ends_at: string;
}
/** The offers that one person was sent. */
const mails = ({ user }: Batch) =>
  came
    .map(({ body }) => body.data as never as { person: { id: string }; content: { offer: Said } })
    .flatMap(({ person, content }) => (person.id === user?.id ? content.offer : []));
const arrived = (batch: Batch, count: number): Promise<Said[]> =>
  vi.waitFor(() => {
    expect(mails(batch)).toHaveLength(count);
    return mails(batch);
  });
const stops = async (batch: Batch): Promise<string[]> => {
  const { lines } = (await personOf(batch).timeline({ limit: 50 })) as Timeline;
  return lines.flatMap(({ what, gate, text }) => (what === "not_sent" || what === "held" ? `${gate}: ${text}` : []));
};
const stopped = (batch: Batch, why: string) => vi.waitFor(async () => expect((await stops(batch))[0]).toBe(why));

test("codes are added to a pool once, counted, and never shown", async () => {
  const all = codes(3);
  const [first = ""] = all;
  expect(await (await fill(all)).json()).toEqual({ pool, added: 3, had: 0, left: 3 });
  expect(await (await fill([first.toLowerCase(), ...codes(1)])).json()).toEqual({ pool, added: 1, had: 1, left: 4 });
  expect(await (await fill([first], `${pool}-b`)).json()).toMatchObject({ added: 0, had: 1, left: 0 });
  const json = await send(root, "PUT", `/sites/pk_demo/pools/${pool}`, JSON.stringify(all));
  expect(await json.json()).toMatchObject({ added: 0, had: 3 });
  const wrong = await fill(["code", ...all, "ten percent"]);
  expect([wrong.status, (await wrong.json<{ detail: string }>()).detail]).toEqual([
    422,
    "line 5 is no code: 1–40 letters without accents, digits, - or _",
  ]);
  expect(await left()).toBe(4);
  const seen = await Promise.all(
    ["audit", "pools", "versions"].map(async (at) => (await as(root, `/sites/pk_demo/${at}`)).text()),
  );
  expect(seen.join()).toContain(`3 to the pool ${pool}`);
  for (const code of all) expect(seen.join()).not.toContain(code);
});

test("two people race for the last code: one has it, the other is sent nothing, and the timeline says why", async () => {
  const [code] = await shop(1);
  const both = await Promise.all([leaves(), leaves()]);
  const texts = await vi.waitFor(async () => {
    const all = (await Promise.all(both.map(stops))).flat();
    expect([all.length, came.length]).toEqual([1, 1]);
    return all;
  });
  expect(texts).toEqual([`offer: "mail" not sent: no code is left in the pool ${pool}`]);
  expect(both.flatMap(mails)).toMatchObject([{ code }]);
});

test("a message that is tried again after its object died has the same code and the same end", async () => {
  const [code] = await shop(2);
  came = receiver(({ attempt }) => (attempt === "1" ? new Promise<Response>(() => {}) : new Response("{}")));
  const batch = await leaves();
  await arrived(batch, 1);
  await runInDurableObject(personOf(batch) as never, (_person, ctx) => ctx.abort("it dies")).catch(() => undefined);
  await skip(21_000);
  await runAlarm(batch);
  await vi.waitFor(() => expect(came).toHaveLength(2));
  expect(new Set(came.map(({ text }) => text)).size).toBe(1);
  expect([mails(batch)[0]?.code, await left()]).toEqual([code, 1]);
});

test("who was given a code and died before it was written down is given it again", async () => {
  const [code] = await shop(2);
  const batch = batchOf([]);
  const object = bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo"));
  const asked = { offer, pool, person: personOf(batch).id.toString(), atMs: await now(), validMs: day };
  expect(await object.makeOffer(asked)).toMatchObject({ code });
  await leaves({ visitor: batch.visitor, user: batch.user as never });
  expect(await arrived(batch, 1)).toMatchObject([{ code, ends_at: new Date(asked.atMs + day).toISOString() }]);
  expect(await left()).toBe(1);
});

test("the same offer again within its time is the same code until the same instant; after that it was had", async () => {
  const [first, second] = await shop(3, "once_per: person/2d");
  const batch = await leaves();
  await arrived(batch, 1);
  await skip(5 * hour);
  await leaves({ user: batch.user as never });
  const [one, other] = await arrived(batch, 2);
  expect([one?.code, other]).toEqual([first, one]);
  await skip(20 * hour);
  await leaves({ user: batch.user as never });
  await stopped(batch, `offer_once: "mail" not sent: has had the offer "${offer}" 25 h ago`);
  await skip(25 * hour);
  await leaves({ user: batch.user as never });
  const third = (await arrived(batch, 3))[2];
  expect(third?.code).toBe(second);
  expect(Date.parse(third?.ends_at ?? "")).toBeGreaterThan(Date.parse(one?.ends_at ?? "") + day);
});

test("a code whose message reached nobody stays with the person, and was not had", async () => {
  const [first, second] = await shop(3);
  let status = 500;
  came = receiver(() => new Response("{}", { status }));
  const is = (state: string) =>
    vi.waitFor(async () => expect(await get<object>(`/sites/pk_demo/deliveries/${came.at(-1)?.id}`)).toMatchObject({ state }));
  const tooLate = async (batch: Batch) => {
    await is("again");
    await skip(16 * 60_000);
    await runAlarm(batch);
    await is("expired");
  };
  const batch = await leaves();
  await arrived(batch, 1);
  await tooLate(batch);
  await leaves({ user: batch.user as never });
  expect((await arrived(batch, 2)).map(({ code }) => code)).toEqual([first, first]);
  await tooLate(batch);
  await skip(day);
  status = 200;
  await leaves({ user: batch.user as never });
  expect((await arrived(batch, 3))[2]?.code).toBe(second);
  expect(await left()).toBe(1);
});

test("a budget is never exceeded, and says so; what was spent comes back when it is old", async () => {
  await shop(5, "budget: { max: 1, per: 1h }");
  await arrived(await leaves(), 1);
  const late = await leaves();
  await stopped(late, `offer: "mail" not sent: the budget of the offer is spent: 1 in 1 h`);
  expect(await left()).toBe(4);
  const { audit } = await get<{ audit: { what: string; detail: string }[] }>("/sites/pk_demo/audit");
  expect(audit.filter(({ what, detail }) => what === "budget_spent" && detail.includes(offer))).toHaveLength(1);
  await skip(hour + 4 * 60_000);
  await arrived(await leaves(), 1);
});

test("a budget holds for an offer without a code of its own, too", async () => {
  await pushed("code: { fixed: TEN }, budget: { max: 1, per: 1d }");
  expect(await arrived(await leaves(), 1)).toMatchObject([{ code: "TEN" }]);
  await stopped(await leaves(), `offer: "mail" not sent: the budget of the offer is spent: 1 in 24 h`);
});

test("an offer is for carts that are worth it, without what it is not for", async () => {
  await shop(3, "min_cart: 40, exclude: [gift-card]");
  const floor = `offer: "mail" not sent: the offer "${offer}" is for carts from 40 on`;
  await stopped(await leaves({}, [inCart(39)]), floor);
  await stopped(await leaves({}, []), floor);
  await stopped(await leaves({}, [inCart(39), inCart(50, "Gift card", "sku-2")]), floor);
  const none = `offer: "mail" not sent: the offer "${offer}" is not for what is in the cart`;
  await stopped(await leaves({}, [inCart(50, "Gift card")]), none);
  expect(await left()).toBe(3);
  await arrived(await leaves({}, [inCart(40), inCart(50, "Gift card", "sku-2")]), 1);
});

test("nobody anonymous and nobody who is paying is given a code", async () => {
  await shop(2);
  const stranger = await leaves({ user: undefined as never });
  await vi.waitFor(async () => expect((await stops(stranger))[0]).toMatch(/"mail" waits: /));
  const checkout: Given = [inCart(80), { kind: "begin_checkout", at: 2000 }];
  const payer = await leaves({}, checkout);
  await vi.waitFor(async () => expect((await stops(payer))[0]).toMatch(/^checkout: /));
  expect([came.length, await left()]).toEqual([0, 2]);
});

test("a visitor who turns out to be a user holds what the user holds", async () => {
  const [code] = await shop(2);
  const user = await leaves();
  await arrived(user, 1);
  const stranger = await leaves({ user: undefined as never });
  const { visitor, session } = stranger;
  const signedIn = batchOf([{ kind: "page_view", url: "https://shop.example/cart", device: "phone", page: "p2" }], {
    ...{ visitor, session, user: user.user as never, sent_at: await now() },
  });
  expect((await post(signedIn)).status).toBe(202);
  const all = await arrived(user, 2);
  expect(all.map((one) => one.code)).toEqual([code, code]);
  expect([new Set(all.map(({ ends_at }) => ends_at)).size, await left()]).toEqual([1, 1]);
});

test("who is on the page gets the code in the same reply", async () => {
  const [code] = await shop(1, "", "onsite");
  const nowMs = await now();
  const page: Given = [{ kind: "page_view", url: "https://shop.example/cart", device: "desktop" }, inCart(80)];
  const batch = batchOf([...page, ...leaving.slice(0, 1)], { sent_at: nowMs }, nowMs - 21_000);
  const { onsite } = await (await post(batch)).json<Accepted>();
  expect(onsite).toMatchObject([{ content: { onsite: { title: code }, offer: { code } } }]);
  expect(Date.parse(onsite?.[0]?.expires_at ?? "")).toBeLessThanOrEqual(Date.parse(onsite?.[0]?.content.offer?.ends_at ?? ""));
});

test("no message is tried after the end of its offer, however long its step lasts", async () => {
  await shop(1, "valid_for: 5m");
  came = receiver(() => new Response("{}", { status: 500 }));
  const batch = await leaves();
  const [said] = await arrived(batch, 1);
  expect(came[0]?.text).toContain(`"expires_at":"${said?.ends_at}"`);
  await vi.waitFor(async () =>
    expect(await get<object>(`/sites/pk_demo/deliveries/${came[0]?.id}`)).toMatchObject({ state: "again" }),
  );
  await skip(5 * 60_000);
  await runAlarm(batch);
  await vi.waitFor(async () =>
    expect(await get<object>(`/sites/pk_demo/deliveries/${came[0]?.id}`)).toMatchObject({ state: "expired", attempts: 1 }),
  );
});

test("where the site cannot be asked for a code the message waits, and goes out once it can", async () => {
  const [code] = await shop(1);
  const { SITE } = bindings;
  const away = vi.spyOn(SITE, "getByName").mockImplementation((name) => {
    const stub = SITE.get(SITE.idFromName(name));
    const fails = () => Promise.reject(new Error("it cannot be reached"));
    return new Proxy(stub, { get: (_stub, method) => (method === "makeOffer" ? fails : stub[method as "read"]) });
  });
  const batch = await leaves();
  expect(away).toHaveBeenCalled();
  expect((await personOf(batch).timeline({ limit: 5 }))?.running).toMatchObject([{ step: "mail", held_by: "offer_code" }]);
  away.mockRestore();
  await skip(20_000);
  await runAlarm(batch);
  expect(await arrived(batch, 1)).toMatchObject([{ code }]);
});

test("what an offer can cost is in the log, and in no body", async () => {
  await shop(1);
  const batch = await leaves();
  await arrived(batch, 1);
  const [{ id, text } = { id: "", text: "" }] = came;
  await vi.waitFor(async () =>
    expect(await get<object>(`/sites/pk_demo/deliveries/${id}`)).toMatchObject({
      offer: { id: offer, cost: { amount: 12, currency: "EUR" } },
    }),
  );
  expect(text).not.toContain("cost");
});

test("who bought with the code has used it", async () => {
  const [code = ""] = await shop(2);
  const batch = await leaves();
  await arrived(batch, 1);
  const { token } = await (await send(root, "POST", "/sites/pk_demo/tokens", { role: "server" })).json<{ token: string }>();
  const event = { id: crypto.randomUUID(), user: batch.user?.id, kind: "purchase", at: await now(), coupon: code.toLowerCase() };
  const headers = { authorization: `Bearer ${token}` };
  expect((await call("/v1/events", { method: "POST", headers, body: JSON.stringify({ events: [event] }) })).status).toBe(202);
  await leaves({ user: batch.user as never });
  await stopped(batch, `offer_once: "mail" not sent: has used the offer "${offer}"`);
});

test("a person who holds an offer that the site has changed since is not told other terms for the same code", async () => {
  await shop(1);
  const batch = await leaves();
  await arrived(batch, 1);
  await pushed(`code: { pool: ${pool} }, exclude: [gift-card]`);
  await leaves({ user: batch.user as never });
  await stopped(batch, `offer: "mail" not sent: holds the offer "${offer}" as it was before the site changed it`);
});

test("an offer with one code for all and no budget asks nobody", async () => {
  await pushed("code: { fixed: TEN }");
  await arrived(await leaves(), 1);
  const object = bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo"));
  const made = await runInDurableObject(object as never, async (_site, { storage: { sql } }) =>
    sql.exec("SELECT name FROM sqlite_master WHERE name = 'made'").toArray().length
      ? sql.exec("SELECT * FROM made WHERE offer = ?", offer).toArray()
      : [],
  );
  expect(made).toEqual([]);
});
