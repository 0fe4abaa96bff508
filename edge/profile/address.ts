import * as z from "zod";

const email = z.email().max(254);

/** One plain address, in lower case; undefined for anything else: names, lists, quotes. */
export function emailAddress(written: string): string | undefined {
  const address = written.trim().toLowerCase();
  return email.safeParse(address).success ? address : undefined;
}

/** E.164, without the spaces, dots and brackets that people write. */
export function phoneNumber(written: string): string | undefined {
  const number = written.replace(/[\s().-]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}
