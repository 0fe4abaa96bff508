import { Liquid, type Template } from "liquidjs";
import { oneLine } from "./one-line.ts";

/** A text has a value missing that it cannot be said without. */
export class Missing extends Error {
  override name = "Missing";
}

const maxOutputChars = 20_000;
/** Without loops, assignments and inclusion, rendering takes as long as the text is. */
const tags = ["if", "unless", "case", "comment"];
const filters = [
  "append",
  "at_least",
  "at_most",
  "capitalize",
  "ceil",
  "date",
  "default",
  "divided_by",
  "downcase",
  "first",
  "floor",
  "join",
  "last",
  "minus",
  "plus",
  "prepend",
  "replace",
  "round",
  "size",
  "strip",
  "times",
  "truncate",
  "upcase",
];

function said(value: unknown): string {
  const text = typeof value === "string" || Number.isFinite(value) ? oneLine(String(value)) : "";
  if (!text) throw new Missing("an output is empty");
  return text;
}

function only<T>(all: Record<string, T>, names: readonly string[]): void {
  for (const name of Object.keys(all)) if (!names.includes(name)) delete all[name];
}

function engine(): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: said,
    templates: {},
    parseLimit: 4000,
    memoryLimit: 1_000_000,
  });
  only(liquid.tags, tags);
  only(liquid.filters, filters);
  const { date } = liquid.filters;
  if (typeof date !== "function") throw new Error("this version of liquidjs has no filter `date`");
  // An hour is told as the person's own clock shows it.
  const inTheirZone: typeof date = function (value, format, zone) {
    return date.call(this, value, format, zone ?? this.context.getSync(["time_zone"]));
  };
  liquid.registerFilter("date", inTheirZone);
  liquid.registerFilter("link", function (value) {
    // In an object: Liquid calls a function that it finds, without a value.
    return (this.context.getSync(["links"]) as { tagged: (link: string) => string }).tagged(said(value));
  });
  return liquid;
}

const liquid = engine();
const maxKept = 1000;
const kept = new Map<string, Template[]>();

function parsed(source: string): Template[] {
  const had = kept.get(source);
  if (had) return had;
  const template = liquid.parse(source);
  if (kept.size >= maxKept) kept.clear();
  kept.set(source, template);
  return template;
}

/** @throws Missing where a value is unknown or empty */
export function rendered(source: string, scope: () => object): string {
  if (!source.includes("{")) return source;
  const values = scope();
  try {
    return String(liquid.renderSync(parsed(source), values)).slice(0, maxOutputChars);
  } catch (error) {
    throw error instanceof Missing ? error : new Missing(error instanceof Error ? error.message : "not a template");
  }
}

/** The paths of the values that a template names, like `cart.value`. */
export const namedIn = (source: string): string[] => (source.includes("{") ? liquid.globalFullVariablesSync(parsed(source)) : []);

/** What is wrong with a template; `offset` is counted in characters from its start. */
export interface TemplateMistake {
  offset: number;
  message: string;
}

/**
 * The first mistake of a template: one that does not parse, or that reads what there is not.
 * @param isKnown whether there is a value under this path, like `cart.value`
 */
export function templateMistake(source: string, isKnown: (path: string) => boolean): TemplateMistake | undefined {
  if (!source.includes("{")) return undefined;
  try {
    const template = liquid.parse(source);
    for (const path of liquid.globalFullVariablesSync(template)) if (!isKnown(path)) return unknown(source, path);
    return undefined;
  } catch (error) {
    return { offset: 0, message: (error instanceof Error ? error.message : "not a template").replace(/, (line|file).*/s, "") };
  }
}

const unknown = (source: string, path: string): TemplateMistake => ({
  offset: Math.max(0, source.indexOf(path)),
  message: `there is no value \`${path}\` for a text`,
});
