import type { Clock } from "../../clock.ts";
import type { Env } from "../../env.ts";
import type { Asks } from "../../journey/offers.ts";
import { noteMaking } from "../../profile/offers.ts";
import type { Profile } from "../../profile/state.ts";
import type { Sites } from "../../site/cache.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { PersonCore } from "./core.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  decide: (config: SiteConfig, profile: Profile) => void;
}

/**
 * Offers that the site counts: what waits for one is decided, written, and looked at again with the site's answer. So nothing is made
 * twice, whoever dies in between: the site gives the same person the same code again.
 */
export function personOffers(core: PersonCore, { ctx, env, clock, sites, decide }: Parts) {
  const wanted = new Set<string>();
  let lacking: Asks["lacking"] = {};
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    // Meanwhile what is being decided is written.
    const { askOffers } = await import("../../operations.ts").finally(() => {
      asking = undefined;
    });
    const names = [...wanted];
    wanted.clear();
    const config = await sites.load(core.row().profile()?.site ?? "");
    const answers = config && (await askOffers(names, { env, config, person: ctx.id.toString(), nowMs: clock.now() }));
    const profile = core.row().profile();
    if (!answers || !profile) return; // withdrawn meanwhile
    core.whole(() => {
      for (const [name, said] of answers) {
        if (typeof said === "string") lacking = { ...lacking, [name]: said };
        // Asked twice before the first answer came: that one holds, with what it was used for.
        else if (profile.offers?.[name]?.atMs !== said.atMs) noteMaking(profile, name, said);
      }
      try {
        decide(config, profile);
      } finally {
        lacking = {};
      }
    });
  }

  return {
    /** For one decision. */
    asks: (): Asks => ({ lacking, asked: new Set() }),
    /** Asks the site for what a decision lacked, once that is written. */
    ask({ asked }: Asks): void {
      for (const name of asked) wanted.add(name);
      if (!asked.size || asking) return;
      asking = ask().catch(() => undefined); // asked again when what waits for it is looked at
      ctx.waitUntil(asking);
    },
    /** The answers to what was asked just now, and what followed from them; nothing, where nothing was asked. */
    answered: (): Promise<void> | undefined => asking,
  };
}

export type PersonOffers = ReturnType<typeof personOffers>;
