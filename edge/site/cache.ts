import { waitUntil } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import { type Env, objectName } from "../env.ts";
import type { Reading, SiteObject } from "../objects/site.ts";
import { copyOf } from "./copies.ts";
import type { HeldFeeds } from "./feeds/feeds.ts";
import type { FeedVersions } from "./feeds/kinds.ts";
import type { SiteFile } from "./schema/site-file.ts";
import { compileSite, type SiteConfig } from "./site-config.ts";
import { type Happening, teller } from "./tail.ts";

export interface Sites {
  /** The compiled site file as this isolate knows it, at most 10 s old; above 5 s, newer knowledge is fetched beside it. */
  load: (site: string) => Promise<SiteConfig | undefined>;
  /** The same, never older than 5 s. */
  fresh: (site: string) => Promise<SiteConfig | undefined>;
  /** The same for the door, which decides nothing: an isolate that knows nothing yet takes a copy while it asks for the truth. */
  near: (site: string) => Promise<SiteConfig | undefined>;
  /** Tells what happened to whoever follows the site, if anybody does. */
  tell: (site: string, person: string, lines: readonly Happening[]) => void;
}

/** What is older is asked for again before anything is sent by it. */
export const freshMs = 5000;
const maxAgeMs = 10_000;
const maxSites = 1000;
/** Of feeds as JSON, of all sites together; in memory they take about three times as much. */
const maxFeedChars = 16_000_000;

interface Known {
  config: SiteConfig | undefined;
  /** When the truth was asked for, not when it came. */
  readAtMs: number;
  refreshedAtMs: number;
  copiedAtMs: number;
  isFollowed: boolean;
  feeds: HeldFeeds | undefined;
  /** There are feeds that this isolate has not read: it was the door only that asked. */
  lacksFeeds: boolean;
  /** Since when somebody reads them; 0 when nobody does. */
  readingAtMs: number;
}

/**
 * Compiled site files of this isolate; that a site has none is known as long. Ages are counted by the system's clock. No
 * request waits for another's reading: in Workers a promise dies with the request that made it.
 */
export function siteCache(
  namespace: () => DurableObjectNamespace<SiteObject>,
  systemNow: Clock["now"],
  copies: () => Env["SITES"] = () => undefined,
): Sites {
  const all = new Map<string, Known>();
  const object = (site: string) => namespace().getByName(objectName(site, "site", site));

  async function read(site: string, known: Known, wantsFeeds = true): Promise<SiteConfig | undefined> {
    const askedAtMs = systemNow();
    const found = await object(site).read(known.config?.version ?? 0);
    const compiled =
      found?.file === undefined ? known.config : await compileSite(found.version, JSON.parse(found.file) as SiteFile);
    const wants = wantsFeeds || known.feeds !== undefined;
    const feeds = found?.feeds && wants && !isReading(known) ? await feedsOf(site, known, found.feeds) : known.feeds;
    const completes = known.lacksFeeds && feeds !== undefined;
    if (askedAtMs < known.readAtMs && !completes) return known.config; // a later question was answered first
    known.feeds = found?.feeds && feeds;
    known.lacksFeeds = !!found?.feeds && !feeds;
    known.config = found ? beside(compiled, found, known.feeds) : undefined;
    known.isFollowed = found?.isFollowed ?? false;
    known.readAtMs = askedAtMs;
    return known.config;
  }

  /** Sites with feeds beyond what there is room for are forgotten whole, the first that came: they are read anew when asked for. */
  async function feedsOf(site: string, known: Known, versions: FeedVersions): Promise<HeldFeeds | undefined> {
    known.readingAtMs = systemNow();
    const { feedsNow, heldChars } = await import("./feeds/feeds.ts");
    const feeds = await feedsNow(known.feeds, versions, (kind) => object(site).feed(kind));
    known.readingAtMs = 0;
    let chars = feeds ? heldChars(feeds) : 0;
    for (const [name, other] of [...all].reverse()) {
      if (name === site || !other.feeds) continue;
      chars += heldChars(other.feeds);
      if (chars > maxFeedChars) all.delete(name);
    }
    return feeds;
  }

  function entry(site: string): Known {
    const had = all.get(site);
    if (had) return had;
    const oldest = all.keys().next().value;
    if (all.size >= maxSites && oldest !== undefined) all.delete(oldest);
    const known: Known = {
      config: undefined,
      readAtMs: 0,
      refreshedAtMs: 0,
      copiedAtMs: 0,
      isFollowed: false,
      feeds: undefined,
      lacksFeeds: false,
      readingAtMs: 0,
    };
    all.set(site, known);
    return known;
  }

  /** One request at a time reads feeds: many at once would not fit an isolate. The others go on with what is there. */
  const isReading = ({ readingAtMs }: Known) => !isOld(readingAtMs);
  const isOld = (instantMs: number, ageMs = freshMs) => systemNow() - instantMs > ageMs;

  async function load(site: string, wantsFeeds = true): Promise<SiteConfig | undefined> {
    const known = entry(site);
    const lacks = wantsFeeds && known.lacksFeeds && !isReading(known);
    if (!isOld(known.readAtMs) && !lacks) return known.config;
    if (!known.config || lacks || isOld(known.readAtMs, maxAgeMs)) return await read(site, known, wantsFeeds);
    if (isOld(known.refreshedAtMs)) {
      known.refreshedAtMs = systemNow();
      waitUntil(read(site, known, wantsFeeds));
    }
    return known.config;
  }

  return {
    load: (site) => load(site),
    async fresh(site) {
      const known = entry(site);
      return (known.lacksFeeds && !isReading(known)) || isOld(known.readAtMs) ? await read(site, known) : known.config;
    },
    async near(site) {
      const known = entry(site);
      const kv = copies();
      if (!kv || known.readAtMs) return await load(site, false);
      if (!isOld(known.copiedAtMs, maxAgeMs)) return known.config;
      const copy = await copyOf(kv, site);
      const config = copy && (await compileSite(copy.version, copy.file));
      if (!config || known.readAtMs) return await load(site, false);
      known.config = config;
      known.copiedAtMs = systemNow();
      waitUntil(read(site, known, false));
      return config;
    },
    tell: teller(
      (site) => all.get(site)?.isFollowed ?? false,
      async (site, told) => await object(site).tell(told),
      systemNow,
    ),
  };
}

/** The same object while nothing beside the file changed: what is remembered by it stays true. */
function beside(
  config: SiteConfig | undefined,
  { switches, agents }: Pick<Reading, "switches" | "agents">,
  held: HeldFeeds | undefined,
): SiteConfig | undefined {
  const isSame = JSON.stringify([config?.switches, config?.agents]) === JSON.stringify([switches, agents]);
  if (!config || (isSame && config.feeds === held?.feeds)) return config;
  const { feeds: _, agents: __, ...rest } = config;
  return { ...rest, switches, ...(held && { feeds: held.feeds }), ...(agents && { agents }) };
}
