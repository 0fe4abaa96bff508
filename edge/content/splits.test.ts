import fc from "fast-check";
import { expect, test } from "vitest";
import { shareOf } from "../journey/arms.ts";
import { block as blockSchema } from "../site/schema/messages.ts";
import { type SaidBlock, saidBlock } from "./blocks.ts";

interface Written {
  id: string;
  weight: number;
}

/** Who is told what: of these variants, or of those but one. */
function told(variants: readonly Written[]): (person: string, without?: string) => SaidBlock | undefined {
  const written = variants.map(({ id, weight }) => ({ id, weight, text: id, when: id }));
  const block = blockSchema.parse({ id: "hook", choose: "split", variants: written });
  return (person, without) =>
    saidBlock(block, {
      scope: () => ({}),
      holds: (when) => when !== without,
      reads: () => [],
      facts: {} as never,
      nowMs: 0,
      shareOf: (name) => shareOf("pk_demo", "message", name, person),
    });
}

const people = Array.from({ length: 10_000 }, (_, i) => `u-${i}`);
const several = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/), { minLength: 2, maxLength: 6 })
  .chain((ids) => fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), weight: fc.integer({ min: 1, max: 9 }) }))));
const few = { numRuns: 12 };

test("of 10,000 people as many get a variant as its weight says, and its probability says the same", () => {
  fc.assert(
    fc.property(several, (variants) => {
      const saidTo = told(variants);
      const whole = variants.reduce((sum, { weight }) => sum + weight, 0);
      const said = people.map((person) => saidTo(person));
      for (const { id, weight } of variants) {
        const theirs = said.filter((one) => one?.variant === id);
        const expected = (people.length * weight) / whole;
        expect(Math.abs(theirs.length - expected)).toBeLessThan(5 * Math.sqrt(expected));
        expect(theirs[0]?.probability).toBeCloseTo(weight / whole, 12);
        expect([...(theirs[0]?.alternatives ?? []), id].toSorted()).toEqual(variants.map((one) => one.id).toSorted());
      }
    }),
    few,
  );
}, 15_000);

test("a person gets the same variant each time, in whatever order they are written", () => {
  fc.assert(
    fc.property(several, fc.stringMatching(/^[\w-]{1,20}$/), (variants, person) => {
      const said = told(variants)(person)?.variant;
      expect(told(variants)(person)?.variant).toBe(said);
      expect(told(variants.toReversed())(person)?.variant).toBe(said);
    }),
  );
});

test("where a variant is not to be said now nobody moves but those to whom it would have been said", () => {
  fc.assert(
    fc.property(several, (variants) => {
      const without = variants[0]?.id;
      const saidTo = told(variants);
      for (const person of people.slice(0, 1000)) {
        const all = saidTo(person)?.variant;
        const rest = saidTo(person, without)?.variant;
        expect(rest).not.toBe(without);
        if (all !== without) expect(rest).toBe(all);
      }
    }),
    few,
  );
}, 15_000);
