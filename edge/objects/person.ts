import { DurableObject } from "cloudflare:workers";
import type { Ack } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { decide } from "../decide/decide.ts";
import { type Send, webhookTo } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import { messageBody } from "../outbox/message-body.ts";
import { type Outbox, outbox, type Row } from "../outbox/outbox.ts";
import { leaseMs } from "../outbox/retry.ts";
import { redactBatch } from "../profile/redact-batch.ts";
import { newProfile, type Profile, postponeWatches, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import { base64url, hmacWith } from "../secrets.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";

export type Reply = { ok: true; ack: Ack } | { ok: false; status: 403 | 409 | 422 | 429; detail: string; pointer?: string };

export interface PersonObject extends Rpc.DurableObjectBranded {
  /**
   * @param text a batch, valid and within its limits
   * @param mustExist the sender has nothing that speaks for it: it may add to a person, never make one
   */
  take(text: string, receivedAtMs: number, mustExist: boolean): Promise<Reply>;
  forget(): Promise<void>;
  rearm(): Promise<void>;
}

export interface PersonParts {
  clock: Clock;
  sites: Sites;
  send: Send;
}

const idleMs = 30 * 86_400_000;

/** The name of a person outside the edge: base64url(HMAC(site key, object name)). */
function publicIds(): (site: string, objectName: string) => Promise<string> {
  const bySite = new Map<string, ReturnType<typeof hmacWith>>();
  return (site, name) => {
    const hmac = bySite.get(site) ?? hmacWith(site);
    bySite.set(site, hmac);
    return hmac(name);
  };
}

const bytesOfHex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const actsOnBounce = ({ subscribers, triggers }: SiteConfig): boolean =>
  subscribers.has("bounce") || triggers.some(({ on }) => on.includes("bounce"));

/**
 * One person: profile, sessions, moments and outbox, written by nobody else. Whatever must be awaited is awaited first; then
 * read, fold, decide and enqueue happen in one synchronous piece, so that no other event comes between.
 */
export function personObject({ clock, sites, send }: PersonParts) {
  const publicId = publicIds();
  const deliver = webhookTo(send);
  return class Person extends DurableObject<Env> implements PersonObject {
    #sql = this.ctx.storage.sql;
    #profile: Profile | undefined;
    #outbox: Outbox | undefined;
    #publicId: string | undefined;
    #idPrefix: string | undefined;
    /** System time of the alarm that is set; undefined when none is, null before that is known. */
    #alarmAtMs: number | undefined | null = null;

    async take(text: string, receivedAtMs: number, mustExist: boolean): Promise<Reply> {
      const batch = redactBatch(JSON.parse(text));
      const config = await sites.load(batch.site);
      if (this.#alarmAtMs === null)
        this.#alarmAtMs = this.#load() ? ((await this.ctx.storage.getAlarm()) ?? undefined) : undefined;
      this.#publicId ??= await publicId(batch.site, String(this.ctx.id.name));
      const person = this.#publicId;
      if (!config || (mustExist && !this.#profile)) return { ok: false, status: 403, detail: "this visitor is not known here" };

      const { reply, added } = this.#atomically(() => {
        const profile = this.#load() ?? newProfile(batch.site, person, receivedAtMs);
        const taken = takeBatch(profile, batch, receivedAtMs, config.scoring, actsOnBounce(config));
        if (!taken.ok) return { reply: taken, added: [] };
        const rows = this.#follow(config, profile, taken.risen, receivedAtMs);
        this.#store(profile);
        return { reply: { ok: true as const, ack: taken.ack }, added: rows };
      });
      if (!reply.ok) return reply;
      const { watches = [], seenAtMs = 0 } = this.#profile ?? {};
      this.#arm(seenAtMs + idleMs, ...added.map((row) => row.due_at), ...watches.map((watch) => watch.dueAtMs));
      for (const row of added) if (row.attempt) this.ctx.waitUntil(this.#attempt(row));
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
      this.#armForAll();
    }

    override async alarm(): Promise<void> {
      this.#alarmAtMs = undefined;
      const site = this.#load()?.site;
      if (site === undefined) return;
      const config = await sites.fresh(site).catch(() => undefined); // what is due stays due, and is tried again
      const profile = this.#load();
      if (!profile) return;
      const rows = this.#wake(profile, config, clock.now());
      if (rows === "idle") await this.forget();
      else {
        this.#armForAll();
        await Promise.all(rows.filter((row) => row.attempt > 0).map((row) => this.#attempt(row)));
      }
    }

    /** Everything whose time has come, in one piece: messages to attempt, pages left for good, or the end of an idle person. */
    #wake(profile: Profile, config: SiteConfig | undefined, now: number): Row[] | "idle" {
      const nextDueMs = this.#box().nextDueMs();
      if (now - profile.seenAtMs >= idleMs && nextDueMs === undefined) return "idle";
      const isDue = (nextDueMs ?? Infinity) <= now || profile.watches.some((watch) => watch.dueAtMs <= now);
      if (!isDue) return [];
      return this.#atomically(() => {
        const claimed = this.#box().claimDue(now);
        this.#box().forget(now);
        if (!profile.watches.some((watch) => watch.dueAtMs <= now)) return claimed;
        const opened = config ? this.#follow(config, profile, settleWatches(profile, now, config.scoring), now) : [];
        if (!config) postponeWatches(profile, now + leaseMs);
        this.#store(profile);
        return [...claimed, ...opened];
      });
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
      const site = this.#load()?.site ?? "";
      const config = await sites.fresh(site).catch(() => undefined);
      const destination = config?.file.destinations[row.destination];
      const secrets = destination && (this.env as unknown as Record<string, unknown>)[destination.secret];
      const ready = destination && typeof secrets === "string" && clock.now() < row.expires_at;
      const outcome = ready
        ? await deliver({ url: destination.url, secrets, id: this.#messageId(row.seq) }, row)
        : ({ state: "again" } as const);
      if (!this.#load()) return; // erased while it was on its way
      const againAtMs = this.#box().settle(row, outcome, clock.now());
      if (againAtMs !== undefined) this.#arm(againAtMs);
    }

    #messageId(seq: number): string {
      this.#idPrefix ??= `msg_${base64url(bytesOfHex(this.ctx.id.toString()))}`;
      return `${this.#idPrefix}_${seq}`;
    }

    #box(): Outbox {
      this.#outbox ??= outbox(this.#sql, this.#tables().includes("outbox"), Math.random);
      return this.#outbox;
    }

    #load(): Profile | undefined {
      if (this.#profile) return this.#profile;
      if (!this.#tables().includes("profile")) return undefined;
      const [row] = this.#sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").toArray();
      this.#profile = row && JSON.parse(row.json);
      return this.#profile;
    }

    #tables(): string[] {
      return this.#sql
        .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
        .toArray()
        .map(({ name }) => name);
    }

    #store(profile: Profile): void {
      if (!this.#profile) this.#sql.exec("CREATE TABLE IF NOT EXISTS profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
      const json = JSON.stringify(profile);
      this.#sql.exec("INSERT INTO profile VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json", json);
      this.#profile = profile;
    }

    /** Sets the alarm to the earliest of these instants, unless it is set to an earlier one. */
    #arm(...instantsMs: number[]): void {
      const atMs = clock.systemTime(Math.min(...instantsMs));
      // An alarm is never moved later: it fires, finds nothing due, and is set anew.
      if (typeof this.#alarmAtMs === "number" && this.#alarmAtMs <= atMs) return;
      this.#alarmAtMs = atMs;
      void this.ctx.storage.setAlarm(atMs);
    }

    #armForAll(): void {
      const profile = this.#load();
      if (!profile) return;
      const { watches, seenAtMs } = profile;
      this.#arm(seenAtMs + idleMs, this.#box().nextDueMs() ?? Infinity, ...watches.map((watch) => watch.dueAtMs));
    }
  };
}
