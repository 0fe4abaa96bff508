import type { PageRule } from "../../contract/pages.ts";
import type { Device, Observed } from "../../contract/signals.ts";
import type { Engagement } from "../engagement.ts";
import type { Life } from "../guard.ts";

/** Why what has been gathered must be said now: a dwell crossing, the page hidden, or the visitor gone from it. */
export type Why = "crossing" | "hidden" | "gone";

/** What a site may set of the signals. */
export interface SignalOptions {
  /** CSS selector of the element that scrolls instead of the document. @default the document */
  scrollRoot?: string | undefined;
  /** Sends the masked words of a search, not only their class. @default false */
  searchWords?: boolean | undefined;
  /** Name of the URL's parameter that holds a search. @default "q", "query", "search" or "s" */
  searchParameter?: string | undefined;
  /** Watches for clicks that change nothing; costs a mutation observer for up to 2.5 s after each click. @default false */
  deadClicks?: boolean | undefined;
}

/** An earlier page view of this session. */
export interface Visit {
  /** Redacted, without query. */
  url: string;
  /** Client epoch ms of its view. */
  at: number;
  /** The product it was told to show. */
  product?: string | undefined;
}

/** Where the visitor has scrolled to: `y` and the heights of the view and of all there is, in px. */
export interface Place {
  y: number;
  viewPx: number;
  heightPx: number;
  ms: number;
  /** By wheel, touch or key, as far as can be known: not where a link or a button sends. */
  byHand: boolean;
}

export interface Scrolling {
  tell: (place: Place) => void;
  /** The page has stood still for a moment. */
  rest: () => void;
}

export type Sending = (form: string, failed: boolean) => void;

export interface Clicked {
  element: Element;
  name: string;
}

/** One page view, as its observers see it. What they listen to ends with it. */
export interface Page extends Life, Engagement {
  device: Device;
  again: boolean;
  /** Earlier views of this session in this browser, oldest first, at most 16; as far as is known when the page begins. */
  trail: readonly Visit[];
  options: SignalOptions;
  /** The product a `view_item` says that it shows. */
  product?: string | undefined;
  /** The site's own rules of its pages, once they are known. */
  rules?: () => readonly PageRule[] | undefined;
  startMs: number;
  /** When the visitor last did something, other than moving the pointer. */
  inputMs: number;
  /** Who asks about scrolling and about forms sent, what is known of clicks: one for all observers, in whichever file they came. */
  scrolling?: Scrolling[];
  sending?: Sending[];
  clicks?: WeakMap<Event, Clicked | undefined>;
  emit: (observed: Observed) => void;
  /** Says what has been gathered, in the order of the observers. */
  settle: (why: Why) => void;
}

/** Starts to observe a page; returns what says the rest of what it has gathered, if it gathers. */
// biome-ignore lint/suspicious/noConfusingVoidType: most observers gather nothing and return nothing
export type Observe = (page: Page) => ((why: Why) => void) | void;
