import * as z from "zod";
import { text } from "./words.ts";

// How a mail of our own looks, and whom it is from.

/** Of https, without a password: as it may stand in a mail that thousands get. */
const isWeb = (written: string): boolean => {
  if (!URL.canParse(written)) return false;
  const { protocol, username, password } = new URL(written);
  return protocol === "https:" && !username && !password && !/[\s"'<>{}|\\]/.test(written);
};

const webAddress = text(500).refine(isWeb, "write a whole address, like https://shop.example/logo.png");

/** Beneath the folder of the site file, so that a file from elsewhere reads nothing of this machine. */
export const layoutPath = z
  .string()
  .max(120)
  .regex(
    /^\.\/([A-Za-z\d_-][\w.-]*\/){0,5}[A-Za-z\d_-][\w.-]*\.mjml$/,
    "a layout is a .mjml file beside the site file or below it, like ./emails/brand.mjml",
  );

export const brand = z.strictObject({
  name: text(60).optional(),
  colour: z
    .string()
    .regex(/^#[\dA-Fa-f]{6}$/, 'a colour is # and six digits, in quotes, like "#0b6e4f"')
    .optional(),
  logo: webAddress.optional(),
  address: text(200).optional(),
  website: webAddress.optional(),
});

export const email = z.strictObject({
  layout: layoutPath.optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z\d]{2,8}){0,3}$/, "a language is written like en or pt-BR")
    .optional(),
  image_origins: z
    .array(
      z
        .string()
        .refine((written) => isWeb(written) && new URL(written).origin === written, "write it like https://cdn.shop.example"),
    )
    .max(10)
    .default([]),
  words: z
    .strictObject({
      unsubscribe: text(40).default("Unsubscribe"),
      code: text(40).default("Your code"),
      until: text(40).default("Valid until"),
    })
    .prefault({}),
});
