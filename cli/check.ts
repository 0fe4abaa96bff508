import { readFileSync } from "node:fs";
import { checkSiteFile, type Mistake } from "../edge/site/check.ts";
import type { Layouts } from "../edge/site/rules/layouts.ts";
import type { SiteFile } from "../edge/site/schema/site-file.ts";
import { layoutsOf } from "./mail/layouts.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { listed, Stop } from "./stop.ts";

interface Read {
  source: string;
  file: SiteFile;
  /** What may be meant, and may not. */
  warnings: Mistake[];
}

/** Reads and checks a site file, or stops with every mistake in it. */
export function readSiteFile(path: string | undefined, command = "check"): Read {
  if (path === undefined) throw new Stop(`name the site file, like \`cusp ${command} cusp.yaml\``, 2);
  const source = sourceOf(path);
  const checked = checkSiteFile(source);
  if (!checked.ok) throw new Stop(listed(path, checked.mistakes), 1, checked.mistakes, checked.warnings);
  return { source, file: checked.file, warnings: checked.warnings };
}

export function sourceOf(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const isFolder = (error as NodeJS.ErrnoException).code === "EISDIR";
    throw new Stop(isFolder ? `${path} is a folder; name the file in it, like ${path}/cusp.yaml` : `${path} cannot be read`, 2);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Stop(`${path} is not in UTF-8; save it in that encoding`, 1);
  }
}

export interface CheckOptions {
  json?: boolean | undefined;
  /** Warnings fail too. */
  strict?: boolean | undefined;
}

export async function check(path: string | undefined, { json = false, strict = false }: CheckOptions): Promise<void> {
  const { file, warnings } = await readWithLayouts(path);
  if (strict && warnings.length) throw new Stop(listed(String(path), warnings), 1, warnings);
  const triggers = Object.keys(file.triggers).length;
  if (json) console.log(plainJson({ ok: true, triggers, warnings }));
  else {
    if (warnings.length) console.error(paint("yellow", listed(`warning: ${path}`, warnings), process.stderr));
    console.log(plain(`${path} is fine: ${triggers} ${triggers === 1 ? "trigger" : "triggers"} for ${file.site}`));
  }
}

/** What `readSiteFile` reads, with its layouts compiled. */
export async function readWithLayouts(path: string | undefined, command?: string): Promise<Read & { layouts: Layouts }> {
  const read = readSiteFile(path, command);
  const layouts = await layoutsOf(String(path), read.file);
  return { ...read, layouts, file: { ...read.file, ...(Object.keys(layouts).length && { layouts }) } };
}
