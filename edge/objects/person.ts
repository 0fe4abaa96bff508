import { DurableObject } from "cloudflare:workers";
import { type Ack, limits } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import type { Send } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import type { Browser, Place } from "../ingest/place.ts";
import { nextDueMs, postpone } from "../journey/follow.ts";
import { heed } from "../journey/heed.ts";
import type { Row } from "../outbox/outbox.ts";
import { redactBatch } from "../profile/redact-batch.ts";
import { newProfile, type Profile, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { personAttempts } from "./person-attempts.ts";
import { idleMs, personCore } from "./person-core.ts";
import { publicIds } from "./person-names.ts";

export type Reply = { ok: true; ack: Ack } | { ok: false; status: 403 | 409 | 422 | 429; detail: string; pointer?: string };

/** How a batch came. */
export interface Arrival {
  receivedAtMs: number;
  /** The sender has nothing that speaks for it: it may add to a person, never make one. */
  mustExist: boolean;
  place: Place | undefined;
  browser: Browser;
}

export interface PersonObject extends Rpc.DurableObjectBranded {
  /** @param text a batch, valid and within its limits */
  take(text: string, arrival: Arrival): Promise<Reply>;
  withdraw(): Promise<void>;
  rearm(): Promise<void>;
}

export interface PersonParts {
  clock: Clock;
  sites: Sites;
  send: Send;
}

/**
 * One person: profile, sessions, moments and outbox, written by nobody else. Whatever must be awaited is awaited first; then
 * read, fold, decide and enqueue happen in one synchronous piece, so that no other event comes between.
 */
export function personObject({ clock, sites, send }: PersonParts) {
  const publicId = publicIds();

  return class Person extends DurableObject<Env> implements PersonObject {
    #core = personCore(this.ctx, clock, sites);
    #attempts = personAttempts(this.#core, { ctx: this.ctx, env: this.env, clock, sites, send });
    #publicId: string | undefined;

    async take(text: string, { receivedAtMs, mustExist, place, browser }: Arrival): Promise<Reply> {
      const core = this.#core;
      const batch = redactBatch(JSON.parse(text));
      const config = await sites.load(batch.site);
      await core.knowAlarm();
      this.#publicId ??= core.row().profile()?.person ?? (await publicId(batch.site, String(this.ctx.id.name)));
      if (core.row().withdrawnUntilMs() > receivedAtMs)
        return { ok: false, status: 403, detail: "this visitor withdrew consent" };
      if (!config || (mustExist && !core.row().profile()))
        return { ok: false, status: 403, detail: "this visitor is not known here" };

      const profile: Profile = core.row().profile() ?? newProfile(batch.site, this.#publicId, receivedAtMs);
      return core.whole(() => {
        const taken = takeBatch(profile, batch, receivedAtMs, config);
        if (!taken.ok) return taken;
        if (place) profile.place = place;
        profile.browser = browser;
        this.#heedLandings(config, profile, taken.followed);
        this.#decide(config, profile, taken.risen);
        return { ok: true, ack: taken.ack };
      });
    }

    /**
     * Erases the person. What is left is one row that says so for as long as a batch may still be on its way: such a batch would
     * otherwise make the person anew.
     */
    async withdraw(): Promise<void> {
      const withdrawnUntilMs = clock.now() + limits.streamAgeMs;
      await this.#core.erase();
      this.#core.row().write({ withdrawnUntilMs });
      this.#core.arm();
    }

    /** Sets the alarm again after the clock was moved. */
    async rearm(): Promise<void> {
      this.#core.disarm();
      this.#core.arm();
    }

    override async alarm(): Promise<void> {
      const core = this.#core;
      core.disarm();
      const site = core.row().profile()?.site;
      const config = site === undefined ? undefined : await sites.fresh(site).catch(() => undefined); // what is due stays due
      const profile = core.row().profile();
      const now = clock.now();
      const isOver = profile ? now - profile.seenAtMs >= idleMs : now >= core.row().withdrawnUntilMs();
      if (isOver && core.nextDueMs() === Infinity && (!profile || nextDueMs(profile) === Infinity)) {
        await core.erase();
        return;
      }
      const rows = profile ? this.#wake(profile, config, now) : [];
      core.arm();
      // Not awaited: another alarm would wait for the slowest receiver. Their leases stand.
      this.#attempts.begin(rows);
    }

    /** What follows from a change that was just made to this person, written with it. */
    #decide(config: SiteConfig, profile: Profile, risen: readonly Risen[] = []): void {
      const added = this.#attempts.follow(config, profile, risen);
      this.#core.keep(profile, added);
      this.#core.arm();
      this.#attempts.begin(added);
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
            .filter(({ due_at }) => due_at <= now))
            core.wait(row);
          if (!config) {
            core.box().postpone(now, now + postpone(profile, now));
            core.keep(profile, []);
            return [];
          }
          const expired: number[] = [];
          const claimed = core.box().claimDue(now, (seq) => expired.push(seq));
          core.box().prune(now);
          const instead = expired.flatMap((seq) => this.#attempts.followLoss(config, profile, { what: "unreachable", seq }));
          if (!watched) return [...claimed, ...instead];
          const opened = this.#attempts.follow(config, profile, settleWatches(profile, now, config.scoring));
          core.keep(profile, opened);
          return [...claimed, ...instead, ...opened];
        }),
      );
    }

    /** Who comes by a link of ours has answered that message. */
    #heedLandings(config: SiteConfig, profile: Profile, followed: readonly string[]): void {
      const prefix = this.#core.messageId("");
      for (const id of followed.filter((one) => one.startsWith(prefix))) {
        const event = { what: "responded", seq: Number(id.slice(prefix.length)) } as const;
        this.#core.tell(profile, heed(config, profile, event, clock.now()));
      }
    }
  };
}
