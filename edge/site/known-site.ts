import { Refusal } from "../problem.ts";
import type { Sites } from "./cache.ts";
import type { SiteConfig } from "./site-config.ts";

/** The site of a key, with the same refusal for a key that is unknown, malformed or without a site file. */
export const knownSite =
  (isIssued: (key: string) => Promise<boolean>, sites: Sites) =>
  async (key: unknown): Promise<SiteConfig> => {
    const config = typeof key === "string" && (await isIssued(key)) ? await sites.near(key) : undefined;
    if (!config) throw new Refusal(401, "this site key is not known", { pointer: "/site" });
    return config;
  };
