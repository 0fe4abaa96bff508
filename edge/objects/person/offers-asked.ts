import { type Env, objectName } from "../../env.ts";
import { ago } from "../../journey/ago.ts";
import { makingOf } from "../../journey/offers.ts";
import type { Making } from "../../profile/offers.ts";
import type { Offer } from "../../site/schema/messages.ts";
import type { SiteConfig } from "../../site/site-config.ts";

interface Asking {
  env: Env;
  config: SiteConfig;
  /** The person's object. */
  person: string;
  nowMs: number;
}

const lackOf = ({ code, budget }: Offer, lacks: "code" | "budget"): string =>
  lacks === "code"
    ? `no code is left in the pool ${code?.pool}`
    : `the budget of the offer is spent: ${budget?.max} in ${ago(budget?.per ?? 0)}`;

/** What the site says of offers that it counts: as they were made to this person, or why they cannot be had. */
export async function askOffers(names: readonly string[], { env, config, person, nowMs: atMs }: Asking) {
  const { site, offers } = config.file;
  const object = env.SITE.getByName(objectName(site, "site", site));
  const answers = names.map(async (name): Promise<[string, Making | string]> => {
    const offer = offers[name];
    if (!offer) return [name, "the newest site file has no such offer"];
    const { code, budget, valid_for: validMs } = offer;
    const answer = await object.makeOffer({
      ...{ offer: name, person, atMs, validMs },
      ...(code?.pool !== undefined && { pool: code.pool }),
      ...(budget && { budget: { max: budget.max, perMs: budget.per } }),
    });
    return [name, answer.ok ? makingOf(offer, answer) : lackOf(offer, answer.lacks)];
  });
  return await Promise.all(answers);
}
