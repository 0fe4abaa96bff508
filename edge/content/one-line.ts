/** Could end a header, or a line of a text. */
const breaking = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Turns around what follows, hides in a word, or is half a character; without the two by which letters and emoji are joined. */
const unseen = /(?![\u200c\u200d])[\p{Cf}\p{Cs}]/gu;

/** A value as one line of what can be seen. */
export const oneLine = (text: string): string => text.replace(unseen, "").replace(breaking, " ").trim();
