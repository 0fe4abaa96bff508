import { conditionsFor } from "../../decide/conditions.ts";
import type { Found, Site } from "./rule.ts";

/** An audience is made of facts: one that looked at another could go in a circle. */
export function* audiences({ file }: Site): Generator<Found> {
  if (!Object.keys(file.audiences).length) return;
  const compile = conditionsFor({ ...file, audiences: {} });
  for (const [name, source] of Object.entries(file.audiences)) {
    const path = ["audiences", name];
    const made = compile(source);
    if (typeof made === "function") continue;
    const other = /\baudience\.\w+/.exec(source);
    const looks = other && made.offset >= other.index && made.offset <= other.index + other[0].length;
    if (!looks) yield { path, message: made.message, within: made.offset };
    else
      yield { path, within: other.index, message: "an audience may not look at another audience; write its condition out here" };
  }
}
