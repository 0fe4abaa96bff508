import * as z from "zod";
import { momentKinds } from "../../contract/evidence.ts";
import type { MomentKind } from "../../contract/moments.ts";
import type { SignalKind } from "../../contract/signals.ts";

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "a name is 1–40 of a–z, 0–9, - and _, and starts with a letter");
const text = (max: number) => z.string().min(1).max(max);
const kinds = z.array(z.enum(momentKinds as [MomentKind, ...MomentKind[]])).min(1);
const channel = z.enum(["email", "sms", "push", "chat", "onsite", "team"]);

const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}(s|m|h|d)$/, "a duration is a number and s, m, h or d, like 15m")
  .transform(toMs);

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function toMs(written: string): number {
  return Number(written.slice(0, -1)) * unitMs[written.slice(-1) as keyof typeof unitMs];
}

const origin = z.string().refine(isOrigin, "an origin is scheme, host and port only, like https://shop.example");

function isOrigin(written: string): boolean {
  return URL.canParse(written) && /^https?:$/.test(new URL(written).protocol) && new URL(written).origin === written;
}

export const siteKey = z.string().regex(/^pk_[A-Za-z0-9]{4,40}$/, "a site key starts with pk_");

const page = z.strictObject({
  match: z
    .array(z.string().regex(/^\/[^?#\s]{0,199}$/, "a page pattern is a path, like /pricing*"))
    .min(1)
    .max(20),
  key: z.boolean().default(false),
});

const trigger = z.strictObject({
  on: kinds,
  when: z.string().optional(),
  band: z.enum(["now", "later"]),
  message: name,
});

const message = z.strictObject({
  channel: channel.default("email"),
  purpose: z.enum(["marketing", "service", "transactional"]).default("marketing"),
  topic: name.optional(),
  subject: text(150),
  preheader: text(150).optional(),
  blocks: z
    .array(z.strictObject({ id: name, text: text(1000) }))
    .max(20)
    .default([]),
  action: z.strictObject({ label: text(60), link: text(500) }),
});

const destination = z.strictObject({
  url: text(500),
  channels: z.array(channel).min(1),
  secret: z.string().regex(/^[A-Z][A-Z0-9_]{2,80}$/, "a secret is named, not written: NAMES_LIKE_THIS"),
  moments: kinds.optional(),
});

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

const named = <T extends z.ZodType>(of: T, max: number) =>
  z.record(name, of).refine((all) => Object.keys(all).length <= max, `at most ${max}`);

export const siteFile = z.strictObject({
  version: z.literal(1),
  site: siteKey,
  origins: z.array(origin).min(1).max(50),
  bands: z
    .strictObject({ now: z.number().min(0).max(10), later: z.number().min(0).max(10) })
    .refine((b) => b.later < b.now, "`later` must be below `now`")
    .default({ now: 7, later: 4 }),
  pages: named(page, 50).default({}),
  average_order: z.number().positive().max(1_000_000_000).optional(),
  signals: z
    .strictObject({ off: z.array(z.enum(optional)).default([]), sample: z.number().min(0).max(1).default(1) })
    .default({ off: [], sample: 1 }),
  limits: z
    .strictObject({ new_visitors: z.strictObject({ max: z.int().min(1).max(10_000_000), per: duration }) })
    .default({ new_visitors: { max: 3000, per: 60_000 } }),
  triggers: named(trigger, 200).default({}),
  messages: named(message, 200).default({}),
  destinations: named(destination, 20).default({}),
});

export type SiteFile = z.infer<typeof siteFile>;
