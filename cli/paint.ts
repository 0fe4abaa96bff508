import { styleText } from "node:util";

/** Colours, when a person watches: never into a pipe or a file, nor where NO_COLOR says so. */
export const isWatched = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR;

export const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  isWatched() ? styleText(style, text) : text;
