import type { Properties } from "../../contract/signals.ts";

/** What is known of a person (the site's server told it) and what is only claimed (a browser did). */
export interface Traits {
  known?: Properties;
  claimed?: Properties;
}

/** The traits with what a page claims now: only those that the site declares. */
export function claim(had: Traits = {}, told: Properties, declared: object): Traits {
  const some = Object.entries(told).filter(([name]) => Object.hasOwn(declared, name));
  return { ...had, claimed: { ...had.claimed, ...Object.fromEntries(some) } };
}
