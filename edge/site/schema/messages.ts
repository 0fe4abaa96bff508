import * as z from "zod";
import { layoutPath } from "./email.ts";
import { channel, condition, duration, kinds, name, purpose, secretName, text, word } from "./words.ts";

const one = (of: Record<string, unknown>, keys: readonly string[]): boolean =>
  keys.filter((key) => of[key] !== undefined).length === 1;

const gifts = ["percent", "amount", "free_shipping", "sample", "points", "referral"] as const;

export const offer = z
  .strictObject({
    percent: z.number().positive().max(100).optional(),
    amount: z.number().positive().max(1_000_000).optional(),
    free_shipping: z.literal(true).optional(),
    sample: text(100).optional(),
    points: z.int().positive().max(1_000_000).optional(),
    referral: text(100).optional(),
    code: z
      .strictObject({
        pool: name.optional(),
        fixed: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,40}$/)
          .optional(),
      })
      .refine((code) => one(code, ["pool", "fixed"]), "a code comes from a `pool`, or is one `fixed` code")
      .optional(),
    valid_for: duration,
    once_per: z
      .string()
      .regex(/^person(\/[1-9]\d{0,5}[smhd])?$/, "once per person, or person/90d")
      .default("person"),
    min_cart: z.number().min(0).default(0),
    exclude: z.array(name).max(50).default([]),
    stacks: z.boolean().default(false),
    during_checkout: z.boolean().default(false),
    budget: z.strictObject({ max: z.int().min(1).max(10_000_000), per: duration }).optional(),
  })
  .refine((offer) => one(offer, gifts), `an offer gives one thing: ${gifts.slice(0, -1).join(", ")} or ${gifts.at(-1)}`);

const variant = z.strictObject({
  id: name,
  when: condition.optional(),
  text: text(1000),
  data_max_age: duration.optional(),
  weight: z.number().positive().max(1000).default(1),
});

export const block = z
  .strictObject({
    id: name,
    text: text(1000).optional(),
    deadline: text(100).optional(),
    list: text(100).optional(),
    limit: z.int().min(1).max(20).optional(),
    choose: z.enum(["first", "split", "learn"]).optional(),
    variants: z.array(variant).min(1).max(20).optional(),
  })
  .refine((block) => one(block, ["text", "list", "variants"]), "a block has either `text`, a `list` or `variants`");

const shape = {
  label: text(60),
  link: text(500).optional(),
  chat: z.literal("open").optional(),
  answer: name.optional(),
  copy: z.literal("code").optional(),
  call_back: z.literal(true).optional(),
};
const deeds = ["link", "chat", "answer", "copy", "call_back"];
const doesOne = "an action does one thing: `link`, `chat`, `answer`, `copy` or `call_back`";

export const action = z
  .strictObject({
    ...shape,
    shown_if: condition.optional(),
    else: z
      .strictObject(shape)
      .refine((other) => one(other, deeds), doesOne)
      .optional(),
  })
  .refine((all) => one(all, deeds), doesOne);

export const message = z.strictObject({
  purpose: purpose.default("marketing"),
  topic: name.optional(),
  offer: name.optional(),
  subject: text(150).optional(),
  preheader: text(150).optional(),
  layout: layoutPath.optional(),
  push: z.strictObject({ title: text(65), body: text(240) }).optional(),
  sms: z.strictObject({ text: text(480) }).optional(),
  chat: z
    .strictObject({
      team: name.optional(),
      text: text(500).optional(),
      priority_if: condition.optional(),
      context: z.array(text(100)).max(20).default([]),
    })
    .optional(),
  onsite: z
    .strictObject({
      look: z.enum(["card", "inline", "badge", "sheet"]).default("card"),
      near: text(200).optional(),
      title: text(80),
      body: text(300).optional(),
    })
    .optional(),
  team: z.strictObject({ text: text(1000) }).optional(),
  blocks: z.array(block).max(20).prefault([]),
  action: action.optional(),
});

export const vendors = [
  "klaviyo",
  "customerio",
  "braze",
  "iterable",
  "hubspot",
  "sendgrid",
  "postmark",
  "resend",
  "mandrill",
  "twilio",
  "webpush",
  "segment",
  "slack",
] as const;

/** Whose shape the reports of a tool have. */
export const feedbackFrom = [
  "generic",
  "sendgrid",
  "postmark",
  "mailgun",
  "mandrill",
  "resend",
  "customerio",
  "klaviyo",
  "twilio",
] as const;
export type FeedbackFrom = (typeof feedbackFrom)[number];

export const destination = z
  .strictObject({
    url: text(500).optional(),
    vendor: z.enum(vendors).optional(),
    mode: z.enum(["event", "rendered"]).default("event"),
    channels: z.array(channel).min(1),
    secret: secretName,
    moments: kinds.optional(),
    person: z.strictObject({ fields: z.array(name).max(20) }).optional(),
    settings: z.record(word, text(300)).default({}),
    rate: z.strictObject({ max: z.int().min(1).max(1_000_000), per: duration }).optional(),
    feedback: z.strictObject({ secret: secretName, from: z.enum(feedbackFrom).default("generic") }).optional(),
  })
  .refine((to) => one(to, ["url", "vendor"]), "a destination has either a `url` of your own or a `vendor`");

/** How the brand speaks. */
export const voice = z.strictObject({
  banned: z.array(text(60)).max(200).default([]),
  required: z
    .array(z.strictObject({ word: text(60), channels: z.array(channel).min(1) }))
    .max(20)
    .default([]),
  exclamation_marks: z.int().min(0).max(10).optional(),
  capitals: z.int().min(0).max(10).optional(),
  reading_ease: z.number().min(0).max(100).optional(),
  max_chars: z.partialRecord(channel, z.int().min(10).max(5000)).default({}),
});

export type Message = z.infer<typeof message>;
export type Offer = z.infer<typeof offer>;
export type Destination = z.infer<typeof destination>;
export type Voice = z.infer<typeof voice>;
