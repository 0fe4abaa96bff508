import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogEntry } from "../../outbox/log-entry.ts";
import { type Breaker, freshBreaker, healthOf, noted } from "./breaker.ts";

const second = 1000;
const day = 86_400 * second;

const entry = (state: LogEntry["state"], atMs: number, more: Partial<LogEntry> = {}): LogEntry => ({
  ...{ messageId: "msg_a_1", type: "message.send", person: "p", attempt: 1, atMs, tookMs: 5, state },
  ...((state === "again" || state === "unknown") && { isIll: true }),
  ...more,
});

function after(all: readonly LogEntry[], from: Breaker = freshBreaker): Breaker {
  return all.reduce((breaker, one) => noted(breaker, one, one.atMs).breaker, from);
}

const times = (count: number, state: LogEntry["state"], fromMs = 0) =>
  Array.from({ length: count }, (_, i) => entry(state, fromMs + i));

test("five failures in a row open it for 30 s, four do not", () => {
  expect(healthOf(after(times(4, "again")))).toEqual({ state: "closed" });
  expect(healthOf(after(times(5, "again")))).toEqual({ state: "open", untilMs: 4 + 30 * second });
});

test("ten failures among the last twenty within a minute open it, over a longer time they do not", () => {
  const mixed = (everyMs: number) => Array.from({ length: 20 }, (_, i) => entry(i % 2 ? "again" : "delivered", i * everyMs));
  expect(healthOf(after(mixed(second))).state).toBe("open");
  expect(healthOf(after(mixed(4 * second))).state).toBe("closed");
});

test("each trial that fails doubles the wait, up to ten minutes; one that is answered closes it", () => {
  let breaker = after(times(5, "again"));
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    const atMs = healthOf(breaker).untilMs as number;
    breaker = after([entry("again", atMs)], breaker);
    waits.push(((healthOf(breaker).untilMs as number) - atMs) / second);
  }
  expect(waits).toEqual([60, 120, 240, 480, 600, 600, 600]);
  expect(healthOf(after([entry("failed", 1e9)], breaker))).toEqual({ state: "closed" });
  expect(healthOf(after(times(4, "again", 2e9), after([entry("delivered", 1e9)], breaker)))).toEqual({ state: "closed" });
});

test("what was begun before it opened does not make the wait longer", () => {
  const breaker = after(times(5, "again"));
  expect(healthOf(after(times(20, "again", 10), breaker))).toEqual(healthOf(breaker));
});

test("a 429 with Retry-After opens it for just as long, once", () => {
  const asked = after([entry("again", 0, { status: 429, retryAfterMs: 90 * second })]);
  expect(healthOf(asked)).toEqual({ state: "open", untilMs: 90 * second });
  expect(healthOf(after([entry("delivered", 90 * second)], asked))).toEqual({ state: "closed" });
});

test("a 410 disables it, and says so once", () => {
  const { breaker, news } = noted(freshBreaker, entry("gone", 1), 1);
  expect(healthOf(breaker)).toEqual({ state: "disabled" });
  expect(news).toEqual([{ what: "disabled", why: "it answered 410: it takes nothing any more" }]);
  expect(noted(breaker, entry("gone", 2), 2).news).toEqual([]);
});

test("five days of nothing but failures disable it, with warnings after an hour and after a day", () => {
  let breaker = freshBreaker;
  const said: [string, number][] = [];
  for (let atMs = 0; atMs <= 5 * day; atMs += 600 * second) {
    const next = noted(breaker, entry("again", atMs), atMs);
    breaker = next.breaker;
    said.push(...next.news.map(({ what }): [string, number] => [what, atMs / 3_600_000]));
  }
  expect(said).toEqual([
    ["failing", 1],
    ["failing", 24],
    ["disabled", 120],
  ]);
});

const state = fc.constantFrom<LogEntry["state"]>(
  "again",
  "again",
  "delivered",
  "failed",
  "unknown",
  "suppressed",
  "stopped",
  "held",
);

test("whatever comes: it is open only after a failure, never for longer than ten minutes unless asked, and one answer closes it", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ state, afterMs: fc.nat(700 * second) }), { maxLength: 60 }), (life) => {
      let breaker = freshBreaker;
      let nowMs = 0;
      for (const one of life) {
        nowMs += one.afterMs;
        const isAttempt = one.state !== "stopped" && one.state !== "held";
        const made = { ...entry(one.state, nowMs), ...(!isAttempt && { tookMs: undefined }) } as LogEntry;
        const before = healthOf(breaker);
        breaker = noted(breaker, made, nowMs).breaker;
        const health = healthOf(breaker);
        if (!isAttempt) expect(health).toEqual(before);
        else if (one.state !== "again" && one.state !== "unknown") expect(health).toEqual({ state: "closed" });
        if (health.state === "open" && before.state !== "open") expect(["again", "unknown"]).toContain(one.state);
        if (health.state === "open" && health.untilMs !== before.untilMs) {
          expect(health.untilMs).toBeLessThanOrEqual(nowMs + 600 * second);
          expect(health.untilMs).toBeGreaterThanOrEqual(nowMs + 30 * second);
        }
        expect(breaker.recent.length).toBeLessThanOrEqual(20);
      }
    }),
  );
});
