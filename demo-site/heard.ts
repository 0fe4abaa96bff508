import type { Moment } from "../contract/moment-life.ts";
import type { Signal } from "../contract/signals.ts";

/** A batch on its way and back: what `cusp('on', 'flush', …)` tells. */
export interface Flush {
  phase: "sent" | "answered";
  signals: number;
  bytes: number;
  urgent: boolean;
  ms?: number;
  status?: number;
}

export type Heard = { realAtMs: number } & (
  | { what: "signal"; value: Signal }
  | { what: "moment"; value: Moment }
  | { what: "flush"; value: Flush }
);

declare global {
  var cusp: (...command: unknown[]) => void;
  /** Filled by `pages/stub.js`, which listens before anything else has loaded. */
  var cuspHeard: { past: Heard[]; tell?: (heard: Heard) => void };
}
