import { pageRule } from "../../../contract/pages.ts";
import type { Found, Site } from "./rule.ts";

/**
 * A pattern after one that takes all that it would take. A pattern matches another's text only by its stars, so what is asked of a
 * path can be asked of a pattern.
 */
export function* pages({ file }: Site): Generator<Found> {
  const before: { type: string; match: string[] }[] = [];
  for (const [type, { match }] of Object.entries(file.pages)) {
    for (const [i, pattern] of match.entries()) {
      const taken = pageRule(pattern, before);
      if (!taken) continue;
      const by = taken.match.find((one) => pageRule(pattern, [{ type, match: [one] }]));
      const message = `no page gets here: \`${by}\` of \`${taken.type}\` takes all that \`${pattern}\` would; write \`${type}\` above \`${taken.type}\``;
      yield { path: ["pages", type, "match", i], message };
    }
    before.push({ type, match });
  }
}
