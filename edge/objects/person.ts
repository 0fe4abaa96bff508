import { DurableObject } from "cloudflare:workers";
import type { Ack, Batch } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { decide } from "../decide/decide.ts";
import { attemptWebhook, type Send } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import { messageBody } from "../outbox/message-body.ts";
import { type Outbox, outbox, type Row } from "../outbox/outbox.ts";
import { newProfile, type Profile, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import { base64url, hmacWith } from "../secrets.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";

export interface Offer {
  batch: Batch;
  receivedAtMs: number;
  /** A sender that nothing speaks for may add to a person, never make one. */
  mustExist: boolean;
}

export type Reply = { ok: true; ack: Ack } | { ok: false; status: 403 | 409 | 422 | 429; detail: string; pointer?: string };

export interface PersonObject extends Rpc.DurableObjectBranded {
  take(offer: Offer): Promise<Reply>;
  forget(): Promise<void>;
  rearm(): Promise<void>;
}

export interface PersonParts {
  clock: Clock;
  sites: Sites;
  send: Send;
}

const idleMs = 30 * 86_400_000;

const actsOnBounce = ({ subscribers, triggers }: SiteConfig): boolean =>
  subscribers.has("bounce") || triggers.some(({ on }) => on.includes("bounce"));

/**
 * One person: profile, sessions, moments and outbox, written by nobody else. Whatever must be awaited is awaited first; then
 * read, fold, decide and enqueue happen in one synchronous piece, so that no other event comes between.
 */
export const personObject = ({ clock, sites, send }: PersonParts) =>
  class Person extends DurableObject<Env> implements PersonObject {
    #sql = this.ctx.storage.sql;
    #profile: Profile | undefined;
    #outbox: Outbox | undefined;
    /** System time of the alarm that is set; undefined when none is, null before that is known. */
    #alarmAtMs: number | undefined | null = null;

    async take({ batch, receivedAtMs, mustExist }: Offer): Promise<Reply> {
      const config = await sites.load(batch.site);
      if (this.#alarmAtMs === null) this.#alarmAtMs = (await this.ctx.storage.getAlarm()) ?? undefined;
      const person = this.#load() ? "" : await hmacWith(batch.site)(String(this.ctx.id.name));
      if (!config || (mustExist && !this.#profile))
        return { ok: false, status: 403, detail: "this visitor is not known here" };

      const { reply, due } = this.#atomically(() => {
        const profile = this.#load() ?? newProfile(batch.site, person, receivedAtMs);
        const taken = takeBatch(profile, batch, receivedAtMs, config.scoring, actsOnBounce(config));
        if (!taken.ok) return { reply: taken, due: [] };
        const due = this.#follow(config, profile, taken.risen, receivedAtMs);
        this.#store(profile);
        return { reply: { ok: true as const, ack: taken.ack }, due };
      });
      if (!reply.ok) return reply;
      this.#arm();
      for (const row of due) this.ctx.waitUntil(this.#attempt(row));
      return reply;
    }

    /** Erases the person: a withdrawal of consent. */
    async forget(): Promise<void> {
      this.#profile = undefined;
      this.#outbox = undefined;
      this.#alarmAtMs = undefined;
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }

    /** Sets the alarm again after the clock was moved. */
    async rearm(): Promise<void> {
      this.#alarmAtMs = undefined;
      if (this.#load()) this.#arm();
    }

    override async alarm(): Promise<void> {
      this.#alarmAtMs = undefined;
      const site = this.#load()?.site;
      if (site === undefined) return;
      const config = await sites.fresh(site).catch(() => undefined); // what is due stays due, and is tried again
      const profile = this.#load();
      if (!profile) return;
      const now = clock.now();
      if (now - profile.seenAtMs >= idleMs && this.#box().nextDueMs() === undefined) {
        await this.forget();
        return;
      }
      const due = this.#atomically(() => {
        const claimed = this.#box().claimDue(now);
        this.#box().forget(now);
        if (!config || !profile.watches.some((watch) => watch.dueAtMs <= now)) return claimed;
        const opened = this.#follow(config, profile, settleWatches(profile, now, config.scoring), now);
        this.#store(profile);
        return [...claimed, ...opened];
      });
      this.#arm();
      await Promise.all(due.map((row) => this.#attempt(row)));
    }

    /** All of `change` or nothing: what it left in memory is forgotten with what it wrote. */
    #atomically<T>(change: () => T): T {
      try {
        return this.ctx.storage.transactionSync(change);
      } catch (error) {
        this.#profile = undefined;
        this.#outbox = undefined;
        throw error;
      }
    }

    /** Decides on what rose and enqueues it; returns the rows that are due at once, already claimed. */
    #follow(config: SiteConfig, profile: Profile, risen: readonly Risen[], receivedAtMs: number): Row[] {
      const decidedAtMs = clock.now();
      return decide(config, profile, risen, decidedAtMs).flatMap((decision) => {
        profile.seq += 1;
        const body = messageBody(config, profile, decision, this.#messageId(profile.seq), { receivedAtMs, decidedAtMs });
        const { destination, dueAtMs: due_at, expiresAtMs: expires_at } = decision;
        return this.#box().add({ seq: profile.seq, destination, body, due_at, expires_at }, decidedAtMs) ?? [];
      });
    }

    async #attempt(row: Row): Promise<void> {
      const site = this.#load()?.site ?? "";
      const config = await sites.fresh(site).catch(() => undefined);
      const destination = config?.file.destinations[row.destination];
      const secrets = destination && (this.env as unknown as Record<string, unknown>)[destination.secret];
      const ready = destination && typeof secrets === "string" && clock.now() < row.expires_at;
      const outcome = ready
        ? await attemptWebhook(send, { url: destination.url, secrets, id: this.#messageId(row.seq) }, row)
        : ({ state: "again" } as const);
      if (!this.#load()) return; // erased while it was on its way
      this.#box().settle(row, outcome, clock.now());
      this.#arm();
    }

    #messageId(seq: number): string {
      const hex = this.ctx.id.toString();
      const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      return `msg_${base64url(bytes)}_${seq}`;
    }

    #box(): Outbox {
      this.#outbox ??= outbox(this.#sql, Math.random);
      return this.#outbox;
    }

    #load(): Profile | undefined {
      if (this.#profile) return this.#profile;
      const [table] = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'profile'").toArray();
      const [row] = table ? this.#sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").toArray() : [];
      this.#profile = row && JSON.parse(row.json);
      return this.#profile;
    }

    #store(profile: Profile): void {
      if (!this.#profile) this.#sql.exec("CREATE TABLE IF NOT EXISTS profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
      const json = JSON.stringify(profile);
      this.#sql.exec("INSERT INTO profile VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json", json);
      this.#profile = profile;
    }

    /** The earliest of what waits: a message, a page that may have been left for good, the end of an idle person. */
    #arm(): void {
      const profile = this.#load();
      if (!profile) return;
      const waits = [this.#box().nextDueMs() ?? Infinity, ...profile.watches.map((w) => w.dueAtMs), profile.seenAtMs + idleMs];
      const atMs = clock.systemTime(Math.min(...waits));
      // An alarm is never moved later: it fires, finds nothing due, and is set anew.
      if (typeof this.#alarmAtMs === "number" && this.#alarmAtMs <= atMs) return;
      this.#alarmAtMs = atMs;
      void this.ctx.storage.setAlarm(atMs);
    }
  };
