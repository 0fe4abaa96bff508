import type { Observe } from "./signals/page.ts";

/** What a page does without until it is idle. */
export type Late = typeof import("./late.ts") & { signalsOf?: (edge: string) => readonly Observe[] };

/** What an entry brings: the signals that watch from the start, besides page views and dwell, and how the rest comes. */
export interface Parts {
  signals: readonly Observe[];
  loadLate: (edge: string) => Promise<Late>;
}
