import { openClient } from "./client.ts";
import type { Cusp, Options } from "./cusp.ts";

export type { Moment } from "../contract/moment-life.ts";
export type { Signal, SignalKind } from "../contract/signals.ts";
export type { Settings } from "../contract/wire.ts";
export type { ConsentState } from "./consent.ts";
export type { Cusp, Events, Options } from "./cusp.ts";
export type { Flush } from "./delivery.ts";

/** On the window, not in this module: the script tag and a bundled copy would otherwise both watch one page. */
const running = Symbol.for("cusp");

function refuse(): Cusp {
  console.error("cusp: secret key in a page: replace it");
  const nothing = () => {};
  return { identify: nothing, consent: nothing, on: () => nothing, flush: nothing, reset: nothing, stop: nothing };
}

/** Starts watching this page. There is one Cusp per page: a second call returns the first. */
export function start(options: Options): Cusp {
  const page = window as { [running]?: Cusp };
  if (/^sk_/.test(options.site)) return refuse();
  page[running] ??= openClient(options, () => delete page[running]);
  return page[running];
}
