import { readFileSync } from "node:fs";
import path from "node:path";
import { layoutMistake } from "../../edge/content/mail/layout-mistake.ts";
import type { Mistake } from "../../edge/site/check.ts";
import { type Layouts, layoutsNamed } from "../../edge/site/rules/layouts.ts";
import type { SiteFile } from "../../edge/site/schema/site-file.ts";
import { listed, Stop } from "../stop.ts";
import { compiled } from "./mjml.ts";

/** What the layouts that a site file names are compiled to, or every mistake in the first that has one. They stand beside it. */
export async function layoutsOf(file: string, site: SiteFile): Promise<Layouts> {
  const layouts: Record<string, string> = {};
  for (const { layout } of layoutsNamed(site))
    if (layouts[layout] === undefined) layouts[layout] = await layoutAt(path.join(path.dirname(file), layout), site.origins);
  return layouts;
}

async function layoutAt(place: string, origins: readonly string[]): Promise<string> {
  let source: string;
  try {
    source = readFileSync(place, "utf8");
  } catch {
    throw new Stop(`${place} cannot be read: the site file names it as a layout`);
  }
  const made = await compiled(source);
  if ("faults" in made) throw mistaken(place, made.faults);
  const wrong = layoutMistake(made.html, origins);
  if (!wrong) return made.html;
  const at = wrong.part === undefined ? 0 : Math.max(0, source.indexOf(wrong.part));
  const before = source.slice(0, at).split("\n");
  throw mistaken(place, [{ line: before.length, column: (before.at(-1) ?? "").length + 1, message: wrong.message }]);
}

function mistaken(place: string, faults: readonly { line: number; column?: number; message: string }[]): Stop {
  const mistakes = faults.map(({ line, column = 1, message }): Mistake => ({ line, column, pointer: "", message }));
  return new Stop(listed(place, mistakes), 1, mistakes);
}
