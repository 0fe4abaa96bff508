import { expect, test } from "vitest";
import { pageRule } from "../../../contract/pages.ts";
import type { SignalKind } from "../../../contract/signals.ts";
import { validBatch } from "../../../edge/ingest/batch.ts";
import { openDice } from "./dice.ts";
import { peopleFor, type Received, sampleWeek } from "./sample-week.ts";
import { shopPaths } from "./shop-paths.ts";

const pages = {
  pricing: { match: ["/pricing*"], key: true },
  product: { match: ["/p/*"], key: true },
  cart: { match: ["/cart"], key: true },
  checkout: { match: ["/checkout*"], key: true },
};
const site = { site: "pk_demo", origins: ["https://shop.example"], time_zone: "UTC", pages };

function people(count: number, seed = 1): Received[][] {
  const batchesOf = sampleWeek(site, seed);
  return Array.from({ length: count }, (_, i) => batchesOf(i + 1));
}

const sessionsOf = (all: readonly Received[][]): Map<string, Set<SignalKind>> => {
  const sessions = new Map<string, Set<SignalKind>>();
  for (const { batch } of all.flat()) {
    const kinds = sessions.get(batch.session.id) ?? new Set();
    sessions.set(batch.session.id, kinds);
    for (const { kind } of batch.signals) kinds.add(kind);
  }
  return sessions;
};

test("the same seed gives the same week, another one another week, whoever is asked for first", () => {
  const week = JSON.stringify(people(20));
  expect(JSON.stringify(people(20))).toBe(week);
  expect(JSON.stringify(people(20, 2))).not.toBe(week);
  expect(sampleWeek(site, 1)(7)).toEqual(people(20)[6]);
});

test("a week has as many visits as were asked for", () => {
  for (const sessions of [1, 2, 100, 1234]) {
    const { people: count, visitsOfLast } = peopleFor(sessions, 1);
    const batchesOf = sampleWeek(site, 1);
    const all = Array.from({ length: count }, (_, i) => batchesOf(i + 1, i + 1 === count ? visitsOfLast : undefined));
    expect(sessionsOf(all).size).toBe(sessions);
  }
});

test("what visitors send is what the edge takes, in the order of time", () => {
  for (const received of people(300)) {
    for (const { batch } of received) expect(() => validBatch(structuredClone(batch))).not.toThrow();
    const times = received.map(({ receivedAtMs }) => receivedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
});

test("visitors look, fill carts and buy as often as in public figures", () => {
  const sessions = [...sessionsOf(people(12_000)).values()];
  const share = (kind: SignalKind) => sessions.filter((kinds) => kinds.has(kind)).length / sessions.length;
  expect(share("purchase")).toBeGreaterThan(0.01);
  expect(share("purchase")).toBeLessThan(0.018);
  expect(share("add_to_cart")).toBeGreaterThan(0.03);
  expect(share("add_to_cart")).toBeLessThan(0.055);
  const left = 1 - share("purchase") / share("add_to_cart");
  expect(left).toBeGreaterThan(0.62);
  expect(left).toBeLessThan(0.75);
}, 60_000);

test("every kind of page lies where the site says, whatever comes before it in the file", () => {
  const rules = [
    { type: "thanks", match: ["/shop/checkout/thanks"] },
    { type: "checkout", match: ["/shop/checkout*"], key: true },
    { type: "product", match: ["/shop/*/item", "/goods/*"], key: true },
    { type: "pricing", match: ["/*/tarife"], key: true },
    { type: "blog", match: ["/blog/*"] },
  ];
  const paths = shopPaths("https://shop.example", rules);
  const dice = openDice(1, 1);
  for (const type of ["checkout", "product", "pricing"] as const)
    expect(pageRule(paths.urlOf(type, dice, { id: "item-3" }), rules)?.type).toBe(type);
  for (const type of ["home", "list", "account", "cart"] as const)
    expect(pageRule(paths.urlOf(type, dice), rules)).toBeUndefined();
  const others = Array.from({ length: 30 }, () => pageRule(paths.urlOf("other", dice), rules)?.type);
  expect(others).toContain("blog");
});
