import type { Explained } from "../../contract/evidence.ts";
import { factsOf } from "../../contract/facts.ts";
import { defaultBands } from "../../contract/moment-life.ts";
import { pageMatcher } from "../../contract/pages.ts";
import type { Device, Signal } from "../../contract/signals.ts";
import type { Context } from "../../contract/wire.ts";
import { type ConditionFacts, conditionsFor } from "../decide/conditions.ts";
import { conditionFacts } from "../decide/facts.ts";
import type { Feeds } from "../decide/fed.ts";
import { newProfile, type Profile, takeBatch } from "../profile/state.ts";
import { siteFile } from "../site/schema/site-file.ts";

type Unplaced = Signal extends infer S ? (S extends Signal ? Omit<S, "n" | "at" | "page"> & { page?: string } : never) : never;

/** A Wednesday, 12:00 in London. */
export const noonAtMs = Date.UTC(2026, 0, 14, 12);

export const shopFile = siteFile.parse({
  version: 1,
  site: "pk_demo",
  origins: ["https://shop.example"],
  time_zone: "Europe/Paris",
  pages: Object.fromEntries(
    ["pricing", "product", "cart", "checkout", "returns"].map((type) => [
      type,
      { match: [`/${type}*`], key: type !== "returns" },
    ]),
  ),
  stores: { louvre: { lat: 48.86, lon: 2.34 }, lyon: { lat: 45.76, lon: 4.84 } },
  traits: {
    loyalty_tier: { type: "string", default: "none" },
    open_tickets: { type: "int" },
    spent: { type: "double" },
    member: { type: "bool" },
  },
  audiences: { parisians: 'context.city == "Paris"', keen: "cart.count > 1 || session.products > 3" },
  messages: { "cart-proof": { subject: "Others like it", action: { label: "Back", link: "/cart" } } },
});

export interface ShopVisitor {
  profile: Profile;
  /** A new session begins. */
  visits: () => ShopVisitor;
  waits: (ms: number) => ShopVisitor;
  /** Looks at a page, by the type of it. */
  opens: (type: string, device?: Device) => ShopVisitor;
  does: (signal: Unplaced, context?: Context, clockAheadMs?: number) => ShopVisitor;
  facts: (moment?: Partial<Explained>) => ConditionFacts;
  holds: (when: string, moment?: Partial<Explained>) => boolean;
}

/** Somebody in a small shop, of whom conditions are asked. Signals come one second apart. */
export function shopVisitor(feeds?: Feeds): ShopVisitor {
  const profile = newProfile("pk_demo", "person", noonAtMs);
  const config = {
    file: shopFile,
    scoring: { pageOf: pageMatcher(pagesOf()), bands: defaultBands },
    awaited: [],
    ...(feeds && { feeds }),
  };
  const compile = conditionsFor(shopFile);
  let nowMs = noonAtMs;
  let session = 0;
  let page = "p0";
  let n = 0;

  const visitor: ShopVisitor = {
    profile,
    visits() {
      session++;
      return visitor;
    },
    waits(ms) {
      nowMs += ms;
      return visitor;
    },
    opens(type, device = "desktop") {
      const id = `p${String(n).padStart(4, "0")}`;
      return visitor.does({ kind: "page_view", url: `https://shop.example/${type}`, device, page: id });
    },
    does(signal, context = {}, clockAheadMs = 0) {
      nowMs += 1000;
      page = signal.page ?? page;
      const at = nowMs + clockAheadMs;
      const taken = takeBatch(
        profile,
        {
          v: 1,
          site: "pk_demo",
          visitor: "v".repeat(22),
          stream: `stream-${session}`,
          session: { id: `session-${session}`, started_at: at, number: session + 1 },
          sent_at: at,
          consent: "granted",
          context,
          signals: [{ ...signal, n: ++n, at, page } as Signal],
        },
        nowMs,
        config,
      );
      if (!taken.ok) throw new Error(taken.detail);
      return visitor;
    },
    facts(moment = {}) {
      const its = profile.sessions[`session-${session}`];
      const facts = its && factsOf(its.features, page, config.scoring.pageOf, nowMs, undefined);
      if (!facts) throw new Error("opens a page first");
      const risen: Explained = { kind: "hesitation", page, score: 7.5, band: "now", atMs: nowMs, evidence: [], ...moment };
      return conditionFacts({ config, profile, session: its, facts, moment: risen, nowMs });
    },
    holds(when, moment = {}) {
      const condition = compile(when);
      if (typeof condition !== "function") throw new Error(`${when}: ${condition.message}`);
      return condition(visitor.facts(moment));
    },
  };
  return visitor;
}

const pagesOf = () => Object.entries(shopFile.pages).map(([type, rule]) => ({ type, ...rule }));
