import type { Clock } from "../clock.ts";
import { type Send, webhookTo } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import { type Event, heed } from "../journey/heed.ts";
import { noteRefused, shutsOff } from "../journey/refused.ts";
import { noteAttempt, noteDelivered, noteHeld, runOf, type Stop, stopOf } from "../journey/still.ts";
import type { Row } from "../outbox/outbox.ts";
import { leaseMs, type Outcome, retryAtMs } from "../outbox/retry.ts";
import type { Profile, Risen } from "../profile/state.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { MessageBudget } from "./person-budget.ts";
import { clearance } from "./person-clearance.ts";
import { isUnderway, type PersonCore } from "./person-core.ts";
import { messagesNow } from "./person-messages.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  send: Send;
  budget: MessageBudget;
  /** The person moved while an attempt was under way: what came of it is told where they are. */
  elsewhere: (messageId: string, attempt: number, outcome: Outcome) => Promise<void>;
}

/** A person's messages: what is decided now, the attempts to deliver it, and what comes of them. */
export function personAttempts(core: PersonCore, { ctx, env, clock, sites, send, budget, elsewhere }: Parts) {
  const deliver = webhookTo(send);
  const clear = clearance(env, budget);

  /** Decides on what rose and on what is due, and enqueues what follows. */
  function follow(config: SiteConfig, profile: Profile, risen: readonly Risen[]): Row[] {
    const { rows, lines } = messagesNow(config, profile, risen, (seq) => core.messageId(seq), clock.now());
    core.tell(profile, lines);
    return rows;
  }

  /** What fails here is brought again by its lease. */
  function begin(rows: readonly Row[]): void {
    for (const row of rows.filter(isUnderway)) ctx.waitUntil(attempt(row).catch(() => undefined));
  }

  async function attempt(row: Row): Promise<void> {
    const site = core.row().profile()?.site ?? "";
    const config = await sites.fresh(site).catch(() => undefined);
    const before = core.row().profile();
    if (!before) return; // withdrawn, or moved, meanwhile
    if (!config) {
      notMade(row);
      return;
    }
    const id = row.id ?? core.messageId(row.seq);
    const stopNow = () => {
      const profile = core.row().profile();
      return profile && stopOf(config, profile, row.seq, clock.now());
    };
    const known = stopNow();
    const asked = known ? undefined : await clear.claim(config, before, row, id).catch(() => "nobody" as const);
    if (asked === "nobody") {
      notMade(row);
      return;
    }
    const refused = asked;
    // Asked again after the wait: a purchase may have come meanwhile.
    const stop = known ?? refused ?? stopNow();
    if (stop) {
      stopped(config, row, stop, refused !== undefined);
      return;
    }
    const now = core.row().profile();
    if (now && noteAttempt(now, row.seq, clock.now())) core.whole(() => core.keep(now, []));
    const outcome = await tried(config, row, id);
    if (core.row().profile()) settled(config, row, outcome);
    else await elsewhere(id, row.attempt, outcome);
  }

  /** What came of an attempt, and what follows from it. */
  function settled(config: SiteConfig, row: Row, outcome: Outcome): void {
    const profile = core.row().profile();
    if (!profile) return;
    core.whole(() => {
      const isLost = settle(row, outcome, clock.now());
      if (outcome.state === "delivered") noteDelivered(profile, row.seq, clock.now());
      if (outcome.state === "again" && outcome.unanswered) noteUnanswered(profile, row.seq);
      if (!isLost) return;
      const added = followLoss(config, profile, { what: outcome.state === "failed" ? "failed" : "unreachable", seq: row.seq });
      core.arm();
      begin(added);
    });
  }

  async function tried(config: SiteConfig, row: Row, id: string): Promise<Outcome> {
    const { destinations } = config.file;
    const destination = Object.hasOwn(destinations, row.destination) ? destinations[row.destination] : undefined;
    const secrets = destination && (env as unknown as Record<string, unknown>)[destination.secret];
    const url = destination?.url;
    const profile = core.row().profile(); // may have been withdrawn while the address was asked
    const isOff = config.switches.off || config.switches.triggers.includes((profile && runOf(profile, row.seq)?.trigger) ?? "");
    const ready = profile && !isOff && url !== undefined && typeof secrets === "string" && clock.now() < row.expires_at;
    return ready ? await deliver({ url, secrets, id }, row) : { state: "again" };
  }

  function noteUnanswered(profile: Profile, seq: number): void {
    const sent = profile.sent?.find((one) => one.seq === seq);
    if (!sent || sent.unanswered) return;
    sent.unanswered = true;
    core.keep(profile, []);
  }

  /** What stopped being wanted between two attempts goes out later, if it then may and is not too late, or never. */
  function stopped(config: SiteConfig, row: Row, stop: Stop, isRefused: boolean): void {
    const profile = core.row().profile();
    if (!profile) return;
    const { seq } = row;
    const { gate, text, untilMs } = stop;
    if (untilMs !== undefined && untilMs < row.expires_at) {
      core.whole(() => putOff(profile, row, stop, untilMs));
      return;
    }
    const as = shutsOff(gate) ? "suppressed" : untilMs === undefined ? undefined : "unreachable";
    core.whole(() => {
      settle(row, { state: "failed" }, clock.now());
      if (isRefused) noteRefused(config, profile, seq, stop);
      const added = followLoss(config, profile, { what: "not_sent", seq, gate, text, as });
      core.arm();
      begin(added);
    });
  }

  /** What has to be asked first could not be had: no attempt was made, and none is used up. */
  function notMade(row: Row): void {
    if (!core.row().profile()) return;
    core.whole(() => {
      const againAtMs = clock.now() + leaseMs;
      if (isFirst(row)) ctx.storage.transactionSync(() => core.wait({ ...row, attempt: row.attempt - 1, due_at: againAtMs }));
      else core.box().putOff(row, againAtMs);
      core.arm(true);
    });
  }

  function putOff(profile: Profile, row: Row, stop: Stop, untilMs: number): void {
    if (isFirst(row)) ctx.storage.transactionSync(() => core.wait({ ...row, attempt: row.attempt - 1, due_at: untilMs }));
    else core.box().putOff(row, untilMs);
    const lines = noteHeld(profile, row.seq, stop, clock.now());
    core.tell(profile, lines);
    if (lines.length) core.keep(profile, []);
    core.arm(true);
  }

  /** A message that reached nobody: another channel may. */
  function followLoss(config: SiteConfig, profile: Profile, loss: Event & { seq: number }): Row[] {
    const sent = profile.sent?.find(({ seq }) => seq === loss.seq);
    if (!sent) return []; // a report, or so old that it counts for nothing
    if (!sent.unanswered) clear.free(profile, loss.seq, sent.id ?? core.messageId(loss.seq));
    core.tell(profile, heed(config, profile, loss, clock.now()));
    const added = follow(config, profile, []);
    core.keep(profile, added);
    return added;
  }

  const isFirst = (row: Row): boolean =>
    core
      .row()
      .underway()
      .some(({ seq }) => seq === row.seq);

  /**
   * Records what came of an attempt.
   * @returns whether the message is lost by it
   */
  function settle(row: Row, outcome: Outcome, now: number): boolean {
    const due_at = retryAtMs(row, outcome, now, Math.random());
    if (isFirst(row) && due_at === undefined) {
      core.row().ended(row.seq);
      core.tidySoon();
      return outcome.state !== "delivered";
    }
    let isLost = false;
    if (isFirst(row)) ctx.storage.transactionSync(() => core.wait({ ...row, due_at: due_at as number }));
    else isLost = core.box().settle(row, outcome, due_at, now);
    core.arm(true);
    return isLost;
  }

  return { follow, followLoss, begin, settled, declined: clear.declined };
}
