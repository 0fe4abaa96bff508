import fc from "fast-check";
import { siteFile } from "../site/schema/site-file.ts";
import { channels, purposes } from "../site/schema/words.ts";
import { compileSite, type SiteConfig } from "../site/site-config.ts";

/** What may stand in a site file, as far as it says when a message goes out and when not. */
const some = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: 1 });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 3 });
const seldom = <T>(of: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, of);
const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
});
const span = (...all: string[]) => fc.constantFrom(...all);

const cap = fc.record({
  max: fc.integer({ min: 0, max: 3 }),
  per: span("1h", "6h", "24h", "3d"),
  channels: some(channels),
  purposes: some(purposes),
});

const limits = fc.record({
  sms_to: fc.constant(["+33"]),
  cap: fc.array(cap, { maxLength: 2 }),
  onsite_cap: maybe(fc.record({ max: fc.integer({ min: 1, max: 2 }), per: span("session", "6h") })),
  quiet_hours: maybe(
    fc
      // biome-ignore lint/suspicious/noThenProperty: the word of the site file; nobody awaits it.
      .record({ from: time, to: time, channels: some(channels), purposes: some(purposes), then: span("defer", "drop") })
      .filter(({ from, to }) => from !== to),
  ),
  cooldown: seldom(fc.record({ for: span("6h", "2d"), purposes: some(purposes) })),
  holdout: seldom(fc.record({ share: span("0%", "30%"), purposes: some(purposes) })),
});

const layers = {
  immediate: { after: span("0s", "30s", "5m"), before: span("10m", "15m") },
  "re-engagement": { after: span("20m", "1h", "2h"), before: span("3h", "4h") },
  reinforcement: { after: span("5h", "20h"), before: span("22h", "24h") },
};

const step = (layer: keyof typeof layers) =>
  fc.record(
    {
      layer: fc.constant(layer),
      from: span("entry", "previous", "left", "moment"),
      after: layers[layer].after,
      before: layers[layer].before,
      hold_while: span("on_site", "none"),
      channels: some(channels),
      fallback_on: some(["bounced", "failed", "suppressed", "unreachable", "no_agent"]),
      fallback_within: span("2m", "30m"),
      purpose: fc.constantFrom(...purposes),
    },
    { requiredKeys: ["layer", "after", "channels", "purpose"] },
  );

const steps = fc
  .tuple(
    fc.array(step("immediate"), { maxLength: 2 }),
    fc.array(step("re-engagement"), { maxLength: 2 }),
    maybe(step("reinforcement")),
  )
  .map(([first, second, third]) => [...first, ...second, ...(third ? [third] : [])])
  .filter(({ length }) => length > 0);

/** Mostly the first step. */
const entry = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(4));

const journey = fc.record(
  {
    steps,
    goal: fc.record({ event: span("purchase", "add_to_cart"), within: span("2h", "5d") }),
    exit_on: some(["purchase", "responded", "unsubscribed", "dismissed", "cart_emptied"]),
    trigger: fc.record({
      on: some(["exit", "hesitation", "cart_abandon", "checkout_stall", "bounce"] as const),
      later: entry,
      now: entry,
      priority: fc.nat(100),
      group: seldom(span("one", "other")),
      for: seldom(span("1m", "10m")),
      re_entry: fc.oneof(
        { weight: 4, arbitrary: fc.constant("always") },
        fc.constant("never"),
        span("1h", "3d").map((after) => ({ after })),
      ),
    }),
  },
  { requiredKeys: ["steps", "trigger"] },
);

const written = fc.record({
  time_zone: span("Europe/Paris", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia"),
  limits,
  journeys: fc.array(journey, { minLength: 1, maxLength: 4 }),
  taken: fc.record(
    Object.fromEntries(
      channels.map((one) => [
        one,
        fc.constantFrom("url", "url", one === "onsite" || one === "chat" ? "nobody" : "url", "nobody"),
      ]),
    ),
  ),
});

const forms = {
  subject: "Hello",
  push: { title: "Hello", body: "Hello" },
  sms: { text: "Hello" },
  chat: { text: "Hello" },
  onsite: { title: "Hello" },
  team: { text: "Hello" },
};

/** Every step has a message of its own, named after both. */
export const randomSite: fc.Arbitrary<object> = written.map(({ journeys, taken, ...rest }) => {
  const all = journeys.map(({ steps, trigger: { later, now, group, for: forMs, ...trigger }, ...more }, j) => {
    const ids = steps.map((_, s) => `j${j}s${s}`);
    const at = (i: number) => ids[i % ids.length];
    return {
      trigger: {
        ...trigger,
        journey: `j${j}`,
        enter: { now: at(now), later: at(later) },
        ...(group && { group }),
        ...(forMs && { for: forMs }),
      },
      journey: { ...more, steps: steps.map(({ purpose: _purpose, ...one }, s) => ({ id: ids[s], message: ids[s], ...one })) },
      messages: steps.map(({ purpose }, s) => [ids[s], { purpose, ...forms }] as const),
    };
  });
  return {
    version: 1,
    site: "pk_demo",
    origins: ["https://shop.example"],
    pages: Object.fromEntries(["pricing", "cart", "checkout"].map((type) => [type, { match: [`/${type}*`], key: true }])),
    ...rest,
    triggers: Object.fromEntries(all.map(({ trigger }, j) => [`t${j}`, trigger])),
    journeys: Object.fromEntries(all.map(({ journey }, j) => [`j${j}`, journey])),
    messages: Object.fromEntries(all.flatMap(({ messages }) => messages)),
    destinations: Object.fromEntries(
      Object.entries(taken)
        .filter(([, by]) => by === "url")
        .map(([channel]) => [channel, { url: "https://tool.example/hook", channels: [channel], secret: "DEST_PK_DEMO_X" }]),
    ),
  };
});

export const configOf = (written: object, version: number): Promise<SiteConfig> => compileSite(version, siteFile.parse(written));
