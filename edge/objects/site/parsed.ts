import { checksHash } from "../../../dist/script.js";
import type { Checked } from "../../site/check.ts";
import type { FileCopy } from "../../site/copies.ts";
import type { SiteFile } from "../../site/schema/site-file.ts";
import { layoutsIn } from "./layouts.ts";
import type { Versions } from "./versions.ts";

/**
 * The newest file as the check returned it, kept as JSON: no isolate need parse YAML, nor know the rules.
 *
 * @param copied is called with each that is kept
 */
export function siteParsed(sql: SqlStorage, versions: Versions, copied: (copy: FileCopy) => void) {
  sql.exec("CREATE TABLE IF NOT EXISTS parsed (version INTEGER, checked_by TEXT, file TEXT)");
  type Row = { version: number; file: string | null };

  function keep(version: number, file: SiteFile | undefined): Row {
    const row = { version, file: file ? JSON.stringify(file) : null };
    sql.exec("DELETE FROM parsed");
    sql.exec("INSERT INTO parsed VALUES (?, ?, ?)", version, checksHash, row.file);
    if (file) copied({ version, checkedBy: checksHash, file });
    return row;
  }

  const kept = (version: number): Row | undefined =>
    sql.exec<Row>("SELECT version, file FROM parsed WHERE version = ? AND checked_by = ?", version, checksHash).toArray()[0];

  return {
    keep,
    /** What another build checked is checked again, once: its schema and its rules may be others. No file where it fails them. */
    async newest(): Promise<Row | undefined> {
      const version = versions.newestNumber();
      const had = kept(version);
      if (had || !version) return had;
      const { checkSiteFile } = await import("./site-check.ts");
      const newest = versions.newest();
      if (!newest) return undefined;
      return kept(newest.version) ?? keep(newest.version, passed(checkSiteFile(newest.source, layoutsIn(newest.layouts))));
    },
  };
}

const passed = (checked: Checked): SiteFile | undefined => (checked.ok ? checked.file : undefined);

export type Parsed = ReturnType<typeof siteParsed>;
