/** Headers of a mail that would become two, or that vendors keep for themselves. */
const kept = /^(to|cc|bcc|from|subject|reply-to|received|dkim-signature|content-type|content-transfer-encoding|x-sg-e?id)$/i;

export const isFitHeader = (name: unknown, value: unknown): boolean =>
  typeof name === "string" &&
  /^[\w-]{1,100}$/.test(name) &&
  !kept.test(name) &&
  typeof value === "string" &&
  /^[\x20-\x7e]{1,998}$/.test(value);

/** In a subject or a name: nothing that ends the line or turns the text around. */
export const isOneLine = (text: unknown): boolean =>
  typeof text === "string" && text.length > 0 && !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(text);

/** `a@b.c`, or `"Name" <a@b.c>`: what is inside, as mail programs read it. Several give several. */
export const addressesIn = (line: string): string[] =>
  line
    .replace(/"(\\.|[^"\\])*"/g, "")
    .split(",")
    .map((one) => (/<([^<>]*)>\s*$/.exec(one)?.[1] ?? one).trim());
