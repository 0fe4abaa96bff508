import fc from "fast-check";
import { expect, test } from "vitest";
import { type Merging, merge } from "./merge.ts";
import type { Run, Sent } from "./run.ts";
import { newProfile, type Profile } from "./state.ts";

const nowMs = Date.UTC(2026, 10, 23, 11);

const ranks: Record<string, { group: string; priority: number }> = {
  weak: { group: "cart", priority: 1 },
  strong: { group: "cart", priority: 9 },
  other: { group: "other", priority: 1 },
};

const merging: Merging = {
  visitor: "ab".repeat(32),
  messageId: (seq) => `msg_v_${seq}`,
  rankOf: (trigger) => ranks[trigger],
  nowMs,
};

const user = (more: Partial<Profile> = {}): Profile => ({
  ...newProfile("pk_demo", "u-42", nowMs - 1000),
  user: "u-42",
  ...more,
});
const visitor = (more: Partial<Profile> = {}): Profile => ({ ...newProfile("pk_demo", "someone", nowMs - 5000), ...more });

const taken = (into: Profile, from: Profile, rows: { seq: number; id?: string }[] = []) => ({
  rows: merge(into, { profile: from, rows }, merging).rows,
  profile: into,
});

const run = (trigger: string, more: Partial<Run> = {}): Run => ({
  trigger,
  session: "s1",
  moment: { kind: "exit", page: "p1", score: 8, band: "now", atMs: 0, evidence: [] },
  momentAtMs: nowMs,
  receivedAtMs: nowMs,
  pageType: "cart",
  id: `run_${trigger}`,
  journey: `journey-of-${trigger}`,
  enteredAtMs: nowMs - 1000,
  version: 1,
  step: "first",
  afterMs: 0,
  scheduledAtMs: nowMs,
  settled: [],
  wakeAtMs: nowMs + 1000,
  handed: [],
  fallbacks: [],
  arms: [],
  ...more,
});

test("what was wished for on either side is wished for once, the visitor's before the user's", () => {
  const { profile } = taken(user({ wishes: ["mug", "boot"] }), visitor({ wishes: ["shoe", "mug"] }));
  expect(profile.wishes).toEqual(["shoe", "mug", "boot"]);
});

const sentAt = (seq: number, atMs: number): Sent => ({
  seq,
  atMs,
  message: "m",
  channel: "email",
  purpose: "marketing",
  session: "s1",
});

const handed = (seq: number) => ({
  seq,
  step: "first",
  channel: "email" as const,
  atMs: nowMs,
  expiresAtMs: nowMs + 1,
  left: [],
});

test("a message keeps its id wherever it is known, and gets a number that no other has", () => {
  const from = visitor({ seq: 7, sent: [sentAt(7, nowMs - 50)], runs: [run("weak", { handed: [handed(7)] })] });
  const { rows, profile } = taken(user({ seq: 7, sent: [sentAt(7, nowMs - 90)] }), from, [{ seq: 7 }]);
  expect(rows).toEqual([{ seq: 8, id: "msg_v_7" }]);
  expect(profile.sent).toMatchObject([{ seq: 7 }, { seq: 8, id: "msg_v_7" }]);
  expect(profile.runs[0]?.handed).toMatchObject([{ seq: 8, id: "msg_v_7" }]);
});

test("whoever was decided about stays so: the user's word first, then the visitor's", () => {
  const out = { out: true, atMs: 1 };
  const within = { out: false, atMs: 2 };
  expect(taken(user(), visitor({ holdout: out })).profile).toMatchObject({ holdout: out, subject: "someone" });
  expect(taken(user({ holdout: within }), visitor({ holdout: out })).profile).toMatchObject({ holdout: within, subject: "u-42" });
  expect(taken(user({ subject: "first" }), visitor()).profile.subject).toBe("first");
});

test.each([
  ["the stronger of a group", run("weak"), run("strong"), "run_strong"],
  ["the stronger, whoever brings it", run("strong"), run("weak"), "run_strong"],
  [
    "of equals the older",
    run("weak", { id: "run_late" }),
    run("weak", { id: "run_early", enteredAtMs: nowMs - 9000 }),
    "run_early",
  ],
])("of two journeys that shut each other out one goes on: %s", (_which, own, brought, stays) => {
  const { runs } = taken(user({ runs: [own] }), visitor({ runs: [brought] })).profile;
  expect(runs.filter(({ endedAtMs }) => endedAtMs === undefined).map(({ id }) => id)).toEqual([stays]);
  expect(runs.filter(({ endedAtMs }) => endedAtMs !== undefined)).toMatchObject([{ exit: "replaced" }]);
});

test("journeys of different groups both go on, and two of one name get names of their own", () => {
  const { runs } = taken(
    user({ runs: [run("weak", { id: "run_1" })] }),
    visitor({ runs: [run("other", { id: "run_1" })] }),
  ).profile;
  expect(runs.every(({ endedAtMs }) => endedAtMs === undefined)).toBe(true);
  expect(new Set(runs.map(({ id }) => id)).size).toBe(2);
});

test("what the site's server told is not touched by what a browser said", () => {
  const reach = { email: { by: "known" as const, address: "u@shop.example" } };
  const from = visitor({
    traits: { claimed: { tier: "gold" } },
    reach: { email: { by: "claimed", address: "other@shop.example" }, sms: { by: "claimed", address: "+33612345678" } },
  });
  const { profile } = taken(user({ traits: { known: { tier: "none" } }, reach }), from);
  expect(profile.traits).toEqual({ known: { tier: "none" }, claimed: { tier: "gold" } });
  expect(profile.reach?.email).toEqual(reach.email);
});

test("an order that both were told of is one purchase, and all others count", () => {
  const [both, page, server] = [nowMs - 5000, nowMs - 4000, nowMs - 3000];
  const from = visitor({ history: { purchase: [both, page] }, orders: { both, page } });
  const into = user({ history: { purchase: [both + 700, server] }, orders: { both: both + 700, server } });
  const { profile } = taken(into, from);
  expect(profile.history?.purchase).toEqual([both + 700, page, server]);
  expect(Object.keys(profile.orders ?? {}).sort()).toEqual(["both", "page", "server"]);
});

test("of what two had to show on a page ten stay, those that may be shown longest, and the others are named", () => {
  const offered = (count: number, fromMs: number) =>
    Array.from({ length: count }, (_, i) => ({
      seq: i + 1,
      channel: "onsite" as const,
      expiresAtMs: nowMs,
      overAtMs: nowMs + fromMs + i,
      body: "{}",
    }));
  const into = user({ seq: 100, onsite: offered(8, 0) });
  const { crowdedOut } = merge(into, { profile: visitor({ onsite: offered(9, 100) }), rows: [] }, merging);
  expect(into.onsite).toHaveLength(10);
  expect(crowdedOut).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(new Set([...(into.onsite ?? []).map(({ seq }) => seq), ...crowdedOut]).size).toBe(17);
});

test("whatever is merged how often, what was sent is all there, in its order, and the row stays bounded", () => {
  const past = fc.record({
    sent: fc.array(fc.nat(1000), { maxLength: 10 }),
    sessions: fc.nat(4),
    streams: fc.nat(300),
    custom: fc.nat(8),
    items: fc.nat(40),
    pending: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(past, { maxLength: 6 }), (pasts) => {
      const into = user();
      for (const [i, { sent, sessions, streams, custom, items, pending }] of pasts.entries()) {
        const many = <T>(count: number, name: string, make: (n: number) => T): Record<string, T> =>
          Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}-${i}-${n}`, make(n)]));
        const from = visitor({
          seq: 100,
          sent: sent.map((agoMs, n) => sentAt(n + 1, nowMs - agoMs)),
          sessions: many(
            sessions,
            "s",
            () => ({ seenAtMs: nowMs, startedAtMs: 0, skewMs: 0, moments: {}, enrolled: [] }) as never,
          ),
          streams: many(streams, "st", () => ({ mark: 1, ranges: [], session: "s", atMs: nowMs })),
          history: many(custom, "custom:x", () => [nowMs - i]),
          items: Object.entries(many(items, "i", () => ({ atMs: nowMs - i }))),
          pending: Object.keys(many(pending, "p", () => 0)).map((page) => ({
            ...run("other"),
            moment: { ...run("other").moment, page },
            session: `s-${i}-0`,
            dueAtMs: nowMs,
          })),
        });
        merge(into, { profile: JSON.parse(JSON.stringify(from)) as Profile, rows: [] }, { ...merging, visitor: `v${i}` });
      }
      const { sent = [], sessions, streams, history = {}, items = [], pending = [] } = into;
      expect(sent).toHaveLength(pasts.reduce((sum, one) => sum + one.sent.length, 0));
      expect(new Set(sent.map(({ seq }) => seq)).size).toBe(sent.length);
      expect(sent.map(({ atMs }) => atMs)).toEqual(sent.map(({ atMs }) => atMs).sort((a, b) => a - b));
      expect(Object.keys(sessions).length).toBeLessThanOrEqual(4);
      expect(Object.keys(streams).length).toBeLessThanOrEqual(512);
      expect(Object.keys(history).length).toBeLessThanOrEqual(8);
      expect(items.length).toBeLessThanOrEqual(40);
      expect(pending.length).toBeLessThanOrEqual(20);
    }),
    { numRuns: 60 },
  );
});
