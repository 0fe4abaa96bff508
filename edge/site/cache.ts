import { waitUntil } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import { type Env, objectName } from "../env.ts";
import type { Reading, SiteObject } from "../objects/site.ts";
import { copyOf } from "./copies.ts";
import type { KnownFeeds } from "./feeds/feeds.ts";
import type { SiteFile } from "./schema/site-file.ts";
import { compileSite, type SiteConfig } from "./site-config.ts";
import { type Happening, teller } from "./tail.ts";

export interface Sites {
  /** The compiled site file as this isolate knows it, at most 10 s old; above 5 s, newer knowledge is fetched beside it. */
  load: (site: string) => Promise<SiteConfig | undefined>;
  /** The same without the site's feeds, for those who decide nothing for anybody. */
  bare: (site: string) => Promise<SiteConfig | undefined>;
  /** The same as `load`, never older than 5 s. */
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

interface Known {
  config: SiteConfig | undefined;
  /** When the truth was asked for, not when it came. */
  readAtMs: number;
  refreshedAtMs: number;
  copiedAtMs: number;
  isFollowed: boolean;
  feeds: KnownFeeds;
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

  async function read(site: string, known: Known): Promise<SiteConfig | undefined> {
    const askedAtMs = systemNow();
    const found = await object(site).read(known.config?.version ?? 0);
    const compiled =
      found?.file === undefined ? known.config : await compileSite(found.version, JSON.parse(found.file) as SiteFile);
    if (askedAtMs < known.readAtMs) return known.config; // a later question was answered first
    known.config = found ? withState(compiled, found) : undefined;
    known.feeds.versions = found?.feeds;
    known.isFollowed = found?.isFollowed ?? false;
    known.readAtMs = askedAtMs;
    return known.config;
  }

  function entry(site: string): Known {
    const had = all.get(site);
    if (had) return had;
    const oldest = all.keys().next().value;
    if (all.size >= maxSites && oldest !== undefined) all.delete(oldest);
    const known: Known = { config: undefined, readAtMs: 0, refreshedAtMs: 0, copiedAtMs: 0, isFollowed: false, feeds: {} };
    all.set(site, known);
    return known;
  }

  const isOld = (instantMs: number, ageMs = freshMs) => systemNow() - instantMs > ageMs;

  async function load(site: string): Promise<SiteConfig | undefined> {
    const known = entry(site);
    if (!isOld(known.readAtMs)) return known.config;
    if (!known.config || isOld(known.readAtMs, maxAgeMs)) return await read(site, known);
    if (isOld(known.refreshedAtMs)) {
      known.refreshedAtMs = systemNow();
      waitUntil(read(site, known));
    }
    return known.config;
  }

  /** For whoever decides: the door needs no feeds. */
  async function fed(site: string, config: SiteConfig | undefined): Promise<SiteConfig | undefined> {
    const { feeds } = entry(site);
    if (!config || !feeds.versions) return config;
    const { withFeeds } = await import("./feeds/feeds.ts");
    return await withFeeds(config, feeds, all.values(), (kind) => object(site).feed(kind), systemNow());
  }

  return {
    load: async (site) => await fed(site, await load(site)),
    bare: load,
    async fresh(site) {
      const known = entry(site);
      return await fed(site, isOld(known.readAtMs) ? await read(site, known) : known.config);
    },
    async near(site) {
      const known = entry(site);
      const kv = copies();
      if (!kv || known.readAtMs) return await load(site);
      if (!isOld(known.copiedAtMs, maxAgeMs)) return known.config;
      const copy = await copyOf(kv, site);
      const config = copy && (await compileSite(copy.version, copy.file));
      if (!config || known.readAtMs) return await load(site);
      known.config = config;
      known.copiedAtMs = systemNow();
      waitUntil(read(site, known));
      return config;
    },
    tell: teller(
      (site) => all.get(site)?.isFollowed ?? false,
      async (site, told) => await object(site).tell(told),
      systemNow,
    ),
  };
}

/** The same object while nothing changed beside the file: what is remembered by it stays true. */
function withState(config: SiteConfig | undefined, { switches, agents }: Reading): SiteConfig | undefined {
  const isSame = JSON.stringify([config?.switches, config?.agents]) === JSON.stringify([switches, agents]);
  return !config || isSame ? config : { ...config, switches, agents };
}
