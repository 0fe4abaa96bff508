import { DurableObject } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import type { Env } from "../env.ts";
import type { AuditLine, Change, ReviewLine, ReviewPage, Role, TailLine, TokenLine, Told, VersionLine } from "../site/answers.ts";
import { keepCopy } from "../site/copies.ts";
import { type Agents, agentsMs, type FeedKind, type FeedLine, type FeedText, type FeedVersions } from "../site/feeds/kinds.ts";
import type { Switches, SwitchOrder } from "../site/switches.ts";
import { siteAudit } from "./site/audit.ts";
import { siteBudget } from "./site/budget.ts";
import type { FeedPush, FeedPut } from "./site/feeds.ts";
import type { Push, Pushed, Refused } from "./site/files.ts";
import type { Granted as Grant, OfferAsked, PoolLine, siteOffers } from "./site/offers.ts";
import { siteParsed } from "./site/parsed.ts";
import type { Decided, ReviewAsked } from "./site/reviews.ts";
import { type Budget, type Granted, siteSpending, type Wanted } from "./site/spending.ts";
import { type Switched, siteSwitches } from "./site/switches.ts";
import { siteTail } from "./site/tail.ts";
import type { NewToken } from "./site/tokens.ts";
import { siteVersions } from "./site/versions.ts";

export type Reading = {
  version: number;
  file?: string;
  switches: Switches;
  isFollowed: boolean;
  /** Where the site has feeds. */
  feeds?: FeedVersions | undefined;
  agents?: Agents | undefined;
};

/** The truth of one site: its file, version by version, its switches, who may change them and who did, and the budget for new visitors. */
export interface SiteObject extends Rpc.DurableObjectBranded {
  /** The newest file, as JSON of what the check returned; without it when `known` is that version already; null when none was pushed. */
  read(known: number): Promise<Reading | null>;
  push(key: string, source: string, push: Push): Promise<Pushed>;
  rollback(key: string, to: number, push: Push): Promise<Pushed>;
  /** The source of one version, or of the newest. */
  version(version?: number): { version: number; source: string } | null;
  /** Newest first, those before a version. */
  versions(before: number): { versions: VersionLine[]; switches: Switches };
  switch(order: SwitchOrder, who: string): Promise<Switched>;
  role(id: string, hash: string): Promise<Role | null>;
  tokens(): Promise<TokenLine[]>;
  addToken(token: NewToken, who: string): Promise<TokenLine | null>;
  revokeToken(id: string, who: string): Promise<boolean>;
  audit(after?: number): AuditLine[];
  /** What happened to a destination, or was done there: for whoever looks on, now and later. */
  noteDelivery(change: Omit<Change, "version">): void;
  tell(told: Told[]): void;
  /** Notes what a person's object waits for. @returns the runs for which there is no room */
  askReviews(object: string, asked: ReviewAsked[]): Promise<string[]>;
  forgetReviews(objects: string[]): Promise<void>;
  reviews(state?: ReviewLine["state"], after?: string): Promise<ReviewPage>;
  review(id: string, verdict: "approved" | "rejected", who: string): Promise<Decided>;
  /** Not `tail`: a stub has a method of that name already. */
  follow(after: number): TailLine[];
  /** Grants up to `want` new visitors of the `max` that one window of `perMs` may bring. */
  admit(want: number, max: number, perMs: number): { granted: number; untilMs: number };
  /** Grants up to so many messages of what a budget has left. */
  spend(wanted: Wanted, budget: Budget): Granted;
  /** Makes an offer to a person, once in its time: whoever asks again is told what was made. */
  makeOffer(asked: OfferAsked): Promise<Grant>;
  /** Adds codes that no pool has yet. */
  addCodes(pool: string, codes: string[], who: string): Promise<({ ok: true } & PoolLine & { added: number }) | Refused>;
  pools(): Promise<PoolLine[]>;
  /** One feed, for isolates; null where there is none. */
  feed(kind: FeedKind): Promise<FeedText | null>;
  /** Puts a feed in the place of the one before, or with null takes it away. */
  putFeed(kind: FeedKind, feed: FeedPush | null, who: string): Promise<FeedPut>;
  feeds(): Promise<FeedLine[]>;
  /** How many agents of the site's chat are there now. */
  setAgents(online: number): Agents;
}

export const siteObject = (clock: Clock) =>
  class Site extends DurableObject<Env> implements SiteObject {
    #versions = siteVersions(this.ctx.storage.sql);
    #audit = siteAudit(this.ctx.storage.sql);
    #parsed = siteParsed(this.ctx.storage.sql, this.#versions, (copy) => {
      if (this.env.SITES) this.ctx.waitUntil(keepCopy(this.env.SITES, copy));
    });
    #switches = siteSwitches(this.ctx.storage, clock, this.#parsed, this.#audit);
    #budget = siteBudget(this.ctx.storage, clock);
    #spending = siteSpending(this.ctx.storage, clock, this.#audit);
    #tail = siteTail(clock);
    #offers: ReturnType<typeof siteOffers> | undefined;

    async #offersNow(): Promise<ReturnType<typeof siteOffers>> {
      const { siteOffers } = await import("../operations.ts");
      this.#offers ??= siteOffers(this.ctx.storage, clock, this.#audit);
      return this.#offers;
    }

    async read(known: number): Promise<Reading | null> {
      const isKnown = known > 0 && this.#versions.newestNumber() === known;
      const newest = isKnown ? { version: known, file: null } : await this.#parsed.newest();
      if (!newest) return null;
      const { version, file } = newest;
      const { kv } = this.ctx.storage;
      return {
        version,
        ...(file !== null && { file }),
        switches: this.#switches.now(),
        isFollowed: this.#tail.isFollowed(),
        feeds: kv.get("feeds"),
        agents: kv.get("agents"),
      };
    }

    async #files() {
      const { siteFiles } = await import("./site/site-check.ts");
      return siteFiles(this.ctx.storage, clock, this.#versions, this.#parsed, this.#audit);
    }

    async push(key: string, source: string, push: Push): Promise<Pushed> {
      return (await this.#files()).push(key, source, push);
    }

    async rollback(key: string, to: number, push: Push): Promise<Pushed> {
      return (await this.#files()).rollback(key, to, push);
    }

    version(version?: number): { version: number; source: string } | null {
      return (version === undefined ? this.#versions.newest() : this.#versions.one(version)) ?? null;
    }

    versions(before: number): { versions: VersionLine[]; switches: Switches } {
      return { versions: this.#versions.page(before), switches: this.#switches.now() };
    }

    switch(order: SwitchOrder, who: string): Promise<Switched> {
      return this.#switches.put(order, who);
    }

    async role(id: string, hash: string): Promise<Role | null> {
      return (await this.#tokens()).role(id, hash) ?? null;
    }

    async tokens(): Promise<TokenLine[]> {
      return (await this.#tokens()).list();
    }

    async addToken(token: NewToken, who: string): Promise<TokenLine | null> {
      return (await this.#tokens()).add(token, who) ?? null;
    }

    async revokeToken(id: string, who: string): Promise<boolean> {
      return (await this.#tokens()).revoke(id, who);
    }

    audit(after?: number): AuditLine[] {
      return this.#audit.page(after);
    }

    noteDelivery({ who, what, detail }: Omit<Change, "version">): void {
      const at = clock.now();
      this.#audit.add(at, { who, what, version: null, detail });
      this.#tail.tell([{ at, person: who, what, text: detail }]);
    }

    async #reviewing() {
      return (await import("../operations.ts")).siteReviews(this.ctx.storage, this.env.PERSON, clock, this.#audit);
    }

    async askReviews(object: string, asked: ReviewAsked[]): Promise<string[]> {
      return (await this.#reviewing()).ask(object, asked);
    }

    async forgetReviews(objects: string[]): Promise<void> {
      (await this.#reviewing()).forget(objects);
    }

    async reviews(state?: ReviewLine["state"], after?: string): Promise<ReviewPage> {
      return (await this.#reviewing()).page(state, after);
    }

    async review(id: string, verdict: "approved" | "rejected", who: string): Promise<Decided> {
      return await (await this.#reviewing()).decide(id, verdict, who);
    }

    tell(told: Told[]): void {
      this.#tail.tell(told);
    }

    follow(after: number): TailLine[] {
      return this.#tail.follow(after);
    }

    admit(want: number, max: number, perMs: number): { granted: number; untilMs: number } {
      return this.#budget.admit(want, max, perMs);
    }

    spend(wanted: Wanted, budget: Budget): Granted {
      return this.#spending.spend(wanted, budget);
    }

    async makeOffer(asked: OfferAsked): Promise<Grant> {
      return (await this.#offersNow()).make(asked);
    }

    async addCodes(pool: string, codes: string[], who: string): ReturnType<SiteObject["addCodes"]> {
      return (await this.#offersNow()).add(pool, codes, who);
    }

    async pools(): Promise<PoolLine[]> {
      return (await this.#offersNow()).pools();
    }

    async #feeds() {
      return (await import("../operations.ts")).siteFeeds(this.ctx.storage, clock, this.#audit);
    }

    async #tokens() {
      return (await import("../operations.ts")).siteTokens(this.ctx.storage, clock, this.#audit);
    }

    async feed(kind: FeedKind): Promise<FeedText | null> {
      return (await this.#feeds()).text(kind) ?? null;
    }

    async putFeed(kind: FeedKind, feed: FeedPush | null, who: string): Promise<FeedPut> {
      return (await this.#feeds()).put(kind, feed, who);
    }

    async feeds(): Promise<FeedLine[]> {
      return (await this.#feeds()).list();
    }

    setAgents(online: number): Agents {
      const agents = { online, untilMs: clock.now() + agentsMs };
      this.ctx.storage.kv.put("agents", agents);
      return agents;
    }

    override async alarm(): Promise<void> {
      (await this.#reviewing()).sweep();
    }
  };
