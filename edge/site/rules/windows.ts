import type { Path } from "../positions.ts";
import type { Step } from "../schema/journeys.ts";
import { type Arm, armsOf } from "./arms.ts";
import type { Found, Site } from "./rule.ts";
import { layerWindows } from "./steps.ts";
import { span } from "./words.ts";

/** One way in which a step may come: as it is written, or as an arm of an experiment has it. */
interface Way {
  step: Step;
  arm?: Arm;
}

/** Until when, counted from the entry, the step before may be sent, and which arm lets it. */
interface Until {
  ms: number;
  arm?: Arm | undefined;
}

/**
 * Each step is due inside its layer, and before it expires, in every arm of every experiment. An experiment changes one step, and
 * a step has one experiment, so the latest of each step's ways covers all combinations.
 */
export function* windows(site: Site): Generator<Found> {
  const arms = [...armsOf(site.file)].filter(({ found }) => !found.length);
  for (const [name, { steps }] of Object.entries(site.file.journeys)) {
    let before: Until[] = [{ ms: 0 }];
    for (const [i, step] of steps.entries()) {
      const path = ["journeys", name, "steps", i];
      const changed = arms.filter(({ target, piece }) => piece && target.join() === path.join());
      const ways: Way[] = [{ step }, ...changed.map((arm) => ({ step: arm.piece as Step, arm }))];
      const told = new Set<string>();
      const next: Until[] = [];
      for (const way of ways)
        for (const until of way.step.from === "previous" ? before : [{ ms: 0 } as Until]) {
          const arm = way.arm ?? until.arm;
          for (const found of faults(path, way, until, i > 0)) {
            const key = JSON.stringify([found.path, found.message]);
            if (arm && told.has(key)) continue;
            if (!arm) told.add(key);
            yield arm ? blamed(arm, found, way) : found;
          }
          next.push({ ms: latest(way.step, until), arm });
        }
      before = widest(next);
    }
  }
}

const delays = ({ after, after_if }: Step): number[] => [after, ...after_if.map((one) => one.after)];
const latest = ({ layer, before }: Step, until: Until): number =>
  before === undefined ? Math.max(layerWindows[layer].to, until.ms) : until.ms + before;

/** One for each arm, and one without: the later ones say all. */
function widest(all: readonly Until[]): Until[] {
  const by = new Map<Arm | undefined, Until>();
  for (const until of all) if (until.ms > (by.get(until.arm)?.ms ?? -1)) by.set(until.arm, until);
  return [...by.values()];
}

function* faults(path: Path, { step }: Way, until: Until, hasPrevious: boolean): Generator<Found> {
  const { layer, from, before } = step;
  const window = layerWindows[layer];
  if (before !== undefined && before > window.to)
    yield {
      path: [...path, "before"],
      message: `a step of the layer \`${layer}\` is of use for ${span(window.to)} at most; this says ${span(before)}`,
    };
  for (const [k, after] of delays(step).entries()) {
    const at = k ? [...path, "after_if", k - 1, "after"] : [...path, "after"];
    if (before !== undefined && after >= before) {
      yield { path: at, message: `this is due after ${span(after)}, when it has expired: \`before\` is ${span(before)}` };
      continue;
    }
    const [first, last] = from === "previous" && hasPrevious ? [after, until.ms + after] : [after, after];
    const late = layer === "immediate" ? last >= window.to : last > window.to;
    if (first >= window.from && !late) continue;
    const due = late ? `as late as ${span(last)}` : `as early as ${span(first)}`;
    const why =
      from === "previous" && hasPrevious && late
        ? `: the step before it may be sent until ${span(until.ms)}, and ${span(after)} counts from there`
        : "";
    yield {
      path: at,
      message: `\`${step.id}\` may come ${due} after the entry${why}; the layer \`${layer}\` is from ${span(window.from)} to ${span(window.to)}`,
    };
  }
}

/** What an arm sets is told there; what it brings about elsewhere, at the arm. */
function blamed(arm: Arm, { path, message }: Found, { arm: own }: Way): Found {
  const inPiece = own ? path.slice(arm.target.length) : [];
  if (inPiece[0] !== undefined && inPiece[0] in arm.set) return { path: [...arm.path, "set", ...inPiece], message };
  return { path: arm.path, onKey: true, message: `in this arm: ${message}` };
}
