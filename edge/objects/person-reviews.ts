import { type Env, objectName } from "../env.ts";
import { unasked } from "../journey/review.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { PersonCore } from "./person-core.ts";
import { textsOf } from "./person-messages.ts";
import type { ReviewAsked } from "./site-reviews.ts";

/** Tells the site what waits for a reviewer, again and again until the site has taken note. */
export function personReviews(core: PersonCore, { ctx, env, now }: { ctx: DurableObjectState; env: Env; now: () => number }) {
  async function ask({ site }: Profile, all: readonly ReviewAsked[]): Promise<void> {
    await env.SITE.getByName(objectName(site, "site", site)).askReviews(ctx.id.toString(), [...all]);
    const profile = core.row().profile();
    if (!profile) return; // withdrawn, or gone to a user, where it is asked again
    for (const { run, step } of all) {
      const asked = profile.runs.find((one) => one.id === run && one.step === step);
      if (asked) asked.reviewAsked = true;
    }
    core.whole(() => core.keep(profile, []));
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
    // What fails here is asked again when the run next looks for a verdict.
    if (all.length) ctx.waitUntil(ask(profile, all).catch(() => undefined));
  };
}
