import { styleText } from "node:util";

/** Colours, when a person watches: never into a pipe or a file, nor where NO_COLOR says so. */
const isWatched = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && !process.env.NO_COLOR;

export const paint = (
  style: Parameters<typeof styleText>[0],
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string => (isWatched(stream) ? styleText(style, text, { validateStream: false }) : text);
