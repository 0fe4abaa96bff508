import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyFeatures } from "../../contract/features.ts";
import type { Signal } from "../../contract/signals.ts";
import { noteEvent } from "./events.ts";
import { countOf, type History, keptMs, maxInstants, note, sinceMs } from "./history.ts";
import { newProfile } from "./state.ts";

const nowAtMs = 100 * 86_400_000;

const kind = fc.oneof(
  fc.constantFrom("add_to_cart", "search", "form_submit", "purchase", "payment_failed", "click", "dwell"),
  fc.integer({ min: 1, max: 12 }).map((i) => `custom:own${i}`),
);
const told = fc.array(fc.tuple(kind, fc.integer({ min: 0, max: 40 * 86_400_000 })), { maxLength: 120 });

const signalOf = (name: string, i: number): Signal =>
  ({
    n: i,
    at: 0,
    page: `p${i}`,
    ...(name.startsWith("custom:") ? { kind: "custom", name: name.slice(7) } : { kind: name }),
  }) as Signal;

const noteAll = (all: [string, number][]): History | undefined =>
  all.reduce<History | undefined>(
    (history, [name, agoMs], i) => note(history, signalOf(name, i), emptyFeatures(1), nowAtMs - agoMs, nowAtMs),
    undefined,
  );

test("a past stays small, however much happened, and holds nothing that is a month old", () => {
  fc.assert(
    fc.property(told, (all) => {
      const history = noteAll(all) ?? {};
      const instants = Object.values(history);
      expect(instants.every((some) => some.length > 0 && some.length <= maxInstants)).toBe(true);
      expect(instants.flat().every((atMs) => nowAtMs - atMs < keptMs)).toBe(true);
      expect(Object.keys(history).filter((name) => name.startsWith("custom:")).length).toBeLessThanOrEqual(8);
      expect(history).not.toHaveProperty("click");
    }),
  );
});

test("a past is the same in whatever order it is told, but for the names of the site's own", () => {
  const few = told.map((all) => all.filter(([name]) => !name.startsWith("custom:")));
  fc.assert(
    fc.property(
      few.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(noteAll(shuffled)).toEqual(noteAll(all));
      },
    ),
  );
});

test("of the site's own names the eight most recent are kept", () => {
  const names = Array.from({ length: 10 }, (_, i) => `custom:own${i}`);
  const history = noteAll(names.map((name, i) => [name, (10 - i) * 1000])) ?? {};
  expect(Object.keys(history)).toEqual(names.slice(2));
});

test("however many names pages make up, what the site's server told under names of its own stays, and counts as one with theirs", () => {
  const profile = newProfile("pk_demo", "u-42", 0);
  noteEvent(profile, { id: "1", what: "server:ticket_opened", atMs: nowAtMs - 50_000 }, nowAtMs);
  for (let i = 0; i < 20; i++)
    profile.history = note(profile.history, signalOf(`custom:own${i}`, i), emptyFeatures(1), nowAtMs - i, nowAtMs);
  const { history = {} } = profile;
  expect(sinceMs(history, "custom:ticket_opened", nowAtMs)).toBe(50_000);
  const told = note(history, signalOf("custom:ticket_opened", 21), emptyFeatures(1), nowAtMs, nowAtMs) ?? {};
  expect(countOf(told, "custom:ticket_opened", keptMs, nowAtMs)).toBe(2);
  expect(sinceMs(told, "custom:ticket_opened", nowAtMs)).toBe(0);
  expect(Object.keys(told)).toHaveLength(9);
});

test("an order counts once as a purchase, and what else is told of it counts beside it", () => {
  const profile = newProfile("pk_demo", "u-42", 0);
  for (const what of ["begin_checkout", "payment_failed", "purchase", "purchase"] as const)
    noteEvent(profile, { id: what, what, atMs: nowAtMs, order: "o" }, nowAtMs);
  expect(profile.history).toEqual({ begin_checkout: [nowAtMs], payment_failed: [nowAtMs], purchase: [nowAtMs] });
});

test("whoever did nothing that counts has no past at all", () => {
  expect(noteAll([["click", 0]])).toBeUndefined();
  const refused = { n: 1, at: 0, page: "p1", kind: "form_submit", form: "f", failed: true } as const;
  expect(note(undefined, refused, emptyFeatures(1), nowAtMs, nowAtMs)).toBeUndefined();
});

test("what was kept is forgotten when asked a month later", () => {
  const history = noteAll([["purchase", 1000]]) ?? {};
  expect(sinceMs(history, "purchase", nowAtMs)).toBe(1000);
  expect(sinceMs(history, "purchase", nowAtMs + keptMs)).toBe(Infinity);
  expect(countOf(history, "purchase", keptMs, nowAtMs + keptMs)).toBe(0);
});
