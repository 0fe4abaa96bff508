import type { Mistake } from "../edge/site/check.ts";
import { plain } from "./plain.ts";

/** Ends a command with a message for a person: 1 the input is at fault, 2 the command line is. */
export class Stop extends Error {
  override name = "Stop";
  readonly exitCode: 1 | 2;
  readonly mistakes: Mistake[];
  readonly warnings: Mistake[];

  constructor(message: string, exitCode: 1 | 2 = 1, mistakes: Mistake[] = [], warnings: Mistake[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.mistakes = mistakes;
    this.warnings = warnings;
  }
}

/** `file:line:column  message`, the form that editors and terminals turn into links. */
export const listed = (file: string, mistakes: Mistake[]): string =>
  mistakes.map(({ line, column, message }) => `${plain(file)}:${plain(line)}:${plain(column)}  ${plain(message)}`).join("\n");
