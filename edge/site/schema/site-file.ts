import * as z from "zod";
import type { SignalKind } from "../../../contract/signals.ts";
import { brand, email } from "./email.ts";
import { experiment, journey, trigger } from "./journeys.ts";
import { limits } from "./limits.ts";
import { destination, message, offer, voice } from "./messages.ts";
import { condition, named, text, word } from "./words.ts";

const origin = z.string().refine(isOrigin, "an origin is scheme, host and port only, like https://shop.example");

function isOrigin(written: string): boolean {
  return URL.canParse(written) && /^https?:$/.test(new URL(written).protocol) && new URL(written).origin === written;
}

export const siteKey = z.string().regex(/^pk_[A-Za-z0-9]{4,40}$/, "a site key starts with pk_");

const timeZone = z.string().refine(isTimeZone, "there is no such time zone; write one like Europe/Paris");

function isTimeZone(written: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: written });
    return /^[A-Za-z]/.test(written);
  } catch {
    return false;
  }
}

const page = z.strictObject({
  match: z
    .array(z.string().regex(/^\/[^?#\s]{0,199}$/, "a page pattern is a path, like /pricing*"))
    .min(1)
    .max(20),
  key: z.boolean().default(false),
});

const trait = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("string"), default: z.string().max(256).default("") }),
  z.strictObject({ type: z.literal("int"), default: z.int().default(0) }),
  z.strictObject({ type: z.literal("double"), default: z.number().default(0) }),
  z.strictObject({ type: z.literal("bool"), default: z.boolean().default(false) }),
]);

const store = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });

/** Signals that a site may switch off: without the others nothing can be said of a visit. */
const optional = [
  "scroll_depth",
  "rapid_scroll",
  "idle",
  "exit_intent",
  "quick_back",
  "click",
  "rage_click",
  "dead_click",
  "form_start",
  "form_progress",
  "form_submit",
  "form_abandon",
  "video_progress",
  "video_unplayed",
  "element_seen",
  "search",
  "comparison",
  "view_item",
  "add_to_wishlist",
  "add_to_cart",
  "remove_from_cart",
  "view_cart",
  "begin_checkout",
  "payment_failed",
  "coupon_refused",
  "offer_declined",
  "web_vitals",
  "custom",
] as const satisfies readonly SignalKind[];

export const recipeName = z
  .string()
  .regex(/^recipe\/[a-z][a-z-]{0,39}@[1-9]\d?$/, "a recipe is named recipe/NAME@VERSION, like recipe/cart-recovery@1");

/** What a marketer may change, as the edge reads it: durations in ms, shares 0–1. */
export const siteFile = z.strictObject(
  {
    version: z.literal(1),
    site: siteKey,
    origins: z.array(origin).min(1).max(50),
    use: z.union([recipeName.transform((one) => [one]), z.array(recipeName).max(10)]).default([]),
    time_zone: timeZone.default("UTC"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "a currency has three capitals, like EUR")
      .optional(),
    live: z.boolean().default(true),
    test_people: z.array(z.string().min(1).max(128)).max(100).default([]),
    bands: z
      .strictObject({ now: z.number().min(0).max(10), later: z.number().min(0).max(10) })
      .refine((b) => b.later < b.now, "`later` must be below `now`")
      .default({ now: 7, later: 4 }),
    pages: named(page, 50).default({}),
    average_order: z.number().positive().max(1_000_000_000).optional(),
    signals: z
      .strictObject({ off: z.array(z.enum(optional)).default([]), sample: z.number().min(0).max(1).default(1) })
      .default({ off: [], sample: 1 }),
    stores: named(store, 500, word).default({}),
    traits: named(trait, 100, word).default({}),
    audiences: named(condition, 50, word).default({}),
    voice: voice.optional(),
    brand: brand.optional(),
    email: email.prefault({}),
    identity: z.strictObject({ claimed_addresses: z.boolean().default(false) }).prefault({}),
    limits: limits.prefault({}),
    triggers: named(trigger, 200).prefault({}),
    journeys: named(journey, 100).prefault({}),
    offers: named(offer, 100).prefault({}),
    messages: named(message, 200).prefault({}),
    answers: named(text(600), 100).default({}),
    experiments: named(experiment, 50).default({}),
    destinations: named(destination, 20).default({}),
  },
  { error: ({ code }) => (code === "invalid_type" ? "a site file is a map: `version: 1`, `site: …` and so on" : undefined) },
);

export type SiteFile = z.infer<typeof siteFile> & {
  /** Beside the file: what its layouts were compiled to, by their paths. */
  layouts?: Readonly<Record<string, string>>;
};
