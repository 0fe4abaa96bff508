import type { FileChange } from "../edge/site/changes.ts";
import { checkSiteFile, type Mistake } from "../edge/site/check.ts";
import type { SiteFile } from "../edge/site/schema/site-file.ts";
import { readWithLayouts } from "./check.ts";
import { emptyText, filledText, fillPools, readCodes } from "./codes.ts";
import { differences } from "./differences.ts";
import { type Answer, type AtEdge, type EdgeCall, edgeCall, sitePath } from "./edge-call.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { listed, Stop } from "./stop.ts";
import { wholeNumber } from "./whole-number.ts";

export interface PushOptions extends AtEdge {
  "dry-run"?: boolean | undefined;
  note?: string | undefined;
  /** The version that the file was made from; else the newest. */
  base?: string | undefined;
  /** Codes for the pools of its offers: POOL=FILE. */
  codes?: string | undefined;
  /** How many people it may reach. */
  yes?: string | undefined;
}

/** Whom a file would send anything to, in the sample week. */
export type Reach = (file: SiteFile) => Promise<{ people: number; sessions: number }>;

/** So many people of the sample week a push may reach unasked; and as many as the file that runs. */
const unaskedPeople = 1000;

const inFull = (n: number): string => n.toLocaleString("en");

/** Checks a file, says what would change and whom it would reach, and makes it the newest version. */
export async function push(path: string | undefined, options: PushOptions, reach?: Reach): Promise<void> {
  const { json = false, "dry-run": dryRun = false, note = "" } = options;
  const { source, file, layouts } = await readWithLayouts(path, "push");
  const yes = wholeNumber("--yes", options.yes);
  const base = wholeNumber("--base", options.base);
  const codes = readCodes(options.codes, file);
  const call = edgeCall(options);
  const at = sitePath(file.site);
  // A file and its layouts are one version.
  const sent = Object.keys(layouts).length
    ? ([JSON.stringify({ file: source, layouts }), "application/json"] as const)
    : [source];
  const put = (query: Record<string, string>) =>
    call.json("PUT", `${at}/file?${new URLSearchParams({ ...(note && { note }), ...query })}`, ...sent);

  const pools = dryRun ? [] : await fillPools(call, at, codes);
  const more = pools.length ? { pools } : {};
  if (!json) for (const one of pools) console.log(plain(filledText(one)));
  if (!json && dryRun)
    for (const { path, count, pool } of codes) console.log(plain(`${path} has ${count} codes for the pool ${pool}.`));

  const empty = await emptyText(call, at, file, codes);
  if (!json && empty) console.error(paint("yellow", plain(empty), process.stderr));

  const would = seen(await put({ dry_run: "true", ...(base !== undefined && { base: String(base) }) }));
  if (!json && would.warnings.length) console.error(paint("yellow", listed(`warning: ${path}`, would.warnings), process.stderr));
  if (would.version === would.base && would.base > 0) {
    const text = `nothing to push: version ${would.base} of ${file.site} is this file`;
    console.log(
      json ? plainJson({ ok: true, version: would.base, changes: [], warnings: would.warnings, ...more }) : plain(text),
    );
    return;
  }
  if (!json) {
    console.log(
      plain(would.base ? `Version ${would.version} of ${file.site} would change:` : `The first version of ${file.site}.`),
    );
    if (would.changes.length) console.log(differences(would.changes));
  }
  const people = reach && (await reached(reach, file, call, at));
  if (!json && people) console.log(sentence(people));
  if (dryRun) {
    console.log(json ? plainJson({ ok: true, dry_run: true, ...would, ...people }) : "Nothing was pushed.");
    return;
  }
  if (people) confirm(people, yes);
  const done = seen(await put({ base: String(would.base) }));
  console.log(
    json ? plainJson({ ok: true, ...done, ...people, ...more }) : plain(`${path} is version ${done.version} of ${file.site}`),
  );
}

/** Asks the edge for a new site key. */
export async function key({ json = false, ...at }: AtEdge): Promise<void> {
  const { site } = await edgeCall(at).json("POST", "/sites");
  console.log(json ? plainJson({ ok: true, site }) : plain(site));
}

const seen = ({ version, base, changes, warnings }: Answer) => ({
  version: Number(version),
  base: Number(base ?? 0),
  changes: Array.isArray(changes) ? (changes as FileChange[]) : [],
  warnings: Array.isArray(warnings) ? (warnings as Mistake[]) : [],
});

interface Reached {
  people: number;
  people_before: number;
  sessions: number;
}

export async function reached(reach: Reach, file: SiteFile, call: EdgeCall, at: string): Promise<Reached> {
  const running = checkSiteFile((await call.text(`${at}/file`)) ?? "");
  const { people, sessions } = await reach(file);
  return { people, people_before: running.ok ? (await reach(running.file)).people : 0, sessions };
}

export const sentence = ({ people, people_before, sessions }: Reached): string =>
  `In the sample week of ${inFull(sessions)} sessions this would reach about ${inFull(people)} people instead of ${inFull(people_before)}.`;

function confirm(reached: Reached, yes: number | undefined): void {
  const unasked = Math.max(unaskedPeople, reached.people_before);
  if (reached.people <= Math.max(unasked, yes ?? 0)) return;
  throw new Stop(`${sentence(reached)} Nothing was pushed; if you mean it: --yes ${reached.people}`);
}
