import { stageOf } from "../../decide/stage.ts";
import type { Profile } from "../../profile/state.ts";
import type { Timeline } from "../../site/answers.ts";
import type { SiteConfig } from "../../site/site-config.ts";

/** Which part of a timeline: `before` is what the page before it gave as `next`. */
export interface TimelinePage {
  before?: number | undefined;
  limit: number;
}

/** One person as the operator of the site sees them. */
export function asked(config: SiteConfig, profile: Profile, page: Pick<Timeline, "lines" | "next">, nowMs: number): Timeline {
  const { site, person, user, runs, zoneFallbacks } = profile;
  return {
    person,
    site,
    live: config.file.live,
    identity: user === undefined ? "anonymous" : "verified",
    stage: stageOf(config, profile, nowMs),
    ...(zoneFallbacks !== undefined && { zone_fallbacks: zoneFallbacks }),
    running: runs
      .filter(({ endedAtMs }) => endedAtMs === undefined)
      .map(({ journey, trigger, step, enteredAtMs: since, heldBy }) => ({
        ...{ journey, trigger, step, since },
        ...(heldBy !== undefined && { held_by: heldBy }),
      })),
    ...page,
  };
}
