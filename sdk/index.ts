import type { Cusp, Options } from "./cusp.ts";
import { openScoring } from "./scoring.ts";
import { startWith } from "./start.ts";

export type { Moment } from "../contract/moment-life.ts";
export type { Signal, SignalKind } from "../contract/signals.ts";
export type { Settings } from "../contract/wire.ts";
export type { ConsentState } from "./consent.ts";
export type { Cusp, Events, Options } from "./cusp.ts";
export type { Flush } from "./delivery.ts";

/** Starts watching this page. There is one Cusp per page: a second call returns the first. */
export const start = (options: Options): Cusp => startWith(() => Promise.resolve({ openScoring }), options);
