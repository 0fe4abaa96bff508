import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSiteFile } from "../check.ts";

const hour = 60;

interface Timing {
  after: number;
  before: number;
}

const timing = fc
  .record({ after: fc.integer({ min: 3, max: 12 }), before: fc.integer({ min: 4, max: 16 }) })
  .map(({ after, before }): Timing => ({ after: after * 20, before: before * 20 }));
/** How a step is written, and how the arms of its experiment have it. */
const ways = fc.array(timing, { minLength: 1, maxLength: 3 });

const written = ({ after, before }: Timing): string => `after: ${after}m, before: ${before}m`;

const fileOf = (steps: readonly Timing[][]): string =>
  `version: 1
site: pk_demo
origins: [https://shop.example]
triggers:
  leaving: { on: [exit], enter: { later: s0 }, journey: j, re_entry: { after: 7d } }
journeys:
  j:
    steps:
${steps.map(([first], i) => `      - { id: s${i}, layer: re-engagement, from: previous, ${written(first as Timing)}, channels: [email], message: m }\n`).join("")}
messages:
  m: { subject: Back so soon? }
experiments:
${steps
  .map((all, i) =>
    all.length > 1
      ? `  e${i}: { patch: journeys.j.steps.s${i}, arms: { none: { weight: 1, set: { send: nothing } }, ${all
          .slice(1)
          .map((one, k) => `a${k}: { weight: 1, set: { ${written(one)} } }`)
          .join(", ")} } }\n`
      : "",
  )
  .join("")}
destinations:
  email: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`.replace("experiments:\n\n", "");

/** Every combination of the ways of all steps. */
const combinations = (steps: readonly Timing[][]): Timing[][] =>
  steps.reduce<Timing[][]>((all, some) => all.flatMap((before) => some.map((one) => [...before, one])), [[]]);

function fits(steps: readonly Timing[]): boolean {
  let until = 0;
  return steps.every(({ after, before }) => {
    const due = until + after;
    until += before;
    return after >= hour && due <= 4 * hour && before <= 4 * hour && after < before;
  });
}

test("a journey is fine exactly if every combination of the arms of its experiments stays inside the layers", () => {
  let fine = 0;
  fc.assert(
    fc.property(fc.array(ways, { minLength: 1, maxLength: 3 }), (steps) => {
      const distinct = steps.map((all) =>
        all.filter((one, i) => all.findIndex((other) => written(other) === written(one)) === i),
      );
      const checked = checkSiteFile(fileOf(distinct));
      const all = combinations(distinct).every(fits);
      if (all) fine++;
      expect(checked.ok ? [] : checked.mistakes.map(({ message }) => message), fileOf(distinct)).toEqual(
        all ? [] : expect.arrayContaining([expect.any(String)]),
      );
      expect(checked.ok).toBe(all);
    }),
    { numRuns: 150 },
  );
  expect(fine).toBeGreaterThan(0);
});
