import { expect, test } from "vitest";
import { configOf } from "./random-site.ts";
import { openWorld } from "./world.ts";

const config = await configOf(
  {
    version: 1,
    site: "pk_demo",
    origins: ["https://shop.example"],
    pages: { pricing: { match: ["/pricing*"], key: true } },
    triggers: { lingering: { on: ["hesitation"], enter: { now: "reviews" }, journey: "slow" } },
    journeys: {
      slow: { steps: [{ id: "reviews", layer: "re-engagement", after: "1h", channels: ["team"], message: "reviews" }] },
    },
    messages: { reviews: { team: { text: "Somebody hesitates" } } },
    destinations: { team: { url: "https://tool.example/hook", channels: ["team"], secret: "DEST_PK_DEMO_X" } },
  },
  1,
);

test("whose journey gives way because they turned out to be somebody who is in it already is told so", () => {
  const world = openWorld(config, Date.UTC(2026, 10, 23, 11));
  world.device("u");
  world.device("v1");
  for (const device of world.devices)
    world.delivers(
      device,
      world.does(device, [
        { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
        { kind: "scroll_depth", depth: 0.5, at: 5000 },
        { kind: "dwell", engaged_ms: 40_000, at: 40_000 },
      ]),
    );
  world.merges(world.devices[1] as (typeof world.devices)[number]);
  world.waits(5 * 3_600_000);
  expect(world.said).toHaveLength(1);
  expect(world.told.filter(({ gate }) => gate === "replaced").map(({ what }) => what)).toEqual(["exited"]);
});
