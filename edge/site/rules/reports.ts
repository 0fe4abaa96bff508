import { isOwnSecret, secretPrefix } from "../secret-name.ts";
import type { Found, Site } from "./rule.ts";

/** What a tool reports is signed with a secret of its destination's own. */
export function* reports({ file }: Site): Generator<Found> {
  for (const [name, { feedback }] of Object.entries(file.destinations)) {
    if (!feedback || isOwnSecret(file.site, name, feedback.secret)) continue;
    const message = `the secret of this feedback must be named ${secretPrefix(file.site, name)}_…, like ${secretPrefix(file.site, name)}_FEEDBACK`;
    yield { path: ["destinations", name, "feedback", "secret"], message };
  }
}
