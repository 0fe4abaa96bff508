import { waitUntil } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import { objectName } from "../env.ts";
import type { SiteObject } from "../objects/site.ts";
import { checkSiteFile } from "./check.ts";
import { compileSite, type SiteConfig } from "./site-config.ts";

export interface Sites {
  /** The compiled site file as this isolate knows it, at most 10 s old; above 5 s, newer knowledge is fetched beside it. */
  load: (site: string) => Promise<SiteConfig | undefined>;
  /** The same, never older than 5 s. */
  fresh: (site: string) => Promise<SiteConfig | undefined>;
}

const freshMs = 5000;
const maxAgeMs = 10_000;
const maxSites = 1000;

interface Known {
  config: SiteConfig | undefined;
  readAtMs: number;
  refreshedAtMs: number;
}

/**
 * Compiled site files of this isolate; that a site has none is known as long. Ages are counted by the system's clock. No
 * request waits for another's reading: in Workers a promise dies with the request that made it.
 */
export function siteCache(namespace: () => DurableObjectNamespace<SiteObject>, systemNow: Clock["now"]): Sites {
  const all = new Map<string, Known>();

  async function read(site: string, known: Known): Promise<SiteConfig | undefined> {
    const found = await namespace()
      .getByName(objectName(site, "site", site))
      .read(known.config?.version ?? 0);
    if (!found) known.config = undefined;
    else if (found.source !== undefined && found.version > (known.config?.version ?? 0)) {
      const checked = checkSiteFile(found.source);
      if (checked.ok) known.config = await compileSite(found.version, checked.file);
    }
    known.readAtMs = systemNow();
    return known.config;
  }

  function entry(site: string): Known {
    const had = all.get(site);
    if (had) return had;
    const oldest = all.keys().next().value;
    if (all.size >= maxSites && oldest !== undefined) all.delete(oldest);
    const known: Known = { config: undefined, readAtMs: 0, refreshedAtMs: 0 };
    all.set(site, known);
    return known;
  }

  const isOld = (instantMs: number, ageMs = freshMs) => systemNow() - instantMs > ageMs;

  return {
    async load(site) {
      const known = entry(site);
      if (!isOld(known.readAtMs)) return known.config;
      if (!known.config || isOld(known.readAtMs, maxAgeMs)) return await read(site, known);
      if (isOld(known.refreshedAtMs)) {
        known.refreshedAtMs = systemNow();
        waitUntil(read(site, known));
      }
      return known.config;
    },
    async fresh(site) {
      const known = entry(site);
      return isOld(known.readAtMs) ? await read(site, known) : known.config;
    },
  };
}
