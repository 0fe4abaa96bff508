import fc from "fast-check";
import { expect, test } from "vitest";
import { quietUntilMs } from "./quiet-hours.ts";

const minute = 60_000;
const night = { from: "21:00", to: "09:00" };
const at = (text: string): number => Date.parse(text);
const until = (text: string, zone?: string) => new Date(quietUntilMs(night, at(text), [zone, "Europe/Paris"]) ?? 0).toISOString();

test("the night ends at nine by the person's clock, else by the site's", () => {
  expect(until("2026-11-22T21:30:00Z")).toBe("2026-11-23T08:00:00.000Z");
  expect(until("2026-11-22T21:30:15Z", "Nowhere/Land")).toBe("2026-11-23T08:00:00.000Z");
  expect(until("2026-11-23T02:30:00Z", "America/New_York")).toBe("2026-11-23T14:00:00.000Z");
  expect(quietUntilMs(night, at("2026-11-22T21:30:00Z"), ["America/New_York"])).toBeUndefined();
  expect(quietUntilMs({ from: "12:00", to: "14:00" }, at("2026-11-22T12:59:59Z"), ["UTC"])).toBe(at("2026-11-22T14:00:00Z"));
});

test("the night on which the clocks change ends at nine too", () => {
  expect(until("2026-10-24T20:00:00Z")).toBe("2026-10-25T08:00:00.000Z");
  expect(until("2026-03-28T21:00:00Z")).toBe("2026-03-29T07:00:00.000Z");
});

test("whatever the hours, the zone and the time: what was quiet ends in the first minute that is not", () => {
  const time = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
  const zone = fc.constantFrom("UTC", "Asia/Kolkata", "Europe/Paris", "America/St_Johns", "Pacific/Auckland");
  const instant = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") });
  fc.assert(
    fc.property(time, time, zone, instant, (from, to, timeZone, nowMs) => {
      fc.pre(from !== to);
      const untilMs = quietUntilMs({ from, to }, nowMs, [timeZone]);
      if (untilMs === undefined) return;
      expect(untilMs).toBeGreaterThan(nowMs);
      expect(untilMs - nowMs).toBeLessThanOrEqual(26 * 60 * minute);
      expect(quietUntilMs({ from, to }, untilMs, [timeZone])).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
