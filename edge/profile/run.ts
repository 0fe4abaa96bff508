import type { Explained } from "../../contract/evidence.ts";
import type { Channel, Purpose } from "../site/schema/words.ts";
import type { Making, OfferCost } from "./offers.ts";

/** The moment by which somebody came into a journey. Instants are the edge's. */
export interface Occasion {
  trigger: string;
  session: string;
  moment: Explained;
  momentAtMs: number;
  receivedAtMs: number;
  pageType: string;
}

/** Conditions that are watched at a time: more is no person's doing. */
export const maxPending = 20;

/** An entry whose condition must stay true until `dueAtMs`. */
export interface Pending extends Occasion {
  dueAtMs: number;
}

/** What its tool reported of a message: that it has it, that the person has it, or that nobody ever will. */
export type Came = "taken" | "arrived" | "suppressed" | "failed";

/** A message that was handed over in a run, for what is reported of it. */
export interface Handed {
  seq: number;
  /** Where it was sent before its visitor became known: the id it keeps. Others are made of `seq`. */
  id?: string;
  step: string;
  channel: Channel;
  atMs: number;
  expiresAtMs: number;
  /** Channels of the step that are left, in order. */
  left: Channel[];
  /** The gate that holds its next attempt back: said once. */
  heldBy?: string;
  came?: Came;
  /** It says what the brand would not: it goes out, as it is, once a reviewer approved it. */
  review?: { why: string; asked?: true; said?: "approved" | "rejected" | "no_room" };
}

/** A step that failed on one channel and is tried on the next. */
export interface Fallback {
  step: string;
  channels: Channel[];
  dueAtMs: number;
  expiresAtMs: number;
  heldBy?: string;
}

/** One person on the way through one journey, and for a while after. */
export interface Run extends Occasion {
  id: string;
  journey: string;
  enteredAtMs: number;
  /** The version of the site file by which the present step was scheduled. */
  version: number;
  /** The step that is to come; with `endedAtMs`, the last one. */
  step: string;
  /** What the step's delay was when it was scheduled, counted from its anchor. */
  afterMs: number;
  /** The leaving by which `afterMs` was decided, of a step that is counted from there. */
  leftAtMs?: number;
  /** When this step became the next. */
  scheduledAtMs: number;
  /** When the step before it came to its end. */
  previousAtMs?: number;
  /** Steps that came to their end, sent or not. */
  settled: string[];
  /** When to look again though nothing happens. */
  wakeAtMs?: number;
  /** The gate that holds the step back now: said once. */
  heldBy?: string;
  /** The site knows that the present step waits for a reviewer; or has no room for it, and what the step says of `else` holds. */
  reviewAsked?: true | "no_room";
  /** What a reviewer said of the present step. */
  review?: "approved" | "rejected";
  /** Of a step that waits for a reviewer: what it was made of when that was asked for. */
  reviewOf?: number;
  /** The texts that the site was told of, as one number. */
  reviewTexts?: number;
  handed: Handed[];
  /** At most one of a step. */
  fallbacks: Fallback[];
  /** Arms of the experiments that touch this run. */
  arms: { id: string; arm: string; probability: number }[];
  endedAtMs?: number;
  exit?: string;
  recoveredAtMs?: number;
}

/** A run as it was written when it had room for one fallback. */
type Written = Omit<Run, "fallbacks"> & { fallbacks?: Fallback[]; fallback?: Fallback };

export const asRun = ({ fallback, ...run }: Written): Run => ({
  ...run,
  fallbacks: run.fallbacks ?? (fallback ? [fallback] : []),
});

/** A message that counts for the caps. */
export interface Sent {
  seq: number;
  /** As in `Handed`. */
  id?: string;
  atMs: number;
  message: string;
  channel: Channel;
  purpose: Purpose;
  session: string;
  /** An attempt had no answer: it may have arrived, and goes on counting. */
  unanswered?: true;
  /** The offer that it made. */
  offer?: { id: string; cost: OfferCost };
  /** What the person did with it. */
  outcome?: "clicked" | "dismissed";
}

/** A message that the page itself is to show. */
export interface Offered {
  seq: number;
  /** As in `Handed`. */
  id?: string;
  channel: "onsite" | "chat";
  expiresAtMs: number;
  /** From here on it reached nobody, unless the page says that it was shown. */
  overAtMs: number;
  /** What the reply carries: `OnsiteMessage` of the contract, as JSON. */
  body: string;
}

/** What the journeys of a person leave in the row. */
export interface Journeyed {
  runs: Run[];
  pending?: Pending[];
  /** When each trigger last let this person in. */
  entries?: Record<string, number>;
  /** Oldest first. */
  sent?: Sent[];
  /** What this person was offered last, by the name of the offer. Only somebody whom the site's server vouches for has any. */
  offers?: Record<string, Making>;
  /** What would have been sent, were the person not held out or in a control group. */
  withheld?: Sent[];
  /** Until when the site may have texts of this person's for its reviewers. */
  reviewsUntilMs?: number;
  /** How long nothing is looked at, while the site file cannot be had. */
  pauseMs?: number;
  /** The last time that a goal was reached. */
  recoveredAtMs?: number;
}
