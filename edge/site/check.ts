import { pointerTo } from "../pointer.ts";
import { readSource } from "./positions.ts";
import { expandRecipes } from "./recipe.ts";
import { type Layouts, layoutMistakes, ofFile } from "./rules/layouts.ts";
import type { Found } from "./rules/rule.ts";
import { meaningMistakes } from "./rules/rules.ts";
import { type SiteFile, siteFile } from "./schema/site-file.ts";
import { literalSecrets } from "./secrets-written.ts";
import { shapeMistakes, valueAt } from "./shape.ts";

/** A mistake in a site file, where a reader finds it: line and column count from 1. */
export interface Mistake {
  line: number;
  column: number;
  pointer: string;
  message: string;
}

export type Checked = { ok: true; file: SiteFile; warnings: Mistake[] } | { ok: false; mistakes: Mistake[]; warnings: Mistake[] };

export const maxSourceBytes = 256 * 1024;

/**
 * Parses and checks a site file. What passes here the edge takes; what the edge refuses is refused here with its position.
 * @param layouts what came with it, to be checked and kept with it; left out, layouts are not looked at
 */
export function checkSiteFile(source: string, layouts?: Layouts): Checked {
  if (new TextEncoder().encode(source).length > maxSourceBytes)
    return refused({ line: 1, column: 1, pointer: "", message: `the file is larger than ${maxSourceBytes / 1024} KiB` });
  let whole: unknown;
  const read = readSource(source, (path) => (valueAt(whole, path) as { id?: unknown } | undefined)?.id);
  if ("broken" in read) return refused({ ...read.broken, pointer: "" });
  const { plain, found, broughtBy } = expandRecipes(read.plain);
  whole = plain;

  const placed = ({ path, message, within, onKey }: Found): Mistake => {
    const recipe = broughtBy(path);
    const pointer = pointerTo(path);
    if (!recipe || recipe.depth <= read.depthOf(path)) return { ...read.at(path, within, onKey), pointer, message };
    return { ...read.at(recipe.use), pointer, message: `in ${recipe.recipe} at ${pointer}: ${message}` };
  };
  const secrets = literalSecrets(source).map(({ offset, message }) => ({ ...read.atOffset(offset), pointer: "", message }));
  const shaped = siteFile.safeParse(plain);
  const all = shaped.success
    ? [...meaningMistakes(shaped.data), ...(layouts ? layoutMistakes(shaped.data, layouts) : [])]
    : shapeMistakes(siteFile, plain, shaped.error.issues);
  const mistakes = distinct([...secrets, ...[...found, ...all].filter(({ warning }) => !warning).map(placed)]);
  const warnings = distinct(all.filter(({ warning }) => warning).map(placed));
  if (!shaped.success || mistakes.length) return { ok: false, mistakes, warnings };
  const own = ofFile(shaped.data, layouts ?? {});
  return { ok: true, file: { ...shaped.data, ...(Object.keys(own).length && { layouts: own }) }, warnings };
}

const refused = (mistake: Mistake): Checked => ({ ok: false, mistakes: [mistake], warnings: [] });

/** In the order of the file. A literal secret is told first: what else stands at its place comes of it. */
const distinct = (mistakes: Mistake[]): Mistake[] =>
  mistakes
    .filter(
      ({ line, column, message, pointer }, i) =>
        !mistakes
          .slice(0, i)
          .some((m) => m.line === line && m.column === column && (m.message === message || (!m.pointer && pointer))),
    )
    .sort((a, b) => a.line - b.line || a.column - b.column);
