import { DurableObject } from "cloudflare:workers";
import { type Ack, limits } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { type Send, webhookTo } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import type { Browser, Place } from "../ingest/place.ts";
import { nextDueMs, postpone } from "../journey/follow.ts";
import { heed } from "../journey/heed.ts";
import { noteDelivered, runOf, stopOf } from "../journey/still.ts";
import { type Outbox, outbox, type Row } from "../outbox/outbox.ts";
import { type Outcome, retryAtMs } from "../outbox/retry.ts";
import { redactBatch } from "../profile/redact-batch.ts";
import { newProfile, type Profile, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { messagesNow } from "./person-messages.ts";
import { messagePrefix, publicIds } from "./person-names.ts";
import { personRow } from "./person-row.ts";

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

const idleMs = 30 * 86_400_000;
/**
 * What is to be written of a delivery goes with the batch that follows within this time. Well below the 10 s after which an
 * object without work is put to sleep (docs/decisions/010).
 */
const tidyAfterMs = 5000;
const isUnderway = ({ attempt }: Row): boolean => attempt > 0;

/**
 * One person: profile, sessions, moments and outbox, written by nobody else. Whatever must be awaited is awaited first; then
 * read, fold, decide and enqueue happen in one synchronous piece, so that no other event comes between.
 */
export function personObject({ clock, sites, send }: PersonParts) {
  const publicId = publicIds();
  const deliver = webhookTo(send);

  return class Person extends DurableObject<Env> implements PersonObject {
    #row = personRow(this.ctx.storage);
    #outbox: Outbox | undefined;
    #publicId: string | undefined;
    #idPrefix: string | undefined;
    #tidying: number | null = null;
    /** System time of the alarm that is set; undefined when none is, null before that is known. */
    #alarmAtMs: number | undefined | null = null;

    async take(text: string, { receivedAtMs, mustExist, place, browser }: Arrival): Promise<Reply> {
      const batch = redactBatch(JSON.parse(text));
      const config = await sites.load(batch.site);
      if (this.#alarmAtMs === null)
        this.#alarmAtMs = this.#row.profile() ? ((await this.ctx.storage.getAlarm()) ?? undefined) : undefined;
      this.#publicId ??= this.#row.profile()?.person ?? (await publicId(batch.site, String(this.ctx.id.name)));
      if (this.#row.withdrawnUntilMs() > receivedAtMs) return { ok: false, status: 403, detail: "this visitor withdrew consent" };
      if (!config || (mustExist && !this.#row.profile()))
        return { ok: false, status: 403, detail: "this visitor is not known here" };

      const profile: Profile = this.#row.profile() ?? newProfile(batch.site, this.#publicId, receivedAtMs);
      return this.#whole(() => {
        const taken = takeBatch(profile, batch, receivedAtMs, config);
        if (!taken.ok) return taken;
        if (place) profile.place = place;
        profile.browser = browser;
        this.#heedLandings(config, profile, taken.followed);
        const added = this.#follow(config, profile, taken.risen);
        this.#keep(profile, added);
        this.#arm();
        this.#begin(added);
        return { ok: true, ack: taken.ack };
      });
    }

    /**
     * Erases the person. What is left is one row that says so for as long as a batch may still be on its way: such a batch would
     * otherwise make the person anew.
     */
    async withdraw(): Promise<void> {
      const withdrawnUntilMs = clock.now() + limits.streamAgeMs;
      await this.#erase();
      this.#row.write({ withdrawnUntilMs });
      this.#arm();
    }

    /** Sets the alarm again after the clock was moved. */
    async rearm(): Promise<void> {
      this.#alarmAtMs = undefined;
      this.#arm();
    }

    override async alarm(): Promise<void> {
      this.#alarmAtMs = undefined;
      const site = this.#row.profile()?.site;
      const config = site === undefined ? undefined : await sites.fresh(site).catch(() => undefined); // what is due stays due
      const profile = this.#row.profile();
      const now = clock.now();
      const isOver = profile ? now - profile.seenAtMs >= idleMs : now >= this.#row.withdrawnUntilMs();
      if (isOver && this.#nextDueMs() === Infinity && (!profile || nextDueMs(profile) === Infinity)) {
        await this.#erase();
        return;
      }
      const rows = profile ? this.#wake(profile, config, now) : [];
      this.#arm();
      // Not awaited: another alarm would wait for the slowest receiver. Their leases stand.
      this.#begin(rows);
    }

    /** Everything whose time has come, in one piece: messages to attempt, pages that were left for good. */
    #wake(profile: Profile, config: SiteConfig | undefined, now: number): Row[] {
      const watched = nextDueMs(profile) <= now || profile.watches.some((watch) => watch.dueAtMs <= now);
      if (!watched && this.#nextDueMs() > now) return [];
      return this.#whole(() =>
        this.ctx.storage.transactionSync(() => {
          for (const row of this.#row.underway().filter(({ due_at }) => due_at <= now)) this.#wait(row);
          if (!config) {
            this.#box().postpone(now, now + postpone(profile, now));
            this.#keep(profile, []);
            return [];
          }
          const expired: number[] = [];
          const claimed = this.#box().claimDue(now, (seq) => expired.push(seq));
          this.#box().prune(now);
          const instead = expired.flatMap((seq) => this.#followLoss(config, profile, { what: "unreachable", seq }));
          if (!watched) return [...claimed, ...instead];
          const opened = this.#follow(config, profile, settleWatches(profile, now, config.scoring));
          this.#keep(profile, opened);
          return [...claimed, ...instead, ...opened];
        }),
      );
    }

    /** All of `change` or nothing: when it fails, what it left in memory is forgotten with what was not written. */
    #whole<T>(change: () => T): T {
      try {
        return change();
      } catch (error) {
        this.#reset();
        throw error;
      }
    }

    /** Writes a person and the messages just added: without a transaction of ours where none of them waits. */
    #keep(profile: Profile, added: readonly Row[]): void {
      const begin = added.filter(isUnderway);
      if (begin.length === added.length) this.#row.write(profile, begin);
      else
        this.ctx.storage.transactionSync(() => {
          this.#row.write(profile, begin);
          for (const row of added) if (!isUnderway(row)) this.#box().add(row);
        });
    }

    /** A message whose first attempt is over waits in the outbox for the next. */
    #wait(row: Row): void {
      this.#row.ended(row.seq);
      this.#row.tidy();
      this.#box().add(row);
    }

    /** Decides on what rose and on what is due, and enqueues what follows. */
    #follow(config: SiteConfig, profile: Profile, risen: readonly Risen[]): Row[] {
      const { rows, lines } = messagesNow(config, profile, risen, (seq) => this.#messageId(seq), clock.now());
      sites.tell(profile.site, profile.person, lines);
      return rows;
    }

    /** Who comes by a link of ours has answered that message. */
    #heedLandings(config: SiteConfig, profile: Profile, followed: readonly string[]): void {
      const prefix = this.#messageId("");
      for (const id of followed.filter((one) => one.startsWith(prefix))) {
        const event = { what: "responded", seq: Number(id.slice(prefix.length)) } as const;
        sites.tell(profile.site, profile.person, heed(config, profile, event, clock.now()));
      }
    }

    /** What fails here is brought again by its lease. */
    #begin(rows: readonly Row[]): void {
      for (const row of rows.filter(isUnderway)) this.ctx.waitUntil(this.#attempt(row).catch(() => undefined));
    }

    async #attempt(row: Row): Promise<void> {
      const site = this.#row.profile()?.site ?? "";
      const config = await sites.fresh(site).catch(() => undefined);
      const before = this.#row.profile();
      if (!config || !before) return; // brought again by its lease, or withdrawn meanwhile
      const stop = stopOf(config, before, row.seq);
      if (stop) {
        this.#dropped(config, before, row, stop);
        return;
      }
      const { destinations } = config.file;
      const destination = Object.hasOwn(destinations, row.destination) ? destinations[row.destination] : undefined;
      const secrets = destination && (this.env as unknown as Record<string, unknown>)[destination.secret];
      const url = destination?.url;
      const isOff = config.switches.off || config.switches.triggers.includes(runOf(before, row.seq)?.trigger ?? "");
      const ready = !isOff && url !== undefined && typeof secrets === "string" && clock.now() < row.expires_at;
      const id = this.#messageId(row.seq);
      const outcome: Outcome = ready ? await deliver({ url, secrets, id }, row) : { state: "again" };
      const profile = this.#row.profile();
      if (!profile) return;
      this.#whole(() => {
        const isLost = this.#settle(row, outcome, clock.now());
        if (outcome.state === "delivered") noteDelivered(profile, row.seq, clock.now());
        if (outcome.state === "again" && outcome.unanswered) this.#noteUnanswered(profile, row.seq);
        if (!isLost) return;
        const what = outcome.state === "failed" ? "failed" : "unreachable";
        const added = this.#followLoss(config, profile, { what, seq: row.seq });
        this.#arm();
        this.#begin(added);
      });
    }

    #noteUnanswered(profile: Profile, seq: number): void {
      const sent = profile.sent?.find((one) => one.seq === seq);
      if (!sent || sent.unanswered) return;
      sent.unanswered = true;
      this.#keep(profile, []);
    }

    /** What stopped being wanted between two attempts goes out no more, by no channel. */
    #dropped(config: SiteConfig, profile: Profile, row: Row, { gate, text }: { gate: string; text: string }): void {
      this.#whole(() => {
        this.#settle(row, { state: "failed" }, clock.now());
        const lines = heed(config, profile, { what: "not_sent", seq: row.seq, gate, text }, clock.now());
        sites.tell(profile.site, profile.person, lines);
        this.#keep(profile, []);
      });
    }

    /** A message that reached nobody: another channel may. */
    #followLoss(config: SiteConfig, profile: Profile, loss: { what: "failed" | "unreachable"; seq: number }): Row[] {
      if (!profile.sent?.some(({ seq }) => seq === loss.seq)) return []; // a report, or so old that it counts for nothing
      sites.tell(profile.site, profile.person, heed(config, profile, loss, clock.now()));
      const added = this.#follow(config, profile, []);
      this.#keep(profile, added);
      return added;
    }

    /**
     * Records what came of an attempt.
     * @returns whether the message is lost by it
     */
    #settle(row: Row, outcome: Outcome, now: number): boolean {
      const due_at = retryAtMs(row, outcome, now, Math.random());
      const isFirst = this.#row.underway().some(({ seq }) => seq === row.seq);
      if (isFirst && due_at === undefined) {
        this.#row.ended(row.seq);
        this.#tidySoon();
        return outcome.state !== "delivered";
      }
      let isLost = false;
      if (isFirst) this.ctx.storage.transactionSync(() => this.#wait({ ...row, due_at: due_at as number }));
      else isLost = this.#box().settle(row, outcome, due_at, now);
      this.#arm(true);
      return isLost;
    }

    /** Deletes what was delivered and moves the alarm that stood for it, unless a batch that comes first takes that along. */
    #tidySoon(): void {
      clearTimeout(this.#tidying);
      this.#tidying = setTimeout(() => {
        if (!this.#row.profile()) return; // withdrawn meanwhile
        this.#whole(() => {
          this.#row.tidy();
          this.#arm(true);
        });
      }, tidyAfterMs);
    }

    /** When the next message is due; never, where none is. */
    #nextDueMs(): number {
      return Math.min(this.#box().nextDueMs() ?? Infinity, ...this.#row.underway().map((row) => row.due_at));
    }

    #messageId(seq: number | ""): string {
      this.#idPrefix ??= messagePrefix(this.ctx.id.toString());
      return this.#idPrefix + seq;
    }

    #box(): Outbox {
      this.#outbox ??= outbox(this.ctx.storage.sql, this.#row.hasTable("outbox"));
      return this.#outbox;
    }

    async #erase(): Promise<void> {
      this.#alarmAtMs = undefined;
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      this.#row = personRow(this.ctx.storage);
      this.#outbox = undefined;
    }

    #reset(): void {
      this.#row.reset();
      this.#outbox = undefined;
    }

    /**
     * Sets the alarm to the earliest instant at which anything is due. One that stands earlier already fires, finds nothing, and
     * is set anew; only where it guarded attempts that are over, and would wake a sleeping object, is it `moved`
     * (docs/decisions/008, 010).
     */
    #arm(moved = false): void {
      const profile = this.#row.profile();
      const waitsAtMs = Math.min(this.#nextDueMs(), profile ? nextDueMs(profile) : Infinity);
      const overAtMs = profile ? profile.seenAtMs + idleMs : this.#row.withdrawnUntilMs();
      // Whoever waits for something is not erased before: an alarm for it would find that again and again.
      const idleAtMs = waitsAtMs < Infinity ? Infinity : overAtMs;
      const watched = profile?.watches.map((watch) => watch.dueAtMs) ?? [];
      const atMs = Math.max(Date.now(), clock.systemTime(Math.min(idleAtMs, waitsAtMs, ...watched)));
      if (typeof this.#alarmAtMs === "number" && (moved ? this.#alarmAtMs === atMs : this.#alarmAtMs <= atMs)) return;
      this.#alarmAtMs = atMs;
      void this.ctx.storage.setAlarm(atMs);
    }
  };
}
