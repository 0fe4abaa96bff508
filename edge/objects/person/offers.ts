import type { Clock } from "../../clock.ts";
import { type Env, objectName } from "../../env.ts";
import { ago } from "../../journey/ago.ts";
import { type Asks, makingOf } from "../../journey/offers.ts";
import { noteMaking } from "../../profile/offers.ts";
import type { Profile } from "../../profile/state.ts";
import type { Sites } from "../../site/cache.ts";
import type { Offer } from "../../site/schema/messages.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { PersonCore } from "./core.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  decide: (config: SiteConfig, profile: Profile) => void;
}

const lackOf = ({ code, budget }: Offer, lacks: "code" | "budget"): string =>
  lacks === "code"
    ? `no code is left in the pool ${code?.pool}`
    : `the budget of the offer is spent: ${budget?.max} in ${ago(budget?.per ?? 0)}`;

/**
 * Offers that the site counts: what waits for one is decided, written, and looked at again with the site's answer. So nothing is made
 * twice, whoever dies in between: the site gives the same person the same code again.
 */
export function personOffers(core: PersonCore, { ctx, env, clock, sites, decide }: Parts) {
  const wanted = new Set<string>();
  let lacking: Asks["lacking"] = {};
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    await Promise.resolve(); // what is being decided is written first
    const names = [...wanted];
    wanted.clear();
    asking = undefined;
    const { site = "" } = core.row().profile() ?? {};
    const config = await sites.load(site);
    const asked = names.flatMap((name) => (config?.file.offers[name] ? { name, offer: config.file.offers[name] } : []));
    const object = env.SITE.getByName(objectName(site, "site", site));
    const answers = await Promise.all(
      asked.map(async ({ name, offer: { code, budget, valid_for: validMs } }) =>
        object.makeOffer({
          ...{ offer: name, person: ctx.id.toString(), atMs: clock.now(), validMs },
          ...(code?.pool !== undefined && { pool: code.pool }),
          ...(budget && { budget: { max: budget.max, perMs: budget.per } }),
        }),
      ),
    );
    const profile = core.row().profile();
    if (!config || !profile) return; // withdrawn meanwhile
    core.whole(() => {
      const lacks: Record<string, string> = {};
      for (const [i, { name, offer }] of asked.entries()) {
        const answer = answers[i];
        if (!answer?.ok) lacks[name] = lackOf(offer, answer?.lacks ?? "code");
        // Asked twice before the first answer came: that one holds, with what it was used for.
        else if (profile.offers?.[name]?.atMs !== answer.atMs) noteMaking(profile, name, makingOf(offer, answer));
      }
      lacking = lacks;
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
      if (!wanted.size || asking) return;
      asking = ask().catch(() => undefined); // asked again when what waits for it is looked at
      ctx.waitUntil(asking);
    },
    /** The answers to what was asked just now, and what followed from them; nothing, where nothing was asked. */
    answered: (): Promise<void> | undefined => asking,
  };
}

export type PersonOffers = ReturnType<typeof personOffers>;
