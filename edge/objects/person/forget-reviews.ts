import { type Env, objectName } from "../../env.ts";
import type { Profile } from "../../profile/state.ts";

export const siteOf = (env: Env, site: string) => env.SITE.getByName(objectName(site, "site", site));

/** Deletes what the site keeps for its reviewers of a person who took back their consent, if it may keep anything. */
export async function forgetReviews(env: Env, profile: Profile | undefined, own: string, nowMs: number): Promise<void> {
  const { site, visitors = {}, reviewsUntilMs = 0 } = profile ?? {};
  if (site !== undefined && nowMs < reviewsUntilMs) await siteOf(env, site).forgetReviews([own, ...Object.keys(visitors)]);
}
