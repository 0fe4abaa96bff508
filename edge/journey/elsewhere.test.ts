import { expect, test } from "vitest";
import type { Signal } from "../../contract/signals.ts";
import { takeBatch } from "../profile/state.ts";
import { siteOf, somebody, type Unplaced } from "../test/somebody.ts";

const minute = 60_000;

const shop = siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
pages: { cart: { match: [/cart], key: true } }
triggers:
  leaving: { on: [exit], enter: { now: mail, later: mail }, journey: kept }
journeys:
  kept:
    exit_on: [purchase]
    steps: [{ id: mail, layer: immediate, after: 3m, before: 15m, hold_while: none, channels: [email], message: hello }]
messages:
  hello: { subject: Hello }
destinations:
  email: { url: "https://mail.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`);

type Me = ReturnType<typeof somebody>;

const onAnotherDevice = (me: Me, name: string, ...signals: object[]) => onSlowDevice(me, 0, name, ...signals);

/** Whose clock is slow. */
const onSlowDevice = (me: Me, slowMs: number, name: string, ...signals: object[]) =>
  takeBatch(
    me.profile,
    {
      v: 1,
      site: "pk_demo",
      visitor: "v",
      stream: name,
      session: { id: name, started_at: me.nowMs - slowMs, number: 1 },
      sent_at: me.nowMs - slowMs,
      consent: "granted",
      signals: signals.map((signal, i) => ({ n: i + 1, page: "q1", at: me.nowMs - slowMs, ...signal }) as Signal),
    },
    me.nowMs,
    me.site,
  );

const view = { kind: "page_view", url: "https://shop.example/cart", device: "desktop" } as const;
const filled: Unplaced = { kind: "add_to_cart", items: [{ id: "shoe", price: 80, quantity: 1 }], currency: "EUR", at: 1000 };
const turns = { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, at: 20_000 } as const;
const bought = { kind: "purchase", order: "0a1b2c3d4e5f6071" };

test("suffer 18: what was bought on the phone just before the laptop turned to leave its cart is not asked for", async () => {
  const me = somebody(await shop);
  me.does(view, filled);
  me.waits(20_000);
  onAnotherDevice(me, "phone", { ...view, device: "phone" }, bought);
  me.does(turns);
  me.waits(15 * minute);
  expect(me.told()).toEqual([]);
  expect(me.lines.map(({ text }) => text).at(-1)).toMatch(/^"hello" not sent: bought \d+ s ago/);
});

test("a cart that is filled anew after a purchase is spoken of", async () => {
  const me = somebody(await shop);
  onAnotherDevice(me, "phone", { ...view, device: "phone" }, bought);
  me.waits(20_000);
  me.does(view, filled, turns);
  me.waits(15 * minute);
  expect(me.told()).toHaveLength(1);
});

test("whoever comes back again and again keeps what was begun in the first session", async () => {
  const me = somebody(await shop);
  me.does(view, filled, turns);
  for (let visit = 0; visit < 6; visit++) onAnotherDevice(me, `visit-${visit}`, { ...view, url: "https://shop.example/" });
  expect(Object.keys(me.profile.sessions)).toContain("s1");
  expect(Object.keys(me.profile.sessions)).toHaveLength(4);
  me.waits(15 * minute);
  expect(me.told()).toHaveLength(1);
});

test("suffer 18: a purchase on a phone whose clock is ten seconds slow ends the laptop's journey all the same", async () => {
  const me = somebody(await shop);
  me.does(view, turns);
  me.waits(2000);
  onAnotherDevice(me, "phone", { ...view, device: "phone", at: me.nowMs - 9500 }, { ...bought, at: me.nowMs - 9500 });
  me.follow();
  me.waits(15 * minute);
  expect(me.told()).toEqual([]);
  expect(me.said().at(-1)).toBe("exited mail purchase");
});

test("suffer 18: so does one that is told when its session is forgotten, of a phone whose clock is an hour slow", async () => {
  const me = somebody(await shop);
  const hour = 60 * minute;
  onSlowDevice(me, hour, "phone", { ...view, device: "phone" });
  me.does(view, turns);
  me.waits(2000);
  const boughtAtMs = me.nowMs - hour;
  for (let visit = 0; visit < 4; visit++) onAnotherDevice(me, `visit-${visit}`, { ...view, url: "https://shop.example/" });
  expect(Object.keys(me.profile.sessions)).not.toContain("phone");
  me.waits(2000);
  onSlowDevice(me, hour, "phone", { ...bought, n: 2, at: boughtAtMs });
  me.follow();
  me.waits(15 * minute);
  expect(me.told()).toEqual([]);
  expect(me.said().at(-1)).toBe("exited mail purchase");
});

test("what was bought in the same session just before something led into a journey does not end it", async () => {
  const me = somebody(await shop);
  me.does(view, { ...bought, at: 1000 } as Unplaced, turns);
  me.does({ ...turns, at: 10_000 });
  expect(me.said()).toEqual(["entered mail"]);
  me.waits(15 * minute);
  expect(me.told()).toHaveLength(1);
});
