import { DurableObject } from "cloudflare:workers";
import { type Ack, limits } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { decide } from "../decide/decide.ts";
import { type Send, webhookTo } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import { messageBody } from "../outbox/message-body.ts";
import { type Outbox, outbox, type Row } from "../outbox/outbox.ts";
import { leaseMs } from "../outbox/retry.ts";
import { redactBatch } from "../profile/redact-batch.ts";
import { newProfile, type Profile, postponeWatches, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { messagePrefix, publicIds } from "./person-names.ts";
import { personRow } from "./person-row.ts";

export type Reply = { ok: true; ack: Ack } | { ok: false; status: 403 | 409 | 422 | 429; detail: string; pointer?: string };

export interface PersonObject extends Rpc.DurableObjectBranded {
  /**
   * @param text a batch, valid and within its limits
   * @param mustExist the sender has nothing that speaks for it: it may add to a person, never make one
   */
  take(text: string, receivedAtMs: number, mustExist: boolean): Promise<Reply>;
  withdraw(): Promise<void>;
  rearm(): Promise<void>;
}

export interface PersonParts {
  clock: Clock;
  sites: Sites;
  send: Send;
}

const idleMs = 30 * 86_400_000;

/**
 * One person: profile, sessions, moments and outbox, written by nobody else. Whatever must be awaited is awaited first; then
 * read, fold, decide and enqueue happen in one synchronous piece, so that no other event comes between.
 */
export function personObject({ clock, sites, send }: PersonParts) {
  const publicId = publicIds();
  const deliver = webhookTo(send);

  return class Person extends DurableObject<Env> implements PersonObject {
    #row = personRow(this.ctx.storage.sql);
    #outbox: Outbox | undefined;
    #publicId: string | undefined;
    #idPrefix: string | undefined;
    /** System time of the alarm that is set; undefined when none is, null before that is known. */
    #alarmAtMs: number | undefined | null = null;

    async take(text: string, receivedAtMs: number, mustExist: boolean): Promise<Reply> {
      const batch = redactBatch(JSON.parse(text));
      const config = await sites.load(batch.site);
      if (this.#alarmAtMs === null)
        this.#alarmAtMs = this.#row.profile() ? ((await this.ctx.storage.getAlarm()) ?? undefined) : undefined;
      this.#publicId ??= await publicId(batch.site, String(this.ctx.id.name));
      const person = this.#publicId;
      if (this.#row.withdrawnUntilMs() > receivedAtMs) return { ok: false, status: 403, detail: "this visitor withdrew consent" };
      if (!config || (mustExist && !this.#row.profile()))
        return { ok: false, status: 403, detail: "this visitor is not known here" };

      const { reply, added } = this.#atomically(() => {
        const profile = this.#row.profile() ?? newProfile(batch.site, person, receivedAtMs);
        const taken = takeBatch(profile, batch, receivedAtMs, config);
        if (!taken.ok) return { reply: taken, added: [] };
        const rows = this.#follow(config, profile, taken.risen, receivedAtMs);
        this.#row.write(profile);
        return { reply: { ok: true as const, ack: taken.ack }, added: rows };
      });
      if (!reply.ok) return reply;
      const { watches = [], seenAtMs = 0 } = this.#row.profile() ?? {};
      this.#arm(seenAtMs + idleMs, ...added.map((row) => row.due_at), ...watches.map((watch) => watch.dueAtMs));
      for (const row of added) if (row.attempt) this.ctx.waitUntil(this.#attempt(row));
      return reply;
    }

    /**
     * Erases the person. What is left is one row that says so for as long as a batch may still be on its way: such a batch would
     * otherwise make the person anew.
     */
    async withdraw(): Promise<void> {
      const withdrawnUntilMs = clock.now() + limits.streamAgeMs;
      await this.#erase();
      this.#row.write({ withdrawnUntilMs });
      this.#arm(withdrawnUntilMs);
    }

    /** Sets the alarm again after the clock was moved. */
    async rearm(): Promise<void> {
      this.#alarmAtMs = undefined;
      this.#armForAll();
    }

    override async alarm(): Promise<void> {
      this.#alarmAtMs = undefined;
      const site = this.#row.profile()?.site;
      const config = site === undefined ? undefined : await sites.fresh(site).catch(() => undefined); // what is due stays due
      const profile = this.#row.profile();
      const now = clock.now();
      const isOver = profile ? now - profile.seenAtMs >= idleMs : now >= this.#row.withdrawnUntilMs();
      if (isOver && this.#box().nextDueMs() === undefined) {
        await this.#erase();
        return;
      }
      const rows = profile ? this.#wake(profile, config, now) : [];
      this.#armForAll();
      await Promise.all(rows.filter((row) => row.attempt > 0).map((row) => this.#attempt(row)));
    }

    /** Everything whose time has come, in one piece: messages to attempt, pages that were left for good. */
    #wake(profile: Profile, config: SiteConfig | undefined, now: number): Row[] {
      const watched = profile.watches.some((watch) => watch.dueAtMs <= now);
      if (!watched && (this.#box().nextDueMs() ?? Infinity) > now) return [];
      return this.#atomically(() => {
        const claimed = this.#box().claimDue(now);
        this.#box().prune(now);
        if (!watched) return claimed;
        const opened = config ? this.#follow(config, profile, settleWatches(profile, now, config.scoring), now) : [];
        if (!config) postponeWatches(profile, now + leaseMs);
        this.#row.write(profile);
        return [...claimed, ...opened];
      });
    }

    /** All of `change` or nothing: what it left in memory is forgotten with what it wrote. */
    #atomically<T>(change: () => T): T {
      try {
        return this.ctx.storage.transactionSync(change);
      } catch (error) {
        this.#reset();
        throw error;
      }
    }

    /** Decides on what rose and enqueues it. */
    #follow(config: SiteConfig, profile: Profile, risen: readonly Risen[], receivedAtMs: number): Row[] {
      const decidedAtMs = clock.now();
      return decide(config, profile, risen, decidedAtMs).map((decision) => {
        profile.seq += 1;
        const body = messageBody(config, profile, decision, this.#messageId(profile.seq), { receivedAtMs, decidedAtMs });
        const { destination, dueAtMs: due_at, expiresAtMs: expires_at } = decision;
        return this.#box().add({ seq: profile.seq, destination, body, due_at, expires_at }, decidedAtMs);
      });
    }

    async #attempt(row: Row): Promise<void> {
      const site = this.#row.profile()?.site ?? "";
      const config = await sites.fresh(site).catch(() => undefined);
      if (!this.#row.profile()) return; // withdrawn meanwhile
      const destination = config?.file.destinations[row.destination];
      const secrets = destination && (this.env as unknown as Record<string, unknown>)[destination.secret];
      const ready = destination && typeof secrets === "string" && clock.now() < row.expires_at;
      const outcome = ready
        ? await deliver({ url: destination.url, secrets, id: this.#messageId(row.seq) }, row)
        : ({ state: "again" } as const);
      if (!this.#row.profile()) return;
      const againAtMs = this.#box().settle(row, outcome, clock.now());
      if (againAtMs !== undefined) this.#arm(againAtMs);
    }

    #messageId(seq: number): string {
      this.#idPrefix ??= messagePrefix(this.ctx.id.toString());
      return this.#idPrefix + seq;
    }

    #box(): Outbox {
      this.#outbox ??= outbox(this.ctx.storage.sql, this.#row.hasTable("outbox"), Math.random);
      return this.#outbox;
    }

    async #erase(): Promise<void> {
      this.#alarmAtMs = undefined;
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      this.#reset();
    }

    #reset(): void {
      this.#row.reset();
      this.#outbox = undefined;
    }

    /** Sets the alarm to the earliest of these instants, unless it is set to an earlier one. */
    #arm(...instantsMs: number[]): void {
      const atMs = Math.max(Date.now(), clock.systemTime(Math.min(...instantsMs)));
      // An alarm is never moved later: it fires, finds nothing due, and is set anew.
      if (typeof this.#alarmAtMs === "number" && this.#alarmAtMs <= atMs) return;
      this.#alarmAtMs = atMs;
      void this.ctx.storage.setAlarm(atMs);
    }

    #armForAll(): void {
      const profile = this.#row.profile();
      const withdrawnUntilMs = this.#row.withdrawnUntilMs();
      if (withdrawnUntilMs) this.#arm(withdrawnUntilMs);
      if (!profile) return;
      const { watches, seenAtMs } = profile;
      this.#arm(seenAtMs + idleMs, this.#box().nextDueMs() ?? Infinity, ...watches.map((watch) => watch.dueAtMs));
    }
  };
}
