import fc from "fast-check";
import type { Event } from "../journey/heed.ts";
import type { Unplaced } from "../test/somebody.ts";
import type { World } from "./world.ts";

const minute = 60_000;
const hour = 60 * minute;

const page = fc.integer({ min: 1, max: 9 }).map((n) => `p${n}`);
const item = { id: "shoe", name: "Shoe", price: 80, margin: "high" } as const;
const view = (path: string, on: string): Unplaced => ({
  kind: "page_view",
  url: `https://shop.example/${path}`,
  device: "desktop",
  page: on,
});

/** What leads somewhere, whole; or a word of it. */
const telling = fc.oneof(
  fc
    .tuple(page, fc.boolean())
    .map(([on, leaves]): Unplaced[] => [
      view("cart", on),
      { kind: "add_to_cart", items: [item], page: on, at: 2000 },
      { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, page: on, at: 40_000 },
      ...(leaves ? [{ kind: "dwell", engaged_ms: 80_000, left: true, page: on, at: 41_000 } as const] : []),
    ]),
  page.map((on): Unplaced[] => [
    view("pricing", on),
    { kind: "scroll_depth", depth: 0.5, page: on, at: 5000 },
    { kind: "dwell", engaged_ms: 40_000, page: on, at: 40_000 },
  ]),
  page.map((on): Unplaced[] => [
    view("checkout", on),
    { kind: "begin_checkout", items: [item], page: on },
    { kind: "payment_failed", page: on, at: 9000 },
  ]),
  page.map((on): Unplaced[] => [{ kind: "purchase", page: on, at: 1000 }]),
  page.map((on): Unplaced[] => [{ kind: "remove_from_cart", items: [item], page: on }]),
  page.map((on): Unplaced[] => [{ kind: "dwell", engaged_ms: 90_000, left: true, page: on }]),
);

const time_zone = fc.constantFrom("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Mars/Phobos", "UTC");
const outcomes = [
  "failed",
  "unreachable",
  "suppressed",
  "no_agent",
  "bounced",
  "responded",
  "dismissed",
  "unsubscribed",
] as const;
const answers = ["message_shown", "message_clicked", "message_dismissed"] as const;
const outside = ["email", "sms", "push", "team"];

/** Whatever may happen to people: what their browsers tell, when that comes, what becomes of messages, and what clocks do. */
type Happening =
  | { device: number; tells: Unplaced[]; time_zone?: string; isHeldBack: boolean }
  | { device: number; delivers: number }
  | { device: number; returns: true }
  | { device: number; signsIn: true }
  | { waitsMs: number }
  | { jumpsMs: number }
  | { who: number; rings: number }
  | { message: number; outcome: Exclude<Event["what"], "not_sent"> }
  | { offer: number; answer: (typeof answers)[number] };

const which = fc.nat(9);

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      { device: which, tells: telling, time_zone, isHeldBack: fc.boolean() },
      { requiredKeys: ["device", "tells", "isHeldBack"] },
    ),
  },
  { weight: 4, arbitrary: fc.record({ device: which, delivers: which }) },
  { weight: 2, arbitrary: fc.record({ device: which, returns: fc.constant(true as const) }) },
  { weight: 2, arbitrary: fc.record({ device: which, signsIn: fc.constant(true as const) }) },
  { weight: 3, arbitrary: fc.record({ waitsMs: fc.integer({ min: 1000, max: 10 * minute }) }) },
  { weight: 3, arbitrary: fc.record({ waitsMs: fc.integer({ min: 10 * minute, max: 26 * hour }) }) },
  { weight: 2, arbitrary: fc.record({ jumpsMs: fc.integer({ min: -10 * minute, max: 6 * hour }) }) },
  { weight: 2, arbitrary: fc.record({ who: which, rings: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ message: which, outcome: fc.constantFrom(...outcomes) }) },
  { weight: 3, arbitrary: fc.record({ offer: which, answer: fc.constantFrom(...answers) }) },
);

const pick = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(1, all.length)];

export function happens(world: World, one: Happening): void {
  if ("device" in one) {
    const device = pick(world.devices, one.device);
    if (!device) return;
    if ("returns" in one) world.returns(device);
    else if ("signsIn" in one) world.merges(device);
    else if ("delivers" in one) {
      // Late, in another order, or once more.
      const batch = pick(device.batches, one.delivers);
      if (batch) world.delivers(device, batch);
    } else {
      const batch = world.does(device, one.tells, one.time_zone);
      if (!one.isHeldBack) world.delivers(device, batch);
    }
  } else if ("waitsMs" in one) world.waits(one.waitsMs);
  else if ("jumpsMs" in one) world.nowMs += one.jumpsMs;
  else if ("rings" in one) for (let i = 0; i < one.rings; i++) world.rings(pick(world.awake(), one.who) as string);
  else if ("outcome" in one) {
    const sent = pick(world.said.filter(({ channel }) => outside.includes(channel)).reverse(), one.message);
    if (sent) world.hears(sent, one.outcome);
  } else {
    const offer = pick([...world.offered].reverse(), one.offer);
    const device = offer && world.devices.find(({ who }) => who === world.home(offer.who));
    if (device) world.delivers(device, world.does(device, [{ kind: one.answer, message: offer.message.id }]));
  }
}
