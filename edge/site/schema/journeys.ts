import * as z from "zod";
import { channel, condition, delay, duration, kinds, name } from "./words.ts";

export const stages = ["awareness", "consideration", "conversion", "ownership"] as const;
export const classes = ["intent", "contextual", "emotional"] as const;

/** How much of a file may be switched off without taking it out. */
const live = z.boolean().default(true);

interface Started {
  journey?: string | undefined;
  enter?: object | undefined;
  message?: string | undefined;
  band?: string | undefined;
}

export const startsOne = ({ journey, enter, message, band }: Started): boolean =>
  message ? !journey && !enter : !!journey && !!enter && !band;
export const startsOneOnly =
  "a trigger either starts a `journey` and says where by `enter`, or sends one `message` from a `band` on";

export const trigger = z
  .strictObject({
    on: kinds,
    when: condition.optional(),
    for: duration.optional(),
    enter: z
      .strictObject({ now: name.optional(), later: name.optional() })
      .refine(({ now, later }) => now ?? later, "say at which step: `now: step`, `later: step`")
      .optional(),
    journey: name.optional(),
    band: z.enum(["now", "later"]).optional(),
    message: name.optional(),
    stage: z.enum(stages).optional(),
    class: z.enum(classes).default("contextual"),
    group: name.optional(),
    priority: z.int().min(0).max(100).default(50),
    re_entry: z
      .union([z.enum(["never", "always"]), z.strictObject({ after: duration })], "write `never`, `always` or `{ after: 7d }`")
      .default("always"),
    live,
  })
  .refine(startsOne, startsOneOnly);

/** Where a delay is counted from. */
const anchors = ["entry", "previous", "left", "moment"] as const;
export const layers = ["immediate", "re-engagement", "reinforcement"] as const;
export const fallbackOutcomes = ["bounced", "failed", "suppressed", "unreachable", "no_agent"] as const;
export const exits = ["purchase", "responded", "unsubscribed", "dismissed", "cart_emptied"] as const;

const holdWhile = z.enum(["on_site", "none"]);

export const step = z.strictObject({
  id: name,
  layer: z.enum(layers),
  from: z.enum(anchors).default("entry"),
  after: delay.prefault("0s"),
  after_if: z
    .array(z.strictObject({ when: condition, after: delay }))
    .max(10)
    .prefault([]),
  before: duration.optional(),
  hold_while: holdWhile.optional(),
  channels: z.array(channel).min(1).max(6),
  fallback_on: z.array(z.enum(fallbackOutcomes)).default([]),
  fallback_within: duration.optional(),
  message: name,
  review: z.strictObject({ by: duration, else: z.enum(["drop", "send"]).default("drop") }).optional(),
});

export const journey = z.strictObject({
  goal: z.strictObject({ event: name, within: duration }).optional(),
  exit_on: z.array(z.enum(exits)).default([]),
  hold_while: holdWhile.optional(),
  steps: z.array(step).min(1).max(10),
});

const weight = z.number().positive().max(1000);
const metrics = ["goal", "revenue_per_person", "time_to_goal", "responded", "clicked"] as const;
const guardrails = ["unsubscribed", "complained", "offer_cost", "bounced"] as const;

export const experiment = z.strictObject({
  patch: z
    .string()
    .regex(
      /^(journeys\.[a-z][a-z0-9_-]*\.steps\.[a-z][a-z0-9_-]*|(messages|triggers)\.[a-z][a-z0-9_-]*)$/,
      "what is tried out is a step, a message or a trigger: journeys.NAME.steps.ID, messages.NAME, triggers.NAME",
    ),
  by: z.enum(["person", "session"]).default("person"),
  arms: z
    .record(name, z.strictObject({ weight, set: z.record(z.string(), z.unknown()).default({}) }))
    .refine((arms) => Object.keys(arms).length >= 2 && Object.keys(arms).length <= 10, "2 to 10 arms"),
  metric: z.enum(metrics).default("goal"),
  also: z.array(z.enum(metrics)).default([]),
  guardrails: z.array(z.enum(guardrails)).default([]),
  stop: z.strictObject({ min_days: z.int().min(1).max(365), min_per_arm: z.int().min(1).max(10_000_000) }).optional(),
});

export type Trigger = z.infer<typeof trigger>;
export type Step = z.infer<typeof step>;
export type Journey = z.infer<typeof journey>;
export type Experiment = z.infer<typeof experiment>;
export type Layer = (typeof layers)[number];
