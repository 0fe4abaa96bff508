import { readFileSync } from "node:fs";
import { meantOf } from "../edge/decide/conditions/nearest.ts";
import { codesIn } from "../edge/site/codes.ts";
import type { SiteFile } from "../edge/site/schema/site-file.ts";
import type { EdgeCall } from "./edge-call.ts";
import { plain } from "./plain.ts";
import { Stop } from "./stop.ts";

/** Codes for one pool, from one file. */
interface PoolFile {
  pool: string;
  path: string;
  count: number;
  text: string;
}

/** `--codes cart15=codes.csv`, or several with commas between. Read and checked before anything is asked of the edge. */
export function readCodes(option: string | undefined, { offers }: SiteFile): PoolFile[] {
  const pools = Object.values(offers).flatMap(({ code }) => code?.pool ?? []);
  return (option?.split(/,(?=[\w-]+=)/) ?? []).map((one) => {
    const [, pool = "", path = ""] = /^([\w-]+)=(.+)$/s.exec(one) ?? [];
    if (!path) throw new Stop("say which pool and which file, like --codes cart15=codes.csv", 2);
    if (!pools.includes(pool)) throw new Stop(`no offer takes its code from the pool \`${pool}\`${meantOf(pool, pools)}`);
    const text = readText(path);
    const read = codesIn(text);
    if (!read.ok) throw new Stop(`${plain(path)}: ${read.why}`);
    return { pool, path, text, count: read.codes.length };
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Stop(`${plain(path)} cannot be read`, 2);
  }
}

/** What a pool was given, as the edge tells it. */
export interface Filled {
  pool: string;
  added: number;
  had: number;
  left: number;
}

/** Adds codes to their pools, and never one twice. */
export async function fillPools(call: EdgeCall, at: string, files: readonly PoolFile[]): Promise<Filled[]> {
  const filled: Filled[] = [];
  for (const { pool, text } of files) {
    const { added, had, left } = await call.json("PUT", `${at}/pools/${pool}`, text);
    filled.push({ pool, added: Number(added), had: Number(had), left: Number(left) });
  }
  return filled;
}

/** What offers nobody can be made, for want of codes. @param coming what is about to be added */
export async function emptyText(
  call: EdgeCall,
  at: string,
  { offers }: SiteFile,
  coming: readonly PoolFile[],
): Promise<string | undefined> {
  const wanted = Object.values(offers).flatMap(({ code }) => code?.pool ?? []);
  if (!wanted.length) return undefined;
  const { pools = [] } = (await call.json("GET", `${at}/pools`)) as { pools?: { pool: string }[] };
  const filled = [...pools, ...coming].map(({ pool }) => pool);
  const empty = wanted.find((name) => !filled.includes(name));
  return empty && `warning: the pool ${empty} has no codes left, so its offer is not made: add some with --codes ${empty}=FILE`;
}

export const filledText = ({ pool, added, had, left }: Filled): string =>
  `The pool ${pool} has ${added.toLocaleString("en")} codes more${had ? ` (${had.toLocaleString("en")} were known before)` : ""}: ${left.toLocaleString("en")} are left.`;
