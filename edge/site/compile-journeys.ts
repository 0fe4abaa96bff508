import type { MomentKind } from "../../contract/moments.ts";
import type { Compile, Condition } from "../decide/conditions.ts";
import type * as written from "./schema/journeys.ts";
import type { SiteFile } from "./schema/site-file.ts";
import type { Channel } from "./schema/words.ts";

export interface Trigger {
  name: string;
  on: readonly MomentKind[];
  when: Condition;
  /** How long the condition must stay true. */
  forMs: number;
  enter: { now?: string | undefined; later?: string | undefined };
  journey: string;
  /** One person has one running journey of a group. */
  group: string;
  priority: number;
  /** As a number: not again before so many ms have passed. */
  reEntry: "never" | "always" | number;
  stage?: string | undefined;
  class: string;
  live: boolean;
}

export interface Step {
  id: string;
  layer: written.Layer;
  from: "entry" | "previous" | "left" | "moment";
  afterMs: number;
  afterIf: { when: Condition; afterMs: number }[];
  /** From the same anchor. */
  beforeMs?: number | undefined;
  holdWhile?: "on_site" | "none" | undefined;
  channels: Channel[];
  fallbackOn: readonly string[];
  fallbackWithinMs?: number | undefined;
  message: string;
  review?: { byMs: number; else: "drop" | "send" } | undefined;
}

export interface Journey {
  name: string;
  goal?: { event: string; withinMs: number } | undefined;
  exitOn: readonly string[];
  steps: Step[];
}

const minute = 60_000;
/** A message of the band `now` is of use for a quarter of an hour; one of `later` is due in an hour and of use for four. */
const windows = {
  now: { layer: "immediate", afterMs: 0, beforeMs: 15 * minute },
  later: { layer: "re-engagement", afterMs: 60 * minute, beforeMs: 240 * minute },
} as const;

/** No name that a file may give. */
const ownJourney = (trigger: string): string => `message/${trigger}`;

const forms = ["push", "sms", "chat", "onsite", "team"] as const;

/** Nobody reviews a message in less. */
export const leastReviewMs = 15 * 60_000;

/** Turns what is written in a site file into what the edge obeys. The file has been checked: a condition that does not hold together is a bug. */
export function compiling(compile: Compile, { messages }: Pick<SiteFile, "messages">) {
  function condition(source: string): Condition {
    const compiled = compile(source);
    if (typeof compiled !== "function") throw new Error(`a condition was pushed unchecked: ${source}`);
    return compiled;
  }

  /** @param step of its journey, where it sends a message of its own */
  function triggerOf(
    name: string,
    { when = "true", for: forMs = 0, re_entry, ...trigger }: written.Trigger,
    step = trigger.message ?? "",
  ): Trigger {
    const { on, band = "now", message, journey = ownJourney(name), enter, priority, stage, live } = trigger;
    return {
      name,
      on,
      when: condition(when),
      forMs,
      enter: message ? { [band]: step } : (enter ?? {}),
      journey,
      group: trigger.group ?? journey,
      priority,
      reEntry: typeof re_entry === "object" ? re_entry.after : re_entry,
      stage,
      class: trigger.class,
      live,
    };
  }

  function stepOf({ id, layer, from, channels, message, ...step }: written.Step, journey?: written.Journey): Step {
    return {
      id,
      layer,
      from,
      afterMs: step.after,
      afterIf: step.after_if.map(({ when, after }) => ({ when: condition(when), afterMs: after })),
      beforeMs: step.before,
      holdWhile: step.hold_while ?? journey?.hold_while,
      channels,
      fallbackOn: step.fallback_on,
      fallbackWithinMs: step.fallback_within,
      message,
      review: step.review && { byMs: step.review.by, else: step.review.else },
    };
  }

  const journeyOf = (name: string, journey: written.Journey): Journey => ({
    name,
    goal: journey.goal && { event: journey.goal.event, withinMs: journey.goal.within },
    exitOn: journey.exit_on,
    steps: journey.steps.map((step) => stepOf(step, journey)),
  });

  /** What a trigger that sends one message stands for: what is said now does not wait for the visitor to leave. */
  function messageJourney(
    trigger: string,
    { message = "", band = "now" }: Pick<written.Trigger, "message" | "band">,
    id = message,
  ): Journey {
    const text = messages[message];
    const channels: Channel[] = [...(text?.subject ? (["email"] as const) : []), ...forms.filter((form) => text?.[form])];
    const step: Step = {
      id,
      message,
      from: "moment",
      ...windows[band],
      holdWhile: band === "now" ? "none" : undefined,
      fallbackOn: [],
      afterIf: [],
      channels,
    };
    const exitOn = text?.purpose === "marketing" ? ["purchase", "responded", "unsubscribed"] : [];
    return { name: ownJourney(trigger), exitOn, steps: [step] };
  }

  return { triggerOf, stepOf, journeyOf, messageJourney };
}

export type Build = ReturnType<typeof compiling>;
