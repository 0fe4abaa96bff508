import type { Making } from "../profile/offers.ts";
import type { Run, Sent } from "../profile/run.ts";
import type { TimelineLine } from "../site/answers.ts";
import type { Journey, Step, Trigger } from "../site/compile-journeys.ts";
import type { Destination, Message } from "../site/schema/messages.ts";
import type { Channel } from "../site/schema/words.ts";

type Said = Pick<TimelineLine, "choices" | "experiment">;

export type { Handed, Occasion, Pending, Run, Sent } from "../profile/run.ts";

/** Of one person, running or ended. */
export const maxRuns = 20;

/** Running, or with nothing more to come but attempts and fallbacks of what was sent. */
export const mayLeave = ({ exit }: Run): boolean => exit === undefined || exit === "done";

/** What people know a journey by: that of a trigger's own message bears no name of theirs. */
export const titleOf = (journey: string): string => journey.replace(/^message\//, "");

/** What happened to somebody on the way, or did not, and why. */
export interface Line {
  atMs: number;
  what:
    | "entered"
    | "not_entered"
    | "waiting"
    | "moved"
    | "review"
    | "held"
    | "sent"
    | "not_sent"
    | "expired"
    | "fallback"
    | "recovered"
    | "exited"
    | "seen"
    | "merged"
    | "told"
    | "reviewed"
    | "withdrawn"
    | "reported";
  run?: string;
  trigger?: string;
  journey?: string;
  step?: string;
  message?: string;
  channel?: string;
  /** Of `sent`: the number of the message. */
  seq?: number;
  /** What stopped it, or, of `exited`, why. */
  gate?: string;
  /** Of `sent`: what was chosen for this person, and by which arms. */
  choices?: Said["choices"];
  experiment?: Said["experiment"];
  /** Of an answer: the block whose link was followed. */
  block?: string;
  /** One English sentence. */
  text: string;
}

/** A message whose time has come: to be written and handed over now. */
export interface Sending {
  seq: number;
  run: Run;
  trigger: Trigger;
  step: Step;
  /** Its name, and its text as this person's experiments have it. */
  name: string;
  message: Message;
  channel: Channel;
  channelsLeft: Channel[];
  /** The name of who takes it; `page`, without a destination: the page itself shows it. */
  to: string;
  destination: Destination | undefined;
  dueAtMs: number;
  expiresAtMs: number;
  /** Until then this channel may be tried; after that it is the next one's turn. */
  tryUntilMs: number;
  gatesPassed: string[];
  /** What the journey wants. */
  goal: Journey["goal"];
  /** False: the site is not live, and this is one of its test people. */
  live: boolean;
  /** The offer that it makes, as this person holds it, and what that can cost. */
  making?: Making;
  offer?: NonNullable<Sent["offer"]>;
  /** What says that it was sent. */
  line: Line;
}

/** What follows from what was seen and from the time. */
export interface Followed {
  sendings: Sending[];
  lines: Line[];
}
