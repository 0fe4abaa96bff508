/** What ends a header, hides a text or turns its direction; halves of characters too, which no vendor can read. */
const unseen = /[\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?![\n])\p{Cc}/gu;

/** For headers and subjects. */
export const oneLine = (text: string): string => text.replace(unseen, " ").replace(/\s+/g, " ").trim();

/** For texts of several lines. */
export const plainLines = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(unseen, " ")
    .replace(/[^\S\n]+/g, " ")
    .trim();
