import * as z from "zod";
import { momentKinds } from "../../../contract/evidence.ts";
import type { MomentKind } from "../../../contract/moments.ts";
import { spanMeant } from "./span-meant.ts";

// The small shapes that the parts of a site file share.

/** What every object of JavaScript has by that name would be taken for an entry of the file. */
const isFree = (written: string): boolean => !(written in Object.prototype);
const taken = "this word has a meaning of its own here; take another name";

export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, "a name is 1–40 of a–z, 0–9, - and _, and starts with a letter")
  .refine(isFree, taken);

/** A name that conditions and templates can read, where `-` would be a minus. */
export const word = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "a name here is 1–40 of a–z, 0–9 and _, and starts with a letter")
  .refine(isFree, taken);

export const text = (max: number) => z.string().min(1).max(max);
export const kinds = z.array(z.enum(momentKinds as [MomentKind, ...MomentKind[]])).min(1);

export const channels = ["onsite", "email", "sms", "push", "chat", "team"] as const;
export type Channel = (typeof channels)[number];
export const channel = z.enum(channels);

/** Said where the person is, so only while the person is there. No tool need take them: the page is told. */
export const inPage: readonly Channel[] = ["onsite", "chat"];

export const purposes = ["marketing", "service", "transactional"] as const;
export type Purpose = (typeof purposes)[number];
export const purpose = z.enum(purposes);

/** A CEL condition; its meaning is checked once the shape of the whole file holds. */
export const condition = z
  .string(
    'a condition is a text, like page.type == "cart"; where it always holds leave it out, and to switch something off write `live: false`',
  )
  .min(1, "the condition is empty")
  .max(2048, "a condition may have at most 2048 characters; give parts of it a name under `audiences`");

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const toMs = (written: string): number => Number(written.slice(0, -1)) * unitMs[written.slice(-1) as keyof typeof unitMs];

const aDuration = "a duration is a number and s, m, h or d, like 15m";

/** In milliseconds. */
export const duration = z
  .string(aDuration)
  .regex(/^[1-9]\d{0,5}(s|m|h|d)$/, { error: ({ input }) => aDuration + spanMeant(String(input)) })
  .transform(toMs);

const aDelay = "a delay is a number and s, m, h or d, like 15m, or 0s";

/** In milliseconds. */
export const delay = z
  .string(aDelay)
  .regex(/^\d{1,6}(s|m|h|d)$/, { error: ({ input }) => aDelay + spanMeant(String(input)) })
  .transform(toMs);

const aShare = "a share is written in percent, like 5%";

/** A share, 0–1. */
export const percent = z
  .string(aShare)
  .regex(/^\d{1,3}(\.\d{1,2})?%$/, aShare)
  .transform((written) => Number(written.slice(0, -1)) / 100)
  .refine((share) => share <= 1, "a share is at most 100%");

export const secretName = z.string().regex(/^[A-Z][A-Z0-9_]{2,80}$/, "a secret is named, not written: NAMES_LIKE_THIS");

/** A map of at most `max` entries by name. */
export const named = <T extends z.ZodType>(of: T, max: number, key: z.ZodType<string, string> = name) =>
  z.record(key, of).refine((all) => Object.keys(all).length <= max, `there may be at most ${max} entries here`);
