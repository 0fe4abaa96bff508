import { existsSync } from "node:fs";
import { readSiteFile } from "../check.ts";
import { type AtEdge, edgeCall, sitePath } from "../edge-call.ts";
import { paint } from "../paint.ts";
import { plain, plainJson } from "../plain.ts";
import { type PushOptions, push, type Reach } from "../push.ts";
import { listed, Stop } from "../stop.ts";
import { type FeedFile, readFeed } from "./feed-file.ts";

export interface FeedOptions extends AtEdge {
  site?: string | undefined;
  feed?: readonly string[] | undefined;
  /** When the feeds were true; else now. */
  at?: string | undefined;
  "dry-run"?: boolean | undefined;
}

const usual = "cusp.yaml";

/** Pushes a site file, or feeds, or both: no feed before all are found to be right. */
export async function pushWithFeeds(path: string | undefined, options: FeedOptions & PushOptions, reach?: Reach): Promise<void> {
  const pushFeeds = options.feed && feedsOf(path, options);
  if (path !== undefined || !pushFeeds) await push(path, options, reach);
  await pushFeeds?.();
}

/** Reads and checks feeds before anything is pushed. @returns what pushes them */
function feedsOf(path: string | undefined, options: FeedOptions): () => Promise<void> {
  const { json = false, "dry-run": dryRun = false, at: said, feed: names = [] } = options;
  const beside = path ?? (options.site === undefined && existsSync(usual) ? usual : undefined);
  const { site, origins } = beside === undefined ? { site: options.site, origins: undefined } : readSiteFile(beside).file;
  if (said !== undefined && (Number.isNaN(Date.parse(said)) || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(said)))
    throw new Stop("--at takes an instant with its zone, like --at 2026-11-23T06:00:00Z", 2);
  const feeds = names.map((name) => readFeed(name, origins));
  const twice = feeds.find(({ kind }, i) => feeds.findIndex((other) => other.kind === kind) < i);
  if (twice) throw new Stop(`two files are the feed ${twice.kind}: the second would take the place of the first`, 2);
  const edge = sitePath(site);
  const call = edgeCall(options);
  if (!json)
    for (const { file, warnings } of feeds)
      if (warnings.length) console.error(paint("yellow", listed(`warning: ${file}`, warnings), process.stderr));

  async function put({ kind, rows, file, placed }: FeedFile) {
    try {
      return await call.json("PUT", `${edge}/feeds/${kind}`, JSON.stringify({ ...(said && { at: said }), rows }));
    } catch (error) {
      if (!(error instanceof Stop) || !error.mistakes.length) throw error;
      const mistakes = placed(error.mistakes);
      throw new Stop(`the edge refused ${plain(file)}\n${listed(file, mistakes)}`, 1, mistakes);
    }
  }

  return async () => {
    const told = [];
    for (const one of feeds) {
      const { rows, at } = dryRun ? { rows: one.rows.length, at: said } : await put(one);
      const when = typeof at === "number" ? new Date(at).toISOString() : at;
      told.push({ kind: one.kind, rows: Number(rows), ...(when !== undefined && { at: when }) });
      const as = when === undefined ? "" : ` as of ${when}`;
      if (!json) console.log(plain(`${one.kind}: ${Number(rows).toLocaleString("en")} rows${as}`));
    }
    if (json) console.log(plainJson({ ok: true, ...(dryRun && { dry_run: true }), feeds: told }));
    else if (dryRun) console.log("Nothing was pushed.");
  };
}
