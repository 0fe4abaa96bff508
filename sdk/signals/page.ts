import type { Device, Observed } from "../../contract/signals.ts";
import type { Engagement } from "../engagement.ts";
import type { Life } from "../guard.ts";

/** Why what has been gathered must be said now: a dwell crossing, the page hidden, or the visitor gone from it. */
export type Why = "crossing" | "hidden" | "gone";

/** One page view, as its observers see it. What they listen to ends with it. */
export interface Page extends Life, Engagement {
  device: Device;
  again: boolean;
  startMs: number;
  /** When the visitor last did something, other than moving the pointer. */
  inputMs: number;
  emit: (observed: Observed) => void;
  /** Says what has been gathered, in the order of the observers. */
  settle: (why: Why) => void;
}

/** Starts to observe a page; returns what says the rest of what it has gathered, if it gathers. */
// biome-ignore lint/suspicious/noConfusingVoidType: most observers gather nothing and return nothing
export type Observe = (page: Page) => ((why: Why) => void) | void;
