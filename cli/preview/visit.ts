import type { Explained } from "../../contract/evidence.ts";
import type { Signal } from "../../contract/signals.ts";
import type { Seen } from "../../edge/decide/decide.ts";
import type { KnownItem } from "../../edge/profile/items.ts";
import { newProfile, type Profile, takeBatch } from "../../edge/profile/state.ts";
import type { SiteConfig } from "../../edge/site/site-config.ts";
import type { SamplePerson } from "./people.ts";

const session = "preview";

/** A sample person's visit, taken as the edge takes any: they looked at each product, put it into the cart, and are on their page now. */
export function visited(
  config: SiteConfig,
  person: SamplePerson,
  nowMs: number,
): { profile: Profile; seen: Pick<Seen, "moment" | "session"> } {
  const { file } = config;
  const { cart, traits, language, time_zone, page } = person;
  const profile: Profile = { ...newProfile(file.site, person.name, nowMs), traits: { known: traits } };
  const [origin = ""] = file.origins;
  const items = cart.map(({ id, name, price, quantity }) => ({
    ...{ id, quantity },
    ...(name !== undefined && { name: name.slice(0, 200) }),
    ...(price !== undefined && { price }),
  }));
  const pages = [
    ...cart.map(({ url }, i) => ({ url: url ?? origin, item: items[i] })),
    { url: `${origin}${page}`, item: undefined },
  ];
  let n = 0;
  const at = () => nowMs - 60_000 + n * 1000;
  const money = file.currency === undefined ? {} : { currency: file.currency };
  const signals = pages.flatMap(({ url, item }, i): Signal[] => {
    const of = `p${i}`;
    const seen: Signal = { kind: "page_view", url, device: "desktop", page: of, n: ++n, at: at() };
    if (!item) return [seen];
    return [
      seen,
      { kind: "view_item", items: [item], ...money, page: of, n: ++n, at: at() },
      { kind: "add_to_cart", items: [item], ...money, page: of, n: ++n, at: at() },
    ];
  });
  const taken = takeBatch(
    profile,
    {
      ...{ v: 1, site: file.site, visitor: "v".repeat(22), stream: session, sent_at: nowMs, consent: "granted", signals },
      session: { id: session, started_at: nowMs - 60_000, number: 2 },
      context: { language, ...(time_zone !== undefined && { time_zone }) },
    },
    nowMs,
    config,
  );
  if (!taken.ok) throw new Error(taken.detail);
  profile.items = (profile.items ?? []).map(([id, known]) => [
    id,
    withPicture(known, cart.find((one) => one.id === id)?.image_url),
  ]);
  const moment: Explained = {
    kind: "hesitation",
    page: `p${pages.length - 1}`,
    score: 7.5,
    band: "now",
    atMs: at(),
    evidence: [],
  };
  return { profile, seen: { session, moment } };
}

/** Pictures come with what the site tells of its products, not from pages. */
const withPicture = (known: KnownItem, image_url: string | undefined): KnownItem => ({
  ...known,
  ...(image_url && { image_url }),
});
