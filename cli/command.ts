interface Option {
  type: "string" | "boolean";
  /** What its value looks like. */
  value?: string;
  /** It may be said more than once. */
  multiple?: true;
  about: string;
}
export type Options = Record<string, Option>;

type Said<Of extends Options> = {
  [Name in keyof Of]?:
    | (Of[Name]["type"] extends "boolean" ? boolean : Of[Name] extends { multiple: true } ? string[] : string)
    | undefined;
} & { json?: boolean | undefined };

/** What `cusp` can be asked for. */
export interface Command {
  /** What follows its name. */
  usage: string;
  about: string;
  /** How many words may follow its name. */
  words: number;
  options: Options;
  run: (words: readonly (string | undefined)[], said: Said<Options>) => void | Promise<void>;
}

/** A command whose code knows which options there are. */
export const command = <Of extends Options>(
  usage: string,
  about: string,
  options: Of,
  run: (words: readonly (string | undefined)[], said: Said<Of>) => void | Promise<void>,
): Command => ({
  usage,
  about,
  words: usage.replace(/--\w+ \w+/g, "").match(/[\w|]+/g)?.length ?? 0,
  options,
  run: run as Command["run"],
});

export const text = (value: string, about: string) => ({ type: "string", value, about }) as const;
export const texts = (value: string, about: string) => ({ type: "string", multiple: true, value, about }) as const;
export const flag = (about: string) => ({ type: "boolean", about }) as const;
