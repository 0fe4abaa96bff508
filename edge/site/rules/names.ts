import type { Path } from "../positions.ts";
import type { Found, Site } from "./rule.ts";

/** What is called by its id within one list must be one. */
export function* names({ look }: Site): Generator<Found> {
  for (const [name, { steps }] of Object.entries(look.journeys)) yield* twice("step", ["journeys", name, "steps"], steps);
  for (const [name, { blocks }] of Object.entries(look.messages)) {
    const at = ["messages", name, "blocks"];
    yield* twice("block", at, blocks);
    for (const [i, { variants = [] }] of blocks.entries()) yield* twice("variant", [...at, i, "variants"], variants);
  }
}

function* twice(what: string, at: Path, items: readonly { id: string }[]): Generator<Found> {
  const known = new Set<string>();
  for (const [i, { id }] of items.entries()) {
    if (known.has(id))
      yield { path: [...at, i, "id"], message: `there are two ${what}s \`${id}\` in this list; give each a name of its own` };
    known.add(id);
  }
}
