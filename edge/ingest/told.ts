import * as z from "zod";
import { limits } from "../../contract/wire.ts";
import { emailAddress, phoneNumber } from "../profile/address.ts";
import type { Told } from "../profile/told.ts";

const optIn = z.strictObject({
  status: z.enum(["granted", "denied"]),
  at: z.int().min(0).max(8_640_000_000_000_000),
  source: z.string().min(1).max(60),
  proof: z.string().max(200).exactOptional(),
});

const normal = (read: (written: string) => string | undefined, expected: string) =>
  z
    .string()
    .max(300)
    .transform((written, ctx) => {
      const address = read(written);
      if (address !== undefined) return address;
      ctx.addIssue({ code: "custom", message: expected });
      return z.NEVER;
    })
    .nullable()
    .exactOptional();

function isZone(written: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: written });
    return /^[A-Za-z]/.test(written);
  } catch {
    return false;
  }
}

/** As `PushSubscription.toJSON()` of a browser has it. */
const subscription = z
  .object({
    endpoint: z.url({ protocol: /^https$/ }).max(1000),
    keys: z.object({ p256dh: z.string().regex(/^[\w-]{80,90}$/), auth: z.string().regex(/^[\w-]{20,30}$/) }),
  })
  .transform(({ endpoint, keys: { p256dh, auth } }) => ({ endpoint, keys: { p256dh, auth } }));

const traitName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "a trait's name is 1–40 of a–z, 0–9 and _, and starts with a letter");

/** What a site's server may say of a user: of `PUT /v1/profiles/:user`, and of a token beside its own fields. */
export const toldShape = {
  traits: z
    .record(traitName, z.union([z.string().max(limits.valueChars), z.number(), z.boolean()]))
    .refine((all) => Object.keys(all).length <= 100, "there may be at most 100 traits")
    .exactOptional(),
  email: normal(emailAddress, "must be one plain e-mail address"),
  phone: normal(phoneNumber, "must be a phone number with its country, like +33612345678"),
  language: z
    .string()
    .regex(/^[A-Za-z0-9-]{2,35}$/, "must be a language tag, like en-GB")
    .exactOptional(),
  time_zone: z.string().max(64).refine(isZone, "there is no such time zone; write one like Europe/Paris").exactOptional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capitals, like FR")
    .exactOptional(),
  opt_in: z
    .strictObject({ email: optIn.exactOptional(), sms: optIn.exactOptional(), push: optIn.exactOptional() })
    .exactOptional(),
  topics_off: z.array(z.string().max(40)).max(50).exactOptional(),
  push_subscriptions: z.array(subscription).max(10, "a user has at most 10 devices here").exactOptional(),
};

export const told = z.strictObject(toldShape) satisfies z.ZodType<Told>;

export const userId = z
  .string()
  .regex(/^[\w.:@+-]{1,128}$/, "a user id has 1–128 of letters, digits and _ . : @ + -")
  .refine((id) => id !== "." && id !== "..", "a user id may not be . or ..");
