import { DurableObject } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import type { Send } from "../destinations/call.ts";
import { type Deliver, deliverBy } from "../destinations/deliver.ts";
import type { Env } from "../env.ts";
import type { Report } from "../feedback/report.ts";
import type { Health, LogEntry } from "../outbox/log-entry.ts";
import type { Outcome } from "../outbox/retry.ts";
import type { Delivery, DeliveryLine, EndpointLine } from "../site/answers.ts";
import { freshMs, type Sites } from "../site/cache.ts";
import { endpointHealth } from "./endpoint/health.ts";
import { endpointLog, type LogQuery } from "./endpoint/log.ts";
import { endpointNotices } from "./endpoint/notices.ts";
import { endpointRate, type Lease } from "./endpoint/rate.ts";
import type { endpointReports, Taken } from "./endpoint/reports.ts";
import { turnedUp } from "./endpoint/turned-up.ts";
import { wakeBy } from "./endpoint/wake.ts";
import type { Rate } from "./person/endpoints.ts";
import { nameOf } from "./person/names.ts";
import type { Replayed } from "./person/replays.ts";

/** One destination of one site: what was delivered there, whether it is well, and what it reports. */
export interface EndpointObject extends Rpc.DurableObjectBranded {
  /** Notes what came of attempts, each once however often it is told. What it returns is written. */
  note(entries: LogEntry[]): Promise<Health>;
  /** Attempts that an isolate may make by then. */
  lease(want: number, rate: Rate): Lease;
  /** What the tool reports: kept before this returns, passed on to the people it is about until they have it. */
  take(reports: Report[]): Promise<Taken | undefined>;
  /** The message that the tool calls by an id of its own. */
  messageOf(providerId: string): string | null;
  /** Messages to an address, by the name of its object, the newest first. */
  messagesTo(recipient: string, sinceMs: number): string[];
  deliveries(query: LogQuery): Omit<DeliveryLine, "destination">[];
  delivery(id: string): Omit<Delivery, "destination"> | null;
  replay(id: string): Promise<Replayed>;
  /** Sends again what is asked for, the newest 1,000 at most. @returns how many */
  replayAll(query: Omit<LogQuery, "limit">): Promise<number>;
  state(): Promise<Omit<EndpointLine, "destination">>;
  /** Closed by hand, or open again and as if it had never failed. */
  disable(why: string): void;
  enable(): void;
  release(): Promise<{ released: number; more: boolean }>;
  testSend(): Promise<Outcome | { state: "not_sent"; why: string }>;
}

const maxAtOnce = 1000;
const againMs = 20_000;

export interface EndpointParts {
  clock: Clock;
  sites: Sites;
  send: Send;
}

export function endpointObject({ clock, sites, send }: EndpointParts) {
  let delivery: Deliver | undefined;

  return class Endpoint extends DurableObject<Env> implements EndpointObject {
    #own = nameOf(String(this.ctx.id.name));
    #deliver: Deliver = (...asked) => {
      delivery ??= deliverBy(send, this.env.EDGE_URL);
      return delivery(...asked);
    };
    #log = endpointLog(this.ctx.storage.sql);
    #health = endpointHealth(this.ctx.storage, clock);
    #rate = endpointRate(clock);
    #parts = {
      ...{ storage: this.ctx.storage, env: this.env, clock, sites, deliver: this.#deliver },
      ...{ site: this.#own.site, name: this.#own.id },
    };
    #notices = endpointNotices(this.#parts);
    #reports: ReturnType<typeof endpointReports> | undefined;
    #isAwake = false;

    async note(entries: LogEntry[]): Promise<Health> {
      if (this.#note(entries)) await wakeBy(this.ctx.storage, Date.now());
      if (entries.some(({ state }) => state === "held") && !this.#health.breaker().disabled)
        await (await this.#replaying()).strayed();
      if (!this.#isAwake) await this.#pruneLater();
      return this.#health.health();
    }

    /** @returns whether anything is to be done about it */
    #note(entries: readonly LogEntry[]): boolean {
      try {
        return this.ctx.storage.transactionSync(() => {
          const fresh = entries.filter((entry) => this.#log.note(entry));
          const news = this.#health.note(fresh);
          this.#notices.add(news);
          return turnedUp(this.ctx.storage.sql, fresh, clock.now()) || news.length > 0;
        });
      } catch (error) {
        this.#health.reset();
        throw error;
      }
    }

    lease(want: number, rate: Rate): Lease {
      return this.#rate(want, rate);
    }

    async take(reports: Report[]): Promise<Taken | undefined> {
      const own = await this.#reporting();
      const taken = await own.take(reports);
      if (taken) this.ctx.waitUntil(own.pass());
      return taken;
    }

    /** Most endpoints report nothing: what takes it is loaded when one does. */
    async #reporting() {
      const { endpointReports } = await import("../operations.ts");
      this.#reports ??= endpointReports({ ...this.#parts, log: this.#log });
      return this.#reports;
    }

    messageOf(providerId: string): string | null {
      return this.#log.byProvider(providerId) ?? null;
    }

    messagesTo(recipient: string, sinceMs: number): string[] {
      return this.#log.byRecipient(recipient, sinceMs);
    }

    deliveries(query: LogQuery): Omit<DeliveryLine, "destination">[] {
      return this.#log.page(query);
    }

    delivery(id: string): Omit<Delivery, "destination"> | null {
      return this.#log.one(id) ?? null;
    }

    async #replaying() {
      const { endpointReplays } = await import("../operations.ts");
      const note = (entry: LogEntry) => void this.#note([entry]);
      return endpointReplays({ ...this.#parts, log: this.#log, rate: this.#rate, note });
    }

    async replay(id: string): Promise<Replayed> {
      return await (await this.#replaying()).replay(id);
    }

    async replayAll(query: Omit<LogQuery, "limit">): Promise<number> {
      const ids = this.#log.page({ ...query, limit: maxAtOnce }).map(({ id }) => id);
      const count = (await this.#replaying()).later(ids);
      await wakeBy(this.ctx.storage, Date.now() + freshMs); // by then every isolate knows that it is enabled
      return count;
    }

    async state(): Promise<Omit<EndpointLine, "destination">> {
      const { disabled, openUntilMs, failingSinceMs } = this.#health.breaker();
      return {
        state: disabled ? "disabled" : openUntilMs === undefined ? "well" : "trying",
        ...(!disabled && openUntilMs !== undefined && { until: openUntilMs }),
        ...(failingSinceMs !== undefined && { failing_since: failingSinceMs }),
        ...(disabled && { why: disabled.why }),
        deliveries: this.#log.counts(),
        replays: (await this.#replaying()).left(),
      };
    }

    disable(why: string): void {
      this.#health.disable(why);
    }

    enable(): void {
      this.#health.enable();
      this.#notices.enabled();
    }

    async release(): Promise<{ released: number; more: boolean }> {
      return await (await this.#replaying()).release();
    }

    async testSend(): Promise<Outcome | { state: "not_sent"; why: string }> {
      const { testSend } = await import("../operations.ts");
      return await testSend(this.#parts);
    }

    override async alarm(): Promise<void> {
      const parts = [this.#reporting(), this.#notices, this.#replaying(), { pass: () => this.#pruneLater() }];
      const passed = await Promise.allSettled(parts.map(async (part) => await (await part).pass()));
      if (passed.some(({ status }) => status === "rejected")) await wakeBy(this.ctx.storage, Date.now() + againMs);
    }

    /** Drops what is too old, and looks again when more is. */
    async #pruneLater(): Promise<void> {
      const nextAtMs = this.#log.prune(clock.now());
      if (nextAtMs !== undefined) await wakeBy(this.ctx.storage, clock.systemTime(nextAtMs));
      this.#isAwake = true;
    }
  };
}
