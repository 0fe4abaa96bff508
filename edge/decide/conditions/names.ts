import { momentKinds } from "../../../contract/evidence.ts";
import type { SiteFile } from "../../site/schema/site-file.ts";
import { calls, type SiteNames } from "./calls.ts";
import { declared } from "./declared.ts";
import { meant, meantOf, nearest } from "./nearest.ts";

/** The types of facts: those of a record by name, of what is in a list as `of`. */
export type Declared = string | { readonly [name: string]: Declared };

/** What the names in the conditions of one file stand for. */
export interface Names extends SiteNames {
  facts: Readonly<Record<string, Declared>>;
  /** The words that a fact may be, where they are known, by its path. */
  words: ReadonlyMap<string, readonly string[]>;
}

export type Naming = Pick<SiteFile, "traits" | "audiences" | "pages" | "messages">;

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const fixedWords: Record<string, readonly string[]> = {
  "moment.kind": momentKinds,
  "moment.band": ["none", "later", "now"],
  "cart.margins": ["low", "medium", "high"],
  "context.device": ["phone", "tablet", "desktop"],
  "context.browser": ["chrome", "safari", "firefox", "edge", "samsung", "other"],
  "context.weekday": weekdays,
  "context.daypart": ["morning", "afternoon", "evening", "night"],
  stage: ["awareness", "consideration", "conversion", "ownership"],
};

export function namesOf({ traits, audiences, pages, messages }: Naming): Names {
  const types = Object.fromEntries(Object.entries(traits).map(([name, { type }]) => [name, type]));
  const audience = Object.fromEntries(Object.keys(audiences).map((name) => [name, "bool"]));
  const pageTypes = [...Object.keys(pages), "other"];
  const ofPages = ["page.type", "session.pages"].map((path) => [path, pageTypes] as const);
  return {
    pages: pageTypes,
    messages: Object.keys(messages),
    facts: { ...declared, profile: types, claimed: types, audience },
    words: new Map([...Object.entries(fixedWords), ...ofPages]),
  };
}

const isRecord = (type: Declared | undefined): type is { readonly [name: string]: Declared } => typeof type === "object";

function* pathsOf(type: Declared, path: string): Generator<string> {
  if (!isRecord(type)) yield path;
  else for (const [name, of] of Object.entries(type)) yield* pathsOf(of, path ? `${path}.${name}` : name);
}

/** What is at the end of a path of names; or which of them is wrong, and why. */
export function resolve({ facts }: Names, path: readonly string[]): Declared | { wrong: number; message: string } {
  let at: Declared = facts;
  for (const [i, name] of path.entries()) {
    // A path may go on behind a fact where that is a list or a map of the condition's own: the types say.
    if (!isRecord(at)) return at;
    const next: Declared | undefined = Object.hasOwn(at, name) ? at[name] : undefined;
    if (next === undefined) return { wrong: i, message: unknown(facts, path.slice(0, i + 1), path) };
    at = next;
  }
  if (!isRecord(at)) return at;
  const some = [...pathsOf(at, path.join("."))].slice(0, 3).join(", ");
  return { wrong: path.length - 1, message: `say what of \`${path.join(".")}\`${some && `, like ${some}`}` };
}

function unknown(facts: Names["facts"], path: readonly string[], whole: readonly string[]): string {
  const root = path[0] ?? "";
  const last = path.at(-1) ?? "";
  const written = whole.join(".");
  const all = [...pathsOf(facts, "")];
  const beside = all.filter((one) => one.startsWith(`${root}.`));
  if (path.length === 2 && (root === "profile" || root === "claimed"))
    return `there is no trait \`${last}\` under \`traits\`${meantOf(written, beside)}`;
  if (path.length === 2 && root === "audience") return `there is no audience \`${last}\`${meantOf(written, beside)}`;
  const missing = `there is no fact \`${written}\``;
  const fact = nearest(written, all) ?? all.find((one) => one.endsWith(`.${whole.at(-1)}`));
  if (fact) return missing + meant(fact);
  if (Object.hasOwn(calls, last)) return `\`${last}\` is a function, like ${calls[last]?.usage}`;
  return whole.length === 1 ? `${missing}; a text is written in quotes: "${last}"` : missing + meantOf(written, beside);
}
