import fc from "fast-check";
import { expect, test } from "vitest";
import { jobs, siteOf, somebody, type Unplaced } from "../test/somebody.ts";
import { nextDueMs } from "./follow.ts";
import { heed } from "./heed.ts";

const minute = 60_000;

/** Everything that may happen to somebody, in any order. */
const page = fc.constantFrom("p1", "p2", "p3", "p4");
const url = fc.constantFrom("cart", "pricing", "returns", "checkout", "p/1").map((path) => `https://shop.example/${path}`);
const item = { id: "shoe", name: "Shoe", price: 80, margin: "high" } as const;
const signal: fc.Arbitrary<Unplaced> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("page_view"), url, page, device: fc.constantFrom("phone", "desktop") }) },
  { weight: 3, arbitrary: page.map((one) => ({ kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, page: one })) },
  page.map((one) => ({ kind: "add_to_cart", items: [item], page: one })),
  page.map((one) => ({ kind: "remove_from_cart", items: [item], page: one })),
  page.map((one) => ({ kind: "scroll_depth", depth: 0.9, page: one })),
  page.map((one) => ({ kind: "dwell", engaged_ms: 60_000, page: one })),
  { weight: 3, arbitrary: page.map((one) => ({ kind: "dwell", engaged_ms: 90_000, left: true, page: one })) },
  page.map((one) => ({ kind: "payment_failed", page: one })),
  page.map((one) => ({ kind: "purchase", page: one })),
) as fc.Arbitrary<Unplaced>;
/** What leads somewhere is rare among what may happen, so it comes whole now and then. */
const telling = fc.oneof(
  fc
    .tuple(page, fc.boolean())
    .map(([one, leaves]) => [
      { kind: "page_view", url: "https://shop.example/cart", page: one, device: "desktop" },
      { kind: "add_to_cart", items: [item], page: one },
      { kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_000, page: one },
      ...(leaves ? [{ kind: "dwell", engaged_ms: 80_000, left: true, page: one } as const] : []),
    ]),
  page.map((one) => [
    { kind: "page_view", url: "https://shop.example/pricing", page: one, device: "desktop" },
    { kind: "scroll_depth", depth: 0.5, page: one },
    { kind: "dwell", engaged_ms: 40_000, page: one },
  ]),
  page.map((one) => [
    { kind: "page_view", url: "https://shop.example/checkout", page: one, device: "desktop" },
    { kind: "begin_checkout", items: [item], page: one },
    { kind: "payment_failed", page: one },
  ]),
) as fc.Arbitrary<Unplaced[]>;
const happening = fc.oneof(
  { weight: 4, arbitrary: telling.map((all) => all.map((one) => [one, 5000] as [Unplaced, number])) },
  { weight: 3, arbitrary: fc.array(fc.tuple(signal, fc.integer({ min: 0, max: 60_000 })), { minLength: 1, maxLength: 6 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1000, max: 26 * 60 * minute }).map((waits) => ({ waits })) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 6 * 60 * minute }).map((sleeps) => ({ sleeps })) },
  { weight: 1, arbitrary: fc.constant({ rings: true }) },
  { weight: 1, arbitrary: fc.constant({ returns: true }) },
  { weight: 1, arbitrary: fc.record({ fails: fc.constantFrom("failed", "unreachable", "bounced"), which: fc.nat(9) }) },
);

const often = (yaml: string) =>
  yaml
    .replace(/re_entry: \{.*\}/g, "re_entry: always")
    .replace("max: 3, per: 24h", "max: 2, per: 6h")
    .replace(/.*cooldown:.*\n/, "");
const site = await siteOf(jobs(often));

test("whatever happens: no step twice, nothing late, nothing after the end, nothing above the cap or at night", () => {
  let sent = 0;
  const minuteOf = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
  const start = fc.integer({ min: Date.UTC(2026, 9, 24), max: Date.UTC(2026, 9, 27) }); // the clocks go back in between
  fc.assert(
    fc.property(start, fc.array(happening, { minLength: 3, maxLength: 25 }), fc.nat(99), (fromMs, all, person) => {
      const me = somebody(site, `person ${person}`, fromMs);
      for (const one of all) {
        if (Array.isArray(one)) {
          const afterMs = (i: number) => one.slice(0, i + 1).reduce((sum, [, ms]) => sum + ms, 0);
          me.does(...one.map(([what], i) => ({ ...what, at: afterMs(i) })));
        } else if ("waits" in one) me.waits(one.waits);
        else if ("sleeps" in one) {
          me.nowMs += one.sleeps;
          me.rings();
        } else if ("rings" in one) me.rings();
        else if ("returns" in one) me.returns();
        else {
          const message = me.sent[one.which];
          if (message) me.lines.push(...heed(site, me.profile, { what: one.fails, seq: message.seq } as never, me.nowMs));
          me.follow();
        }
        expect(nextDueMs(me.profile)).toBeGreaterThan(me.nowMs);
        expect(me.profile.runs.length).toBeLessThanOrEqual(20);
      }
      sent += me.sent.length;

      const keys = me.sent.map(({ run, step, channel }) => `${run.id} ${step.id} ${channel}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { run, atMs, dueAtMs, expiresAtMs, channel, message } of me.sent) {
        expect(atMs).toBeGreaterThanOrEqual(dueAtMs);
        expect(atMs).toBeLessThan(expiresAtMs);
        const ended = me.lines.find((line) => line.run === run.id && line.what === "exited" && line.gate !== "done");
        if (ended) expect(atMs).toBeLessThanOrEqual(ended.atMs);
        if (message.purpose !== "marketing" || channel === "onsite") continue;
        const [hour = 0] = minuteOf.format(atMs).split(":").map(Number);
        expect(hour).toBeGreaterThanOrEqual(9);
        expect(hour).toBeLessThan(21);
      }
      const counted = me.sent.filter(({ message, channel }) => message.purpose === "marketing" && channel !== "onsite");
      if (!all.some((one) => "fails" in one))
        // what failed gives its place back
        for (const { atMs } of counted)
          expect(counted.filter((one) => one.atMs <= atMs && atMs - one.atMs < 6 * 60 * minute).length).toBeLessThanOrEqual(2);
    }),
    { numRuns: 500 },
  );
  expect(sent).toBeGreaterThan(500);
}, 30_000);
