import fc from "fast-check";
import { expect, test } from "vitest";
import { happening, happens } from "./random-life.ts";
import { configOf, randomSite } from "./random-site.ts";
import {
  neverAboveTheCap,
  neverAfterBuying,
  neverAfterTheEnd,
  neverAtNight,
  neverLost,
  neverTooEarlyOrLate,
  neverTwice,
} from "./recount.ts";
import { openWorld } from "./world.ts";

const hour = 3_600_000;
const day = 24 * hour;
/** Clocks are changed in these days, in some places. */
const start = fc.integer({ min: Date.UTC(2026, 9, 22), max: Date.UTC(2026, 10, 3) });
const runs = 1000;

test("whatever the site says and whatever happens: no step twice, none lost, nothing late, after its end, above a cap or at night", async () => {
  let [said, entered, offered] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(randomSite, start, fc.array(happening, { minLength: 10, maxLength: 60 }), async (written, fromMs, life) => {
      const config = await configOf(written, 1);
      const world = openWorld(config, fromMs);
      world.device("u");
      world.device("u", 3 * hour);
      world.device("v1");
      world.device("v2", -hour);
      for (const one of life) happens(world, one);
      for (const device of world.devices) for (const one of device.batches) if (one.isDue) world.delivers(device, one);
      world.waits(12 * day);

      said += world.said.length;
      offered += world.offered.length;
      entered += world.told.filter(({ what }) => what === "entered").length;
      neverTwice(world);
      neverTooEarlyOrLate(config.file, world);
      neverAtNight(config.file, world);
      neverAboveTheCap(config.file, world);
      neverAfterBuying(config.file, world);
      neverAfterTheEnd(world);
      neverLost(config.file, world);
      for (const who of world.awake()) expect(world.dueMs(who)).toBe(Infinity);
    }),
    { numRuns: runs },
  );
  // What was looked at was worth a look.
  expect({ said: said > runs, offered: offered > runs / 50, entered: entered > runs }).toEqual({
    said: true,
    offered: true,
    entered: true,
  });
}, 120_000);
