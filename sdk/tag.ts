import type { ConsentState } from "./consent.ts";
import type { Cusp } from "./cusp.ts";
import { attempt } from "./guard.ts";
import type { LoadScoring } from "./scoring.ts";
import { startWith } from "./start.ts";

type Stub = { (...command: unknown[]): unknown; q?: Iterable<unknown>[] };

/** What a script tag does: starts by the attributes of its own element, then answers what was asked before it came. */
export const startFromTag = (loadScoring: LoadScoring): void =>
  attempt(() => {
    // The getter itself: `<img name=currentScript>` would answer for `document.currentScript`.
    const script = Reflect.get(Document.prototype, "currentScript", document) as HTMLScriptElement;
    const { site = "", edge = new URL(script.src).origin, consent } = script.dataset;
    const cusp = startWith(loadScoring, { site, edge, ...(consent && { consent: consent as ConsentState }) });

    const command = (verb: keyof Cusp, ...rest: unknown[]) =>
      attempt(() => (cusp[verb] as (...rest: unknown[]) => unknown)(...rest));
    const page = window as unknown as { cusp?: Stub | Element };
    const { q } = (page.cusp ?? {}) as Stub;
    page.cusp = command as Stub; // an element with id=cusp gives way
    for (const queued of q ?? []) command(...(queued as Parameters<typeof command>));
  });
