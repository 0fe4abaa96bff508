import type { Path } from "../positions.ts";
import { conditionsOf } from "./conditions.ts";
import { never } from "./never.ts";
import { rangeOf } from "./ranges.ts";
import type { Found, Site } from "./rule.ts";

const bare = (condition: string): string => condition.replace(/\s+/g, "");

/** What needs data of some age is passed over while there is none. */
interface Branch {
  when?: string | undefined;
  data_max_age?: number | undefined;
}

/** Where the first that holds is taken: what stands behind one that always holds, or behind itself. */
function* unreachable(at: Path, what: string, all: readonly Branch[]): Generator<Found> {
  const seen = new Map<string, number>();
  let always = -1;
  for (const [i, { when, data_max_age }] of all.entries()) {
    const written = when === undefined ? "true" : bare(when);
    const path = when === undefined ? [...at, i] : [...at, i, "when"];
    if (always >= 0)
      yield {
        path,
        message: `this ${what} is never reached: the first that holds is taken, and number ${always + 1} always holds; write it last`,
      };
    else if (seen.has(written))
      yield {
        path,
        message: `this ${what} is never reached: number ${(seen.get(written) as number) + 1} has the same condition; give it another one`,
      };
    if (data_max_age !== undefined) continue;
    if (written === "true" && always < 0) always = i;
    seen.set(written, i);
  }
}

/** Branches that nobody can come to. What sets off a trigger is looked at with the trigger. */
export function* deadBranches({ file, look, compile }: Site): Generator<Found> {
  for (const [path, source] of conditionsOf({ ...look, triggers: {} })) {
    const condition = compile(source);
    const why = typeof condition === "function" && never(condition.ast, (fact) => rangeOf(fact, file));
    if (why) yield { path, within: why.offset, message: why.message };
  }
  for (const [name, { steps }] of Object.entries(look.journeys))
    for (const [i, { after_if }] of steps.entries())
      yield* unreachable(["journeys", name, "steps", i, "after_if"], "delay", after_if);
  for (const [name, { blocks }] of Object.entries(look.messages))
    for (const [i, { variants, choose = "first" }] of blocks.entries())
      if (variants && choose === "first") yield* unreachable(["messages", name, "blocks", i, "variants"], "variant", variants);
}

/** Steps before every entry; journeys, messages and offers that nothing leads to. */
export function* unused({ file }: Site): Generator<Found> {
  const sets = Object.values(file.experiments).flatMap(({ arms }) => Object.values(arms).map(({ set }) => set));
  const triggers = Object.values(file.triggers);
  for (const [name, { steps }] of Object.entries(file.journeys)) {
    const starting = triggers.filter(({ journey }) => journey === name);
    if (!starting.length && !sets.some(({ journey }) => journey === name)) {
      yield { path: ["journeys", name], onKey: true, message: `no trigger starts the journey \`${name}\``, warning: true };
      continue;
    }
    const entries = [...starting, ...sets].flatMap(({ enter }) => Object.values((enter ?? {}) as object));
    const first = steps.findIndex(({ id }) => entries.includes(id));
    for (const [i, { id }] of steps.slice(0, Math.max(0, first)).entries())
      yield {
        path: ["journeys", name, "steps", i, "id"],
        message: `nobody comes to the step \`${id}\`: every trigger enters \`${name}\` behind it; name it in an \`enter\`, or take it out`,
      };
  }
  const sent = [...triggers, ...Object.values(file.journeys).flatMap(({ steps }) => steps), ...sets].map(
    ({ message }) => message,
  );
  for (const name of Object.keys(file.messages))
    if (!sent.includes(name))
      yield { path: ["messages", name], onKey: true, message: `nothing sends the message \`${name}\``, warning: true };
  const offered = [...Object.values(file.messages), ...sets].map(({ offer }) => offer);
  for (const name of Object.keys(file.offers))
    if (!offered.includes(name))
      yield { path: ["offers", name], onKey: true, message: `no message makes the offer \`${name}\``, warning: true };
}
