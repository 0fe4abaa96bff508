import type { Cusp, Events } from "./cusp.ts";
import { attempt } from "./guard.ts";

/** One line for whoever builds the site. */
export const complain = (what: string): void => console.error(`cusp: ${what}`);

/** Also of the option. */
export const states = ["pending", "granted", "denied"];
const events: (keyof Events)[] = ["moment", "signal", "flush", "settings"];

const isText = (x: unknown): x is string => typeof x === "string" && x !== "" && x.length <= 128;

/** What is wrong with a call, and how to mend it. */
const faults: { [verb in keyof Cusp]?: (first: unknown, second: unknown) => false | string } = {
  identify: (id) => !isText(id) && "id must be a text of 1 to 128 characters",
  track: (name) => !isText(name) && 'name must be a text like "add_to_cart"',
  consent: (state) => !states.includes(state as string) && `state must be one of ${states.join(", ")}`,
  on: (event, listener) =>
    (!events.includes(event as never) && `event must be one of ${events.join(", ")}`) ||
    (typeof listener !== "function" && "listener must be a function"),
};

export const nothing = (): void => {};

/** A page's own calls: a wrong one does nothing but say so, and none ever throws. */
export function checked(cusp: Cusp): Cusp {
  const verbs: Record<string, unknown> = {};
  for (const verb of Object.keys(cusp) as (keyof Cusp)[]) {
    verbs[verb] = (...args: [unknown, unknown]) =>
      attempt(() => {
        const fault = faults[verb]?.(...args);
        return fault ? complain(`${verb}: ${fault}`) : (cusp[verb] as (...args: unknown[]) => unknown)(...args);
      }) ?? nothing; // what `on` gives back is called
  }
  return verbs as unknown as Cusp;
}
