import { complain } from "./checked.ts";
import type { Cusp, Options } from "./cusp.ts";
import { attempt } from "./guard.ts";
import type { Parts } from "./parts.ts";
import { startWith } from "./start.ts";

type Stub = { (...command: unknown[]): unknown; q?: Iterable<unknown>[] };

/** Yes when they are there, unless they say `false`. */
const yesOrNo = /^(deadClicks|searchWords)$/;

/** What a script tag does: starts by the attributes of its own element, then answers what was asked before it came. */
export const startFromTag = (parts: Parts): void =>
  attempt(() => {
    // The getter itself: `<img name=currentScript>` would answer for `document.currentScript`.
    const running = Reflect.get(Document.prototype, "currentScript", document);
    // A module has none, nor has what a loader runs.
    const script = (running ?? document.querySelector("script[data-site]")) as HTMLScriptElement;
    const options: Record<string, unknown> = { edge: new URL(script.src).origin };
    for (const [name, value] of Object.entries(script.dataset))
      if (yesOrNo.test(name)) options[name] = value !== "false";
      else if (value) options[name] = value;
    const cusp = startWith(parts, options as unknown as Options);

    const command = (verb: keyof Cusp, ...rest: unknown[]) =>
      Object.hasOwn(cusp, verb)
        ? (cusp[verb] as (...rest: unknown[]) => unknown)(...rest)
        : complain(`there is no ${verb}; there are ${Object.keys(cusp).join(", ")}`);
    const page = window as unknown as { cusp?: Stub | Element };
    const { q } = (page.cusp ?? {}) as Stub;
    page.cusp = command as Stub; // an element with id=cusp gives way
    if (Array.isArray(q)) for (const queued of q) attempt(() => command(...(queued as unknown as Parameters<typeof command>)));
  });
