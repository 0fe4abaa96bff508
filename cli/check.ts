import { readFileSync } from "node:fs";
import { checkSiteFile } from "../edge/site/check.ts";
import type { SiteFile } from "../edge/site/schema.ts";
import { plain, plainJson } from "./plain.ts";
import { listed, Stop } from "./stop.ts";

/** Reads and checks a site file, or stops with every mistake in it. */
export function readSiteFile(path: string | undefined): { source: string; file: SiteFile } {
  if (path === undefined) throw new Stop("name the site file, like `cusp check cusp.yaml`", 2);
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch {
    throw new Stop(`${path} cannot be read`, 2);
  }
  const checked = checkSiteFile(source);
  if (!checked.ok) throw new Stop(listed(path, checked.mistakes), 1, checked.mistakes);
  return { source, file: checked.file };
}

export function check(path: string | undefined, json: boolean): void {
  const { file } = readSiteFile(path);
  const triggers = Object.keys(file.triggers).length;
  console.log(json ? plainJson({ ok: true, triggers }) : plain(`${path} is fine: ${triggers} triggers for ${file.site}`));
}
