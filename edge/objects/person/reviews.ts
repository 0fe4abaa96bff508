import { type Env, objectName } from "../../env.ts";
import { noteAsked, noteTexts, unasked } from "../../journey/review.ts";
import type { Profile } from "../../profile/state.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { ReviewAsked } from "../site/reviews.ts";
import type { PersonCore } from "./core.ts";
import { textsOf } from "./messages.ts";

const siteOf = (env: Env, site: string) => env.SITE.getByName(objectName(site, "site", site));

/** Deletes what the site keeps for its reviewers of a person who took back their consent, if it may keep anything. */
export async function forgetReviews(env: Env, profile: Profile | undefined, own: string, nowMs: number): Promise<void> {
  const { site, visitors = {}, reviewsUntilMs = 0 } = profile ?? {};
  if (site !== undefined && nowMs < reviewsUntilMs) await siteOf(env, site).forgetReviews([own, ...Object.keys(visitors)]);
}

/** Tells the site what waits for a reviewer, again and again until the site has taken note. */
export function personReviews(core: PersonCore, { ctx, env, now }: { ctx: DurableObjectState; env: Env; now: () => number }) {
  async function ask(asker: Profile, all: readonly ReviewAsked[]): Promise<void> {
    const fromMs = now();
    const refused = await siteOf(env, asker.site)
      .askReviews(ctx.id.toString(), [...all])
      .catch(() => undefined); // asked again when the run next looks for a verdict
    // Withdrawn meanwhile: the site may have taken note after it was told to forget.
    if (core.row().withdrawnUntilMs() > 0 || (core.row().profile()?.withdrawnAtMs ?? 0) >= fromMs)
      await forgetReviews(env, asker, ctx.id.toString(), fromMs);
    const profile = core.row().profile();
    if (!refused || !profile) return; // of whoever went to a user it is asked again there
    core.whole(() => {
      core.tell(profile, noteAsked(profile, all, refused, now()));
      core.keep(profile, []);
    });
  }

  return (config: SiteConfig, profile: Profile): void => {
    const all = unasked(config, profile, now()).map(({ run, step, byMs }): ReviewAsked => {
      const { id, trigger, journey } = run;
      return {
        ...{ person: profile.person, run: id, trigger, journey, step: step.id, message: step.message },
        ...{ channels: step.channels, texts: textsOf(config, profile, run, step, now()), asked_at: now(), by: byMs },
        otherwise: step.review?.else ?? "drop",
      };
    });
    if (!all.length) return;
    noteTexts(profile, all);
    ctx.waitUntil(ask({ ...profile }, all).catch(() => undefined));
  };
}
