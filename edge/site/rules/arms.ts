import { patchOf } from "../compile-experiments.ts";
import type { Path } from "../positions.ts";
import {
  type Step,
  startsOne,
  startsOneOnly,
  step as stepShape,
  type Trigger,
  trigger as triggerShape,
} from "../schema/journeys.ts";
import { type Message, message as messageShape } from "../schema/messages.ts";
import type { SiteFile } from "../schema/site-file.ts";
import { shapeMistakes } from "../shape.ts";
import type { Found, Site } from "./rule.ts";
import { absent, insteadOf } from "./words.ts";

/** One arm of an experiment, and what it makes of what it changes. */
export interface Arm {
  path: Path;
  experiment: string;
  /** What is changed. */
  target: Path;
  set: Record<string, unknown>;
  /** Changed; undefined where nothing is sent, or where it cannot be. */
  piece?: Step | Message | Trigger;
  found: Found[];
}

const shapes = { journeys: stepShape, messages: messageShape, triggers: triggerShape };
type Root = keyof typeof shapes;

/** Where a `patch` leads: the path of what is changed, or why there is none. */
export function targetOf(file: SiteFile, patch: string): { target: Path } | { message: string } {
  const [root, name = "", , id = ""] = patch.split(".") as [Root, ...string[]];
  const all: Record<string, unknown> = file[root];
  if (!Object.hasOwn(all, name)) return { message: absent(root.slice(0, -1), name, Object.keys(all)) };
  if (root !== "journeys") return { target: [root, name] };
  const ids = file.journeys[name]?.steps.map((one) => one.id) ?? [];
  if (!ids.includes(id)) return { message: `the journey \`${name}\` has no step \`${id}\`${insteadOf(id, ids)}` };
  return { target: [root, name, "steps", ids.indexOf(id)] };
}

const pieceAt = (file: SiteFile, path: Path): unknown =>
  path.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], file);

export function* armsOf(file: SiteFile): Generator<Arm> {
  for (const [experiment, { patch, arms }] of Object.entries(file.experiments)) {
    const found = targetOf(file, patch);
    if (!("target" in found)) continue;
    const { target } = found;
    const root = target[0] as Root;
    for (const [name, { set }] of Object.entries(arms)) {
      const path = ["experiments", experiment, "arms", name];
      const arm: Arm = { path, experiment, target, set, found: [] };
      const mistake = (key: string, message: string) => arm.found.push({ path: [...path, "set", key], message });
      if ("send" in set && set.send !== "nothing") mistake("send", "`send` can only be `nothing`: the arm that gets no message");
      if ("id" in set) mistake("id", "an arm cannot give a step another name");
      const read = patchOf(patch, set);
      if (!read.ok) {
        const inSet = shapeMistakes(shapes[root], set, read.issues);
        arm.found.push(...inSet.map((one) => ({ ...one, path: [...path, "set", ...one.path] })));
      } else if (!read.sendsNothing) arm.piece = { ...(pieceAt(file, target) as Step), ...read.value };
      if (root === "triggers" && arm.piece && !startsOne(arm.piece as Trigger))
        arm.found.push({ path: [...path, "set"], message: startsOneOnly });
      yield arm;
    }
  }
}

/** What to look at where this arm holds: what it changes, and what meets that. */
export function siteOf(arm: Arm, { file, compile }: Site): Site {
  const [root, name] = arm.target as [Root, string];
  const piece = arm.piece as Step & Message & Trigger;
  const only = <T>(all: Record<string, T>, keep: (one: T, key: string) => boolean): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([key, one]) => keep(one, key)));
  if (root === "triggers") {
    const triggers = { [name]: piece };
    return {
      file: { ...file, triggers: { ...file.triggers, ...triggers } },
      look: { triggers, journeys: {}, messages: {} },
      compile,
    };
  }
  if (root === "messages") {
    const messages = { [name]: piece };
    const journeys = only(file.journeys, ({ steps }) => steps.some((one) => one.message === name));
    const triggers = only(file.triggers, (one) => one.message === name || (one.journey ?? "") in journeys);
    return { file: { ...file, messages: { ...file.messages, ...messages } }, look: { triggers, journeys, messages }, compile };
  }
  const journey = file.journeys[name] as SiteFile["journeys"][string];
  const journeys = { [name]: { ...journey, steps: journey.steps.with(arm.target[3] as number, piece) } };
  const triggers = only(file.triggers, (one) => one.journey === name);
  return { file: { ...file, journeys: { ...file.journeys, ...journeys } }, look: { triggers, journeys, messages: {} }, compile };
}
