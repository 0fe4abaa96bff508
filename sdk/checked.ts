import type { Cusp, Events } from "./cusp.ts";
import { attempt } from "./guard.ts";

/** One line for whoever builds the site. */
export const complain = (what: string): void => console.error(`cusp: ${what}`);

/** Also of the option. */
export const states = ["pending", "granted", "denied"];
const events: (keyof Events)[] = ["moment", "signal", "flush", "message", "settings"];

const notText = (what: string, x: unknown, most = 128): false | string =>
  (typeof x !== "string" || !x || !!x[most]) && `${what} must be a text of 1 to ${most} characters`;

export const notOneOf = (what: string, x: unknown, all: readonly unknown[]): false | string =>
  !all.includes(x) && `${what} must be one of ${all.join(", ")}`;

type Verbs = Record<keyof Cusp, (...args: unknown[]) => unknown>;
type Fault = null | ((first: unknown, second?: { token?: unknown } | null) => false | string);

/** Each verb, and what may be wrong with a call of it and how to mend that. */
const faults: Record<keyof Cusp, Fault> = {
  identify: (id, proof) => notText("id", id) || (!!proof?.token && notText("token", proof.token, 2048)),
  track: (name) => notText("name", name),
  page: null,
  consent: (state) => notOneOf("state", state, states),
  on: (event, listener) => notOneOf("event", event, events) || (typeof listener !== "function" && "listener must be a function"),
  flush: null,
  reset: null,
  stop: null,
};

export const nothing = (): void => {};

/**
 * A page's own calls: a wrong one does nothing but say so, and none ever throws. They speak to whichever client is at work; when
 * none is, as before a start and after `stop`, to nobody.
 */
export function checked(atWork: () => Cusp | undefined): Cusp {
  const verbs = {} as Verbs;
  for (const [verb, faultOf] of Object.entries(faults) as [keyof Cusp, Fault][]) {
    verbs[verb] = (...args: [unknown]) =>
      attempt(() => {
        const fault = faultOf?.(...args);
        if (fault) return complain(`${verb}: ${fault}`);
        return (atWork() as unknown as Verbs)[verb](...args); // that it throws without a client is caught too
      }) ?? nothing; // what `on` gives back is called
  }
  return verbs as unknown as Cusp;
}
