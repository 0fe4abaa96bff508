import { checksHash } from "../../dist/script.js";
import type { SiteFile } from "./schema/site-file.ts";

/** The newest file of a site, as it was when it was pushed. */
export interface FileCopy {
  version: number;
  /** The build whose check it passed. */
  checkedBy: string;
  file: SiteFile;
}

const nameOf = (site: string) => `site-file:${site}`;

// A copy that could not be kept or read costs a cold isolate one wait, no more.

export const keepCopy = (kv: KVNamespace, copy: FileCopy): Promise<void> =>
  kv.put(nameOf(copy.file.site), JSON.stringify(copy)).catch(() => undefined);

/** Undefined also where another build checked it: it may lack what this one relies on. */
export async function copyOf(kv: KVNamespace, site: string): Promise<FileCopy | undefined> {
  const copy = await kv.get<FileCopy>(nameOf(site), "json").catch(() => null);
  return copy?.checkedBy === checksHash ? copy : undefined;
}
