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
import { type Push, type Pushed, siteFiles } from "./site/files.ts";
import { siteParsed } from "./site/parsed.ts";
import { type Decided, type ReviewAsked, siteReviews } from "./site/reviews.ts";
import { type Budget, type Granted, siteSpending, type Wanted } from "./site/spending.ts";
import { type Switched, siteSwitches } from "./site/switches.ts";
import { siteTail } from "./site/tail.ts";
import { type NewToken, siteTokens } from "./site/tokens.ts";
import { siteVersions } from "./site/versions.ts";

export type Reading = {
  version: number;
  file?: string;
  switches: Switches;
  isFollowed: boolean;
  /** Where the site has feeds. */
  feeds?: FeedVersions;
  agents?: Agents;
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
  role(id: string, hash: string): Role | null;
  tokens(): TokenLine[];
  addToken(token: NewToken, who: string): TokenLine | null;
  revokeToken(id: string, who: string): boolean;
  audit(after?: number): AuditLine[];
  /** What happened to a destination, or was done there: for whoever looks on, now and later. */
  noteDelivery(change: Omit<Change, "version">): void;
  tell(told: Told[]): void;
  /** Notes what a person's object waits for. @returns the runs for which there is no room */
  askReviews(object: string, asked: ReviewAsked[]): string[];
  forgetReviews(objects: string[]): void;
  reviews(state?: ReviewLine["state"], after?: string): ReviewPage;
  review(id: string, verdict: "approved" | "rejected", who: string): Promise<Decided>;
  /** Not `tail`: a stub has a method of that name already. */
  follow(after: number): TailLine[];
  /** Grants up to `want` new visitors of the `max` that one window of `perMs` may bring. */
  admit(want: number, max: number, perMs: number): { granted: number; untilMs: number };
  /** Grants up to so many messages of what a budget has left. */
  spend(wanted: Wanted, budget: Budget): Granted;
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
    #files = siteFiles(this.ctx.storage, clock, this.#versions, this.#parsed, this.#audit);
    #switches = siteSwitches(this.ctx.storage, clock, this.#parsed, this.#audit);
    #tokens = siteTokens(this.ctx.storage, clock, this.#audit);
    #budget = siteBudget(this.ctx.storage, clock);
    #spending = siteSpending(this.ctx.storage, clock, this.#audit);
    #tail = siteTail(clock);
    #reviews = siteReviews(this.ctx.storage, this.env.PERSON, clock, this.#audit);

    async read(known: number): Promise<Reading | null> {
      const isKnown = known > 0 && this.#versions.newestNumber() === known;
      const newest = isKnown ? { version: known, file: null } : await this.#parsed.newest();
      if (!newest) return null;
      const { version, file } = newest;
      const { kv } = this.ctx.storage;
      const feeds = kv.get<FeedVersions>("feeds");
      const agents = kv.get<Agents>("agents");
      return {
        version,
        ...(file !== null && { file }),
        switches: this.#switches.now(),
        isFollowed: this.#tail.isFollowed(),
        ...(feeds && { feeds }),
        ...(agents && clock.now() < agents.untilMs && { agents }),
      };
    }

    push(key: string, source: string, push: Push): Promise<Pushed> {
      return this.#files.push(key, source, push);
    }

    rollback(key: string, to: number, push: Push): Promise<Pushed> {
      return this.#files.rollback(key, to, push);
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

    role(id: string, hash: string): Role | null {
      return this.#tokens.role(id, hash) ?? null;
    }

    tokens(): TokenLine[] {
      return this.#tokens.list();
    }

    addToken(token: NewToken, who: string): TokenLine | null {
      return this.#tokens.add(token, who) ?? null;
    }

    revokeToken(id: string, who: string): boolean {
      return this.#tokens.revoke(id, who);
    }

    audit(after?: number): AuditLine[] {
      return this.#audit.page(after);
    }

    noteDelivery({ who, what, detail }: Omit<Change, "version">): void {
      const at = clock.now();
      this.#audit.add(at, { who, what, version: null, detail });
      this.#tail.tell([{ at, person: who, what, text: detail }]);
    }

    askReviews(object: string, asked: ReviewAsked[]): string[] {
      return this.#reviews.ask(object, asked);
    }

    forgetReviews(objects: string[]): void {
      this.#reviews.forget(objects);
    }

    reviews(state?: ReviewLine["state"], after?: string): ReviewPage {
      return this.#reviews.page(state, after);
    }

    review(id: string, verdict: "approved" | "rejected", who: string): Promise<Decided> {
      return this.#reviews.decide(id, verdict, who);
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

    async #feeds() {
      const { siteFeeds } = await import("../operations.ts");
      return siteFeeds(this.ctx.storage, clock, this.#audit);
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
      this.#reviews.sweep();
    }
  };
