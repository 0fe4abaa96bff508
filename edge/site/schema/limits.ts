import * as z from "zod";
import { channel, duration, percent, purpose } from "./words.ts";

const sold = ["email", "sms", "push"] as const;
const channels = z
  .array(channel)
  .min(1)
  .default([...sold]);
const purposes = z.array(purpose).min(1).default(["marketing"]);
const max = z.int().min(1).max(1_000_000);

const cap = z.strictObject({ max: z.int().min(0).max(1000), per: duration, channels, purposes });

const aTime = 'a time of day is written "21:00", in quotes';
const clockTime = z.string(aTime).regex(/^([01]\d|2[0-3]):[0-5]\d$/, aTime);

/** What a person is spared, by channel and purpose. */
export const limits = z.strictObject({
  new_visitors: z.strictObject({ max: z.int().min(1).max(10_000_000), per: duration }).prefault({ max: 3000, per: "1m" }),
  cap: z.union([cap.transform((one) => [one]), z.array(cap).max(10)]).prefault([]),
  onsite_cap: z
    .strictObject({
      max: z.int().min(0).max(100),
      per: z.union([z.literal("session"), duration], "write `session`, or a duration like 24h"),
    })
    .optional(),
  quiet_hours: z
    // biome-ignore lint/suspicious/noThenProperty: the word of the site file; nobody awaits it.
    .strictObject({ from: clockTime, to: clockTime, channels, purposes, then: z.enum(["defer", "drop"]).default("defer") })
    .refine(({ from, to }) => from !== to, "`from` and `to` are the same time")
    .optional(),
  cooldown: z.strictObject({ for: duration, after: z.literal("goal").default("goal"), purposes }).optional(),
  holdout: z.strictObject({ share: percent, purposes }).optional(),
  budget: z.strictObject({ max, per: duration, channels, purposes }).optional(),
  sms_to: z
    .array(z.string().regex(/^\+[1-9]\d{0,3}$/, 'a country is written by its dialling code, in quotes: "+33"'))
    .max(50)
    .default([]),
});

export type Limits = z.infer<typeof limits>;
