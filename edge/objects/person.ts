import { DurableObject } from "cloudflare:workers";
import type { Ack, OnsiteMessage } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import type { Send } from "../destinations/call.ts";
import { type Deliver, deliverBy } from "../destinations/deliver.ts";
import type { Lanes } from "../destinations/lanes.ts";
import type { Env } from "../env.ts";
import type { OptOut } from "../feedback/opt-out.ts";
import type { Browser, Place } from "../ingest/place.ts";
import type { Vouched } from "../ingest/user-tokens.ts";
import { nextDueMs, postpone } from "../journey/follow.ts";
import { heed } from "../journey/heed.ts";
import { missed } from "../journey/held.ts";
import { mayAsk, type Verdict } from "../journey/review.ts";
import type { Row } from "../outbox/outbox.ts";
import { leaseMs, type Outcome } from "../outbox/retry.ts";
import { noteEvent, type ServerEvent } from "../profile/events.ts";
import { redactBatch } from "../profile/redact-batch.ts";
import { type Profile, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import { type Known, knownOf, noteTold, type Told, toldText } from "../profile/told.ts";
import { noteVisitor } from "../profile/visitors.ts";
import { wordsOf } from "../profile/words.ts";
import type { Timeline } from "../site/answers.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { TimelinePage } from "./person/asked.ts";
import { personAttempts } from "./person/attempts.ts";
import type { MessageBudget } from "./person/budget.ts";
import { personCore } from "./person/core.ts";
import type { Endpoints } from "./person/endpoints.ts";
import type { Made } from "./person/entries.ts";
import { personEvents } from "./person/events.ts";
import { personFeedback } from "./person/feedback.ts";
import { personMoves, withdrawn } from "./person/moves.ts";
import { followedLink, type Named, nameOf, newPerson, publicIds } from "./person/names.ts";
import { personOffers } from "./person/offers.ts";
import { heedPage, offersNow } from "./person/page.ts";
import type { personReplays, Replayed } from "./person/replays.ts";
import { lineAbout, type Reported } from "./person/reports.ts";
import type { personReviews } from "./person/reviews.ts";
import { personTakeover } from "./person/takeover.ts";

export type Reply =
  | { ok: true; ack: Ack; onsite: OnsiteMessage[] }
  | { ok: false; status: 403 | 409 | 422 | 429 | 503; detail: string; pointer?: string };

/** A user's object knows nothing of this visitor's past yet: it must be brought first. */
export interface Unbound {
  ok: false;
  status: "unbound";
}

/** How a batch came. */
export interface Arrival {
  receivedAtMs: number;
  /** The sender has nothing that speaks for it: it may add to a person, never make one. */
  mustExist: boolean;
  place: Place | undefined;
  browser: Browser;
  /** At a user's object: the object of the visitor whose batch it is. */
  visitor?: string;
  /** That visitor's past belongs to somebody else, or there is none. */
  alone?: boolean;
  /** What the token said that the batch came with. */
  vouched?: Pick<Vouched, "told" | "saidAtMs">;
}

/** Where a visitor's past is: with this user, with another one, or erased because the visitor asked for it. */
export type Bound = "here" | "elsewhere" | "withdrawn";

export interface PersonObject extends Rpc.DurableObjectBranded {
  /** @param text a batch, valid and within its limits */
  take(text: string, arrival: Arrival): Promise<Reply | Unbound>;
  withdraw(): Promise<void>;
  /**
   * Of a visitor's object: from now on all that comes belongs to this user, whose object has taken the past when this returns. Where
   * it is another's already: what names this user, unless it may not be shared.
   */
  bind(user: string, mayShare?: boolean): Promise<Bound>;
  /** Of a user's object: takes over a visitor, once. @param snapshot as JSON; empty where there is no past, or where it was lost */
  import(visitor: string, snapshot: string, isLost?: boolean): Promise<void>;
  /** Of a user's object: what the site's server says. @returns what is known now */
  tell(told: Told): Promise<Known>;
  /** Of a user's object: what the user did where no page saw it; each id counts once. */
  events(all: ServerEvent[]): Promise<{ taken: number; repeated: number }>;
  /** Of a user's object: what came of an attempt that a visitor's object had begun. */
  settled(messageId: string, attempt: number, outcome: Outcome, made: Made): Promise<void>;
  /** What a tool says of a message: `unknown`, where there is no such message (yet). */
  reported(report: Reported): Promise<"noted" | "unknown">;
  /** An address wants nothing more. It is no news to whoever is at another one. */
  optedOut(out: OptOut): Promise<void>;
  /** Of a user's object: whether this visitor is theirs. */
  knows(visitor: string): Promise<boolean>;
  /** Of a user's object: a visitor of theirs took back the consent. */
  forget(visitor: string): Promise<void>;
  /**
   * What a reviewer said of a step or a message that waits for it: `noted`, or what was said before, or that it is too late.
   * @param visitor whose run it was when the review was asked for
   */
  reviewed(said: Reviewed, visitor?: string): Promise<"noted" | "over" | Verdict>;
  /** Sends a message once more that has come to its end: the same bytes under the same id. */
  replay(messageId: string, attempt: number): Promise<Replayed>;
  /** A message that is held because its destination was disabled goes out now. @returns whether one was held */
  release(messageId: string): Promise<boolean>;
  /** Why this person heard something or nothing; null where nothing is known of anybody here. */
  timeline(page: TimelinePage): Promise<Timeline | null>;
  rearm(): Promise<void>;
}

/** What a reviewer said. */
export interface Reviewed {
  run: string;
  step: string;
  /** Of a message that is held; without, of a step before it is written. */
  message_id?: string;
  verdict: Verdict;
}

/** What takes the site longer to answer comes with the next reply. */
const replyWithinMs = 1000;

export interface PersonParts {
  clock: Clock;
  sites: Sites;
  send: Send;
  budget: MessageBudget;
  endpoints: Endpoints;
  /** A place among the requests to a destination that are under way. */
  enter: Lanes["enter"];
}

/**
 * One person: profile, sessions, moments and outbox, written by nobody else. Whatever must be awaited is awaited first; then
 * read, fold, decide and enqueue happen in one synchronous piece, so that no other event comes between.
 */
export function personObject({ clock, sites, send, budget, endpoints, enter }: PersonParts) {
  const publicId = publicIds();
  let delivery: Deliver | undefined;
  const deliver: (env: Env) => Deliver = ({ EDGE_URL }) => {
    delivery ??= deliverBy(send, EDGE_URL);
    return delivery;
  };

  return class Person extends DurableObject<Env> implements PersonObject {
    #core = personCore(this.ctx, clock, sites, endpoints.isTold);
    #offers = personOffers(this.#core, {
      ...{ ctx: this.ctx, env: this.env, clock, sites },
      decide: (config, profile) => this.#decide(config, profile),
    });
    #attempts = personAttempts(this.#core, {
      ...{
        ctx: this.ctx,
        env: this.env,
        clock,
        sites,
        deliver: deliver(this.env),
        enter,
        budget,
        endpoints,
        offers: this.#offers,
      },
      elsewhere: (id, attempt, outcome, made) => this.#moves.passOn(id, attempt, outcome, made),
    });
    #reviewing: ReturnType<typeof personReviews> | undefined;
    #moves = personMoves(this.#core, { ctx: this.ctx, env: this.env, clock, sites });
    #takeover = personTakeover(this.#core, {
      ...{ ctx: this.ctx, env: this.env, clock, sites, attempts: this.#attempts },
      decide: (config, profile) => this.#decide(config, profile),
      name: () => this.#name(),
    });
    #replaying: ReturnType<typeof personReplays> | undefined;
    #feedback = personFeedback(this.#core, {
      ...{ ctx: this.ctx, env: this.env, clock, sites, attempts: this.#attempts },
      decide: (config, profile) => this.#decide(config, profile),
      elsewhere: async () => {
        if (this.#core.row().moved()?.snapshot) await this.#moves.push();
        const moved = this.#core.row().moved();
        return moved && this.#moves.objectOf(moved);
      },
    });
    #publicId: string | undefined;

    async take(text: string, arrival: Arrival): Promise<Reply | Unbound> {
      const { receivedAtMs, mustExist, place, browser, visitor, alone, vouched } = arrival;
      const core = this.#core;
      const batch = redactBatch(JSON.parse(text));
      const config = await sites.load(batch.site);
      await core.knowAlarm();
      const name = await this.#name();
      const moved = core.row().moved();
      if (moved) return await this.#moves.forward(text, arrival, batch);
      if (core.row().withdrawnUntilMs() > receivedAtMs) return withdrawn;
      if (!config || (mustExist && !core.row().profile()))
        return { ok: false, status: 403, detail: "this visitor is not known here" };

      const profile = core.row().profile() ?? newPerson(name, receivedAtMs);
      if (visitor !== undefined && !alone && !profile.visitors?.[visitor]) return { ok: false, status: "unbound" };
      const isTold = vouched !== undefined && vouched.saidAtMs > (profile.toldAtMs ?? 0);
      let refusals: ReturnType<typeof wordsOf> = [];
      // What is meant for a user is not for whoever comes after them at that browser.
      const shown = (theirs: Profile) =>
        theirs.user === undefined || vouched !== undefined ? offersNow(config, theirs, clock.now()) : [];
      const reply = core.whole((): Reply => {
        const taken = takeBatch(profile, batch, receivedAtMs, config);
        if (!taken.ok) return taken;
        delete profile.withdrawnAtMs;
        if (visitor !== undefined && !profile.visitors?.[visitor]) noteVisitor(profile, visitor, receivedAtMs);
        if (isTold) {
          const words = wordsOf(profile.person, profile.reach, vouched.told, receivedAtMs);
          refusals = words.filter(({ optIn, off }) => optIn?.status === "denied" || off.length);
          noteTold(profile, vouched.told, config.file.traits, receivedAtMs);
          profile.toldAtMs = vouched.saidAtMs;
        }
        if (place) profile.place = place;
        profile.browser = browser;
        this.#heedLandings(config, profile, taken.followed);
        core.tell(profile, heedPage(config, profile, taken.answers, core.messageId, clock.now()));
        this.#decide(config, profile, taken.risen);
        return { ok: true, ack: taken.ack, onsite: shown(profile) };
      });
      if (refusals.length && reply.ok) this.ctx.waitUntil(this.#attempts.told(profile, refusals).catch(() => undefined));
      const asked = this.#offers.answered();
      if (!asked || !reply.ok) return reply;
      await Promise.race([asked, scheduler.wait(replyWithinMs)]);
      const now = core.row().profile();
      return { ...reply, onsite: now ? shown(now) : [] };
    }

    withdraw(): Promise<void> {
      return this.#moves.withdraw();
    }

    bind(user: string, mayShare?: boolean): Promise<Bound> {
      return this.#moves.bind(user, mayShare);
    }

    import(visitor: string, snapshot: string, isLost?: boolean): Promise<void> {
      return this.#takeover.import(visitor, snapshot, isLost);
    }

    settled(messageId: string, attempt: number, outcome: Outcome, made: Made): Promise<void> {
      return this.#takeover.settled(messageId, attempt, outcome, made);
    }

    async knows(visitor: string): Promise<boolean> {
      return this.#core.row().profile()?.visitors?.[visitor] !== undefined;
    }

    async replay(messageId: string, attempt: number): Promise<Replayed> {
      return await (await this.#replays()).replay(messageId, attempt);
    }

    async release(messageId: string): Promise<boolean> {
      return await (await this.#replays()).release(messageId);
    }

    async #replays(): Promise<ReturnType<typeof personReplays>> {
      const operations = await import("../operations.ts");
      this.#replaying ??= operations.personReplays(this.#core, {
        ...{ env: this.env, clock, sites, deliver: deliver(this.env), budget },
        elsewhere: () => {
          const moved = this.#core.row().moved();
          return moved && this.#moves.objectOf(moved);
        },
      });
      return this.#replaying;
    }

    forget(visitor: string): Promise<void> {
      return this.#takeover.forget(visitor);
    }

    async tell(told: Told): Promise<Known> {
      const { site, person } = await this.#name();
      // First: once another address is written down, nobody who asks again knows the one before.
      await this.#attempts.told({ site }, wordsOf(person, this.#core.row().profile()?.reach, told, clock.now()));
      return await this.#change((config, profile, nowMs) => {
        noteTold(profile, told, config.file.traits, nowMs);
        profile.toldAtMs = nowMs;
        this.#core.tell(profile, [{ atMs: clock.now(), what: "told", text: toldText(told) }]);
        this.#decide(config, profile);
        return knownOf(profile);
      });
    }

    async events(all: ServerEvent[]): Promise<{ taken: number; repeated: number }> {
      return await this.#change((config, profile, nowMs) => {
        const events = personEvents(this.ctx.storage.sql);
        events.prune(profile, nowMs);
        const taken = all.filter(({ id }) => events.isNew(id, nowMs));
        for (const event of taken) noteEvent(profile, event, nowMs);
        this.#decide(config, profile);
        return { taken: taken.length, repeated: all.length - taken.length };
      });
    }

    /** A change that the site's server asks for, all or nothing: whoever is not known yet is from now on. */
    async #change<T>(change: (config: SiteConfig, profile: Profile, nowMs: number) => T): Promise<T> {
      const core = this.#core;
      const name = await this.#name();
      const config = await sites.fresh(name.site);
      if (!config) throw new Error("the site has no file");
      await core.knowAlarm();
      const nowMs = clock.now();
      const profile = core.row().profile() ?? newPerson(name, nowMs);
      return core.whole(() => this.ctx.storage.transactionSync(() => change(config, profile, nowMs)));
    }

    async reviewed(said: Reviewed, visitor?: string): Promise<"noted" | "over" | Verdict> {
      const core = this.#core;
      const config = await sites.fresh(core.site());
      const reviews = await this.#reviews();
      await core.knowAlarm();
      if (core.row().moved()?.snapshot) await this.#moves.push();
      const moved = core.row().moved();
      if (moved) return await this.#moves.objectOf(moved).reviewed(said, this.ctx.id.toString());
      const profile = core.row().profile();
      if (!config || !profile) return "over";
      return core.whole(() =>
        this.ctx.storage.transactionSync(() => {
          const judged = reviews.heard(config, profile, said, visitor);
          if (judged === "noted") this.#decide(config, profile);
          return judged;
        }),
      );
    }

    reported(report: Reported): Promise<"noted" | "unknown"> {
      return this.#feedback.reported(report);
    }

    optedOut(out: OptOut): Promise<void> {
      return this.#feedback.optedOut(out);
    }

    async timeline(page: TimelinePage): Promise<Timeline | null> {
      const { asked } = await import("../operations.ts");
      const moved = this.#core.row().moved();
      if (moved) return await this.#moves.objectOf(moved).timeline(page);
      const profile = this.#core.row().profile();
      const config = profile && (await sites.load(profile.site));
      if (!profile || !config) return null;
      return asked(config, profile, this.#core.row().timeline.page(page, clock.now()), clock.now());
    }

    /** Whose object this is. */
    async #name(): Promise<Named> {
      const known = this.#core.row().profile();
      if (known) return known;
      const written = this.#core.name();
      const { site, kind, id } = nameOf(written);
      if (kind === "u") return { site, person: id, user: id };
      this.#publicId ??= await publicId(site, written);
      return { site, person: this.#publicId };
    }

    /** Sets the alarm again after the clock was moved. */
    async rearm(): Promise<void> {
      this.#core.disarm();
      this.#core.arm();
    }

    /** The platform rings again a few times and then never: what is owed would wait for the next visit. */
    override async alarm(): Promise<void> {
      await this.#ring().catch((error: unknown) => {
        console.error(JSON.stringify({ at: "person", error: error instanceof Error ? error.name : "unknown" }));
        this.#core.ringAgain();
      });
    }

    async #ring(): Promise<void> {
      const core = this.#core;
      core.disarm();
      await this.#moves.again();
      if (clock.now() >= core.overAtMs()) await this.#moves.stay(); // whoever is signed in all the time never comes by here
      const site = core.row().profile()?.site;
      const config = site === undefined ? undefined : await sites.fresh(site).catch(() => undefined); // what is due stays due
      await this.#tellLog();
      const profile = core.row().profile();
      const now = clock.now();
      const isOver = now >= core.overAtMs() && !core.row().moved()?.snapshot && !core.row().untold().length;
      if (isOver && core.nextDueMs() === Infinity && (!profile || nextDueMs(profile) === Infinity)) {
        await core.erase();
        return;
      }
      core.whole(() => core.prune(now));
      const rows = profile ? this.#wake(profile, config, now) : [];
      core.arm();
      // Not awaited: another alarm would wait for the slowest receiver. Their leases stand.
      this.#attempts.begin(rows);
    }

    /** Tells each log what it has not taken yet. What fails is told again by the next alarm. */
    async #tellLog(): Promise<void> {
      const untold = this.#core.row().untold();
      const told = [...new Set(untold.map(({ destination }) => destination))].map(async (name) => {
        const lines = untold.filter(({ destination }) => destination === name);
        await endpoints.note(
          this.#core.site(),
          name,
          lines.map(({ entry }) => entry),
        );
      });
      await Promise.allSettled(told);
      this.#core.whole(() => this.#core.row().tidy());
    }

    /** What follows from a change that was just made to this person, written with it. */
    #decide(config: SiteConfig, profile: Profile, risen: readonly Risen[] = []): void {
      const added = this.#attempts.follow(config, profile, risen);
      this.#core.keep(profile, added);
      this.#core.arm();
      this.#attempts.begin(added);
      this.#askReviews(config, profile);
    }

    /** Few sites have their texts looked at: what that takes is loaded with the first. */
    async #reviews(): Promise<ReturnType<typeof personReviews>> {
      const operations = await import("../operations.ts");
      this.#reviewing ??= operations.personReviews(this.#core, { ctx: this.ctx, env: this.env, now: clock.now });
      return this.#reviewing;
    }

    /** Tells the site what waits for a reviewer, if anything does. */
    #askReviews(config: SiteConfig, profile: Profile): void {
      if (!mayAsk(profile)) return;
      const asked = this.#reviews().then((reviews) => reviews.ask(config));
      this.ctx.waitUntil(asked.catch(() => undefined)); // asked again when the run is next looked at
    }

    /** Everything whose time has come, in one piece: messages to attempt, pages that were left for good. */
    #wake(profile: Profile, config: SiteConfig | undefined, now: number): Row[] {
      const core = this.#core;
      const watched = nextDueMs(profile) <= now || profile.watches.some((watch) => watch.dueAtMs <= now);
      if (!watched && core.nextDueMs() > now) return [];
      return core.whole(() =>
        this.ctx.storage.transactionSync(() => {
          for (const row of core
            .row()
            .underway()
            .filter(({ due_at }) => due_at <= now)) {
            if (this.#attempts.isPreparing(row)) {
              core.renew(row, now + leaseMs);
              continue;
            }
            core.wait({ ...row, wasBegun: true });
            this.#attempts.noteUnanswered(profile, row.seq);
          }
          if (!config) {
            core.box().postpone(now, now + postpone(profile, now));
            core.keep(profile, []);
            return [];
          }
          const expired: number[] = [];
          const ends = (row: Row) => {
            if (row.wasBegun) this.#attempts.noteUnanswered(profile, row.seq);
            const state = this.#attempts.expired(config, profile, row);
            if (state === "expired") expired.push(row.seq);
            return state;
          };
          const claimed = core.box().claimDue(now, ends, this.#attempts.isPreparing);
          for (const { seq, wasBegun } of claimed) if (wasBegun) this.#attempts.noteUnanswered(profile, seq);
          const instead = expired.flatMap((seq) => this.#attempts.followLoss(config, profile, missed(profile, seq)));
          if (!watched) return [...claimed, ...instead];
          const opened = this.#attempts.follow(config, profile, settleWatches(profile, now, config.scoring));
          core.keep(profile, opened);
          this.#askReviews(config, profile);
          return [...claimed, ...instead, ...opened];
        }),
      );
    }

    /** Who comes by a link of ours has answered that message. */
    #heedLandings(config: SiteConfig, profile: Profile, followed: readonly string[]): void {
      for (const tag of followed) {
        const { messageId, block } = followedLink(tag);
        const seq = this.#core.seqOf(profile, messageId);
        if (seq === undefined) continue;
        const line = lineAbout(profile, seq, "brought them to the site", clock.now(), block);
        this.#core.tell(profile, [line, ...heed(config, profile, { what: "responded", seq }, clock.now())]);
      }
    }
  };
}
