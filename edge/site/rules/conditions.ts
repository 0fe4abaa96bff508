import type { Path } from "../positions.ts";
import type { Found, Site } from "./rule.ts";

/** Every condition of what is looked at, with the path where it is written. */
export function* conditionsOf({ triggers, journeys, messages }: Site["look"]): Generator<[path: Path, source: string]> {
  for (const [name, { when }] of Object.entries(triggers)) if (when !== undefined) yield [["triggers", name, "when"], when];
  for (const [name, { steps }] of Object.entries(journeys))
    for (const [i, { after_if }] of steps.entries())
      for (const [k, { when }] of after_if.entries()) yield [["journeys", name, "steps", i, "after_if", k, "when"], when];
  for (const [name, { blocks, action, chat }] of Object.entries(messages)) {
    const at = ["messages", name];
    if (action?.shown_if !== undefined) yield [[...at, "action", "shown_if"], action.shown_if];
    if (chat?.priority_if !== undefined) yield [[...at, "chat", "priority_if"], chat.priority_if];
    for (const [i, { variants = [] }] of blocks.entries())
      for (const [k, { when }] of variants.entries())
        if (when !== undefined) yield [[...at, "blocks", i, "variants", k, "when"], when];
  }
}

/** Conditions must hold together. */
export function* conditions({ look, compile }: Site): Generator<Found> {
  for (const [path, source] of conditionsOf(look)) {
    const made = compile(source);
    if (typeof made !== "function") yield { path, message: made.message, within: made.offset };
  }
}
