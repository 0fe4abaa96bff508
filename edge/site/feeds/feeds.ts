import type { Feeds } from "../../decide/fed.ts";
import { type FeedRows, feedsOf } from "../../decide/feeds.ts";
import type { SiteConfig } from "../site-config.ts";
import { type FeedKind, type FeedText, type FeedVersions, feedKinds } from "./kinds.ts";

/** The feeds of one site in this isolate, and the config that was last made with them. */
export interface HeldFeeds {
  versions: FeedVersions;
  /** JSON of all that is held. */
  chars: Partial<Record<FeedKind, number>>;
  rows: FeedRows;
  feeds: Feeds;
  made?: { of: SiteConfig; config: SiteConfig };
}

/** What an isolate knows of the feeds of one site: their versions, as its object told last, and what it has read. */
export interface KnownFeeds {
  versions?: FeedVersions | undefined;
  held?: HeldFeeds | undefined;
  /** Since when somebody reads them. */
  readingAtMs?: number;
}

/** Of feeds as JSON, of all sites together. */
const maxChars = 16_000_000;
/** Whoever reads for longer is not waited for: the request may be gone. */
const longestMs = 5000;

/**
 * A site's config with its feeds. What has another content than what is held is read first, by one request at a time: many at once
 * would not fit an isolate, and the others go on with what is there.
 */
export async function withFeeds(
  config: SiteConfig,
  known: KnownFeeds,
  sites: Iterable<{ feeds: KnownFeeds }>,
  read: (kind: FeedKind) => Promise<FeedText | null>,
  nowMs: number,
): Promise<SiteConfig> {
  const { versions = {}, readingAtMs = -Infinity } = known;
  const changed = feedKinds.filter((kind) => versions[kind] !== known.held?.versions[kind]);
  if (changed.length && nowMs - readingAtMs > longestMs) {
    known.readingAtMs = nowMs;
    known.held = await readingAnew(changed, known, read);
    delete known.readingAtMs;
    makeRoom(known.held, sites);
  }
  const { held } = known;
  if (!held) return config;
  if (held.made?.of !== config) held.made = { of: config, config: { ...config, feeds: held.feeds } };
  return held.made.config;
}

/** A feed that cannot be read stays as it was, with its age, and is asked for again. */
async function readingAnew(
  kinds: readonly FeedKind[],
  { held, versions = {} }: KnownFeeds,
  read: (kind: FeedKind) => Promise<FeedText | null>,
): Promise<HeldFeeds> {
  const next = { versions: { ...held?.versions }, chars: { ...held?.chars }, rows: { ...held?.rows } };
  const reading = kinds.map(async (kind) => {
    const found = await read(kind).catch(() => undefined);
    if (found === undefined) return;
    next.versions = { ...next.versions, [kind]: versions[kind] };
    next.chars[kind] = found?.rows.length ?? 0;
    next.rows = { ...next.rows, [kind]: found ? { atMs: found.atMs, rows: JSON.parse(found.rows) as unknown } : undefined };
  });
  await Promise.all(reading);
  return { ...next, feeds: feedsOf(next.rows) };
}

/** What other sites hold beyond what there is room for is forgotten, and read anew when it is asked for. */
function makeRoom(newest: HeldFeeds, sites: Iterable<{ feeds: KnownFeeds }>): void {
  let chars = charsOf(newest);
  for (const { feeds } of [...sites].reverse()) {
    if (!feeds.held || feeds.held === newest) continue;
    chars += charsOf(feeds.held);
    if (chars > maxChars) delete feeds.held;
  }
}

const charsOf = ({ chars }: HeldFeeds): number => Object.values(chars).reduce((sum, one) => sum + one, 0);
