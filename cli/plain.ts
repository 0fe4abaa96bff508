// What a file or an edge says may hold escapes that a terminal obeys: C0 and C1 control characters never reach it.

/** As text on one line. */
export const plain = (text: unknown): string => String(text).replace(/\p{Cc}+/gu, " ");

/** As JSON, which escapes C0 by itself. */
export const plainJson = (value: object): string =>
  JSON.stringify(value).replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
