import fc from "fast-check";
import { expect, test } from "vitest";
import { bounded } from "./snapshot.ts";
import { newProfile, type Profile } from "./state.ts";

const rowBytes = 2_000_000;
const text = (chars: number) => "ü".repeat(chars);
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

const someone = (sessions: number[]): Profile => ({
  ...newProfile("pk_demo", "someone", 0),
  sessions: Object.fromEntries(sessions.map((chars, i) => [`s${i}`, { seenAtMs: i, filled: text(chars) } as never])),
});

test("whatever a visitor leaves fits a row, and what had to be left behind is said", () => {
  const many = (max: number, maxLength: number) => fc.array(fc.nat(max), { maxLength });
  fc.assert(
    fc.property(many(300_000, 4), many(400_000, 6), many(4000, 500), (sessions, bodies, texts) => {
      const whole = {
        profile: someone(sessions),
        rows: bodies.map((chars, seq) => ({ seq, body: text(chars) })),
        lines: texts.map((chars, at) => ({ at, what: "seen", text: text(chars) })),
      };
      const kept = bounded(whole, 1);
      expect(bytesOf(kept)).toBeLessThan(rowBytes);
      if (bytesOf(whole) < 1_800_000) expect(kept).toEqual(whole);
      else expect(kept.lines?.at(-1)?.text).toContain("too much to be brought along");
    }),
    { numRuns: 30 },
  );
});

test("the oldest lines go first, then the oldest sessions, messages that wait last", () => {
  const lines = [0, 1, 2, 3].map((at) => ({ at, what: "seen", text: text(10_000) }));
  const rows = [{ seq: 1, body: text(400_000) }];
  const some = bounded({ profile: someone([0]), rows, lines: [{ at: -1, what: "seen", text: text(600_000) }, ...lines] }, 9);
  expect(some.lines?.map(({ at }) => at)).toEqual([1, 2, 3, 9]);
  expect(some.rows).toEqual(rows);
  const more = bounded({ profile: someone([300_000, 300_000, 100_000]), rows, lines }, 9);
  expect(Object.keys(more.profile.sessions)).toEqual(["s1", "s2"]);
  expect(more.rows).toEqual(rows);
  expect(more.lines).toMatchObject([{ text: expect.stringMatching(/4 lines of what was told, 1 sessions$/) }]);
});
