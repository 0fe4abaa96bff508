import type { OfferCost } from "../profile/offers.ts";
import type { Channel } from "../site/schema/words.ts";
import type { Outcome } from "./retry.ts";

/** What came of a message, or of one attempt: a line for the log of its destination. `stopped`: it was not wanted any more. */
export interface LogEntry {
  messageId: string;
  /** `message.send`, `moment.detected`. */
  type: string;
  /** The person's public id. */
  person: string;
  /** Whose address it went to: the name of that address's object, a hash. */
  recipient?: string;
  channel?: Channel;
  /** Its name in the site file. */
  message?: string;
  /** The offer that it made, and what that can cost. */
  offer?: { id: string; cost: OfferCost };
  /** Attempts begun by then, this one with them. */
  attempt: number;
  atMs: number;
  /** How long the request took; without it none was made. */
  tookMs?: number;
  state: Outcome["state"] | "expired" | "held" | "stopped";
  /** The destination did not answer, or with an error of its own. */
  isIll?: true;
  status?: number;
  /** What was answered, or why nothing was sent: redacted. */
  text?: string;
  /** When it is tried again. */
  againAtMs?: number;
  /** For how long the destination asked to be left alone. */
  retryAfterMs?: number;
  providerId?: string;
}

/** Nothing more comes of it of its own accord. */
export const isFinal = (state: LogEntry["state"]): boolean => state !== "again" && state !== "held";

/** It reached nobody, for all that is known, and somebody should look at it. */
export const deadStates: readonly string[] = ["failed", "gone", "unknown", "expired"] satisfies LogEntry["state"][];

const dayMs = 86_400_000;

/** For how long the body of a message is kept after its end, so that it can be sent again. */
export const bodyKeptMs = (state: string): number => (deadStates.includes(state) ? 30 : 7) * dayMs;

/** Whether a destination is well. `open`: nothing is attempted before `untilMs`. */
export interface Health {
  state: "closed" | "open" | "disabled";
  untilMs?: number;
}
