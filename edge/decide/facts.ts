import type { Explained } from "../../contract/evidence.ts";
import type { Facts } from "../../contract/facts.ts";
import { countOf, sinceMs } from "../profile/history.ts";
import type { Profile, Session } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { cartFacts } from "./cart-facts.ts";
import { type ConditionFacts, declared, never } from "./conditions/declared.ts";
import { unfed } from "./fed.ts";
import { daypartOf, localTime } from "./local-time.ts";
import { kmFrom, messageFacts, traitFacts } from "./person-facts.ts";
import { ownZones } from "./time-zone.ts";

interface Known {
  config: Pick<SiteConfig, "file" | "scoring" | "feeds" | "agents">;
  profile: Profile;
  session: Session;
  /** Of the page of the moment. */
  facts: Facts;
  moment: Explained;
  nowMs: number;
}

const noEvidence = Object.fromEntries(Object.keys(declared.moment.evidence).map((name) => [name, 0]));

/** What conditions may look at. Whatever costs is made when it is first asked for: most conditions ask for little. */
export function conditionFacts({ config, profile, session, facts, moment, nowMs }: Known): ConditionFacts {
  const { file, scoring, feeds, agents } = config;
  const { history = {}, place, context, told, sent = [] } = profile;
  const { number } = session.features;
  const isBuying = facts.paying && !facts.orders;
  const evidence = once(() => evidenceFacts(moment));
  const pages = once(() => pageTypes(session, scoring));
  const cart = once(() => cartFacts(facts, fed()));
  const time = once(() => localTime(nowMs, ...ownZones(profile), file.time_zone));
  const known = once(() => traitFacts(file.traits, profile.traits?.known));
  const claimed = once(() => traitFacts(file.traits, profile.traits?.claimed));
  const fed = once(() =>
    (feeds?.about ?? unfed)({
      items: facts.cartItems,
      told: new Map(profile.items),
      shown: session.features.pages[moment.page]?.item ?? "",
      wishes: profile.wishes ?? [],
      brand: String(known().preferred_brand ?? ""),
    }),
  );
  const stores = once(() => Object.values(file.stores).map((store) => kmFrom(profile, store)));
  return {
    score: moment.score,
    moment: {
      kind: moment.kind,
      band: moment.band,
      score: moment.score,
      get evidence() {
        return evidence();
      },
    },
    page: {
      type: facts.type,
      key: facts.key,
      dwell_s: facts.dwellMs / 1000,
      depth: facts.depth,
      clicks: facts.clicks,
      get elements_seen() {
        return Object.keys(session.features.pages[moment.page]?.seen ?? {});
      },
      watched: facts.watched !== undefined,
      untouched_s: (facts.exit?.quietMs ?? 0) / 1000,
    },
    session: {
      views: facts.views,
      number,
      duration_s: Math.max(0, session.features.lastAtMs - session.startedAtMs) / 1000,
      get depth() {
        return Math.max(0, ...Object.values(session.features.pages).map(({ depth }) => depth));
      },
      products: facts.products,
      comparing: facts.backAndForth || facts.products > 1,
      get pages() {
        return pages();
      },
    },
    get cart() {
      return cart();
    },
    get product() {
      return fed().product;
    },
    get wishlist() {
      return fed().wishlist;
    },
    get site() {
      return fed().site;
    },
    checkout: { active: isBuying, payment_failures: facts.refusals, failure_code: session.failureCode ?? "" },
    get profile() {
      return known();
    },
    get claimed() {
      return claimed();
    },
    visitor: {
      number,
      returning: number > 1,
      new: number === 1,
      days_since_first: Math.max(0, nowMs - (profile.firstAtMs ?? nowMs)) / 86_400_000,
    },
    context: {
      device: facts.device,
      browser: profile.browser ?? "other",
      language: told?.language ?? context.language ?? "",
      country: place?.country ?? "",
      city: place?.city ?? "",
      get store_km() {
        return Math.min(never, ...stores());
      },
      get hour() {
        return time().hour;
      },
      get weekday() {
        return time().weekday;
      },
      get daypart() {
        return daypartOf(time().hour);
      },
    },
    get messages() {
      return messageFacts(sent, nowMs);
    },
    get stage() {
      if (facts.cart > 0 || isBuying) return "conversion";
      if (facts.orders || sinceMs(history, "purchase", nowMs) < Infinity) return "ownership";
      return facts.products || pages().some((type) => considered.includes(type)) ? "consideration" : "awareness";
    },
    chat: { agents_online: agents && nowMs < agents.untilMs ? agents.online : 0 },
    asOf: (path) => fed().asOf(path),
    seen: (type) => pages().includes(type),
    sequence(types) {
      let next = 0;
      for (const type of pages()) if (type === types[next]) next++;
      return next >= types.length;
    },
    count: (kind, withinMs) => countOf(history, kind, withinMs, nowMs),
    since: (kind) => Math.min(never, sinceMs(history, kind, nowMs) / 1000),
    near: (lat, lon, km) => kmFrom(profile, { lat, lon }) <= km,
    sent: (message) => sent.some((one) => one.message === message),
  };
}

function evidenceFacts({ evidence }: Explained): Record<string, number> {
  const present: Record<string, number> = { ...noEvidence };
  for (const { name, adds } of evidence) present[name] = adds;
  return present;
}

const considered = ["product", "pricing", "compare"];

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** In the order of their views: a page id sorts by its time. */
const pageTypes = ({ features: { pages } }: Session, { pageOf }: SiteConfig["scoring"]): string[] =>
  Object.keys(pages)
    .sort()
    .flatMap((id) => pages[id]?.view ?? [])
    .map(({ url }) => pageOf(url)?.type ?? "other");
