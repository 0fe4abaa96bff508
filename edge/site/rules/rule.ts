import type { Compile } from "../../decide/conditions.ts";
import type { Path } from "../positions.ts";
import type { SiteFile } from "../schema/site-file.ts";

/** Something wrong, at a path of the file; `within` counts characters of the text there. */
export interface Found {
  path: Path;
  message: string;
  within?: number;
  /** The key is what is wrong, not its value. */
  onKey?: true;
  /** To be told, not refused. */
  warning?: true;
}

export interface Site {
  file: SiteFile;
  /** What is to be looked at: all of the file, or what an arm of an experiment changes and touches. */
  look: Pick<SiteFile, "triggers" | "journeys" | "messages">;
  compile: Compile;
}

export type Rule = (site: Site) => Iterable<Found>;
