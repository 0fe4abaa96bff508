import type { Clock } from "../clock.ts";
import { type Send, webhookTo } from "../destinations/webhook.ts";
import type { Env } from "../env.ts";
import { heed } from "../journey/heed.ts";
import { noteDelivered, runOf, stopOf } from "../journey/still.ts";
import type { Row } from "../outbox/outbox.ts";
import { type Outcome, retryAtMs } from "../outbox/retry.ts";
import type { Profile, Risen } from "../profile/state.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { clearance } from "./person-clearance.ts";
import { isUnderway, type PersonCore } from "./person-core.ts";
import { messagesNow } from "./person-messages.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  send: Send;
}

/** A person's messages: what is decided now, the attempts to deliver it, and what comes of them. */
export function personAttempts(core: PersonCore, { ctx, env, clock, sites, send }: Parts) {
  const deliver = webhookTo(send);
  const clear = clearance(env, clock);

  /** Decides on what rose and on what is due, and enqueues what follows. */
  function follow(config: SiteConfig, profile: Profile, risen: readonly Risen[]): Row[] {
    const { rows, lines } = messagesNow(config, profile, risen, core.messageId, clock.now());
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
    if (!config || !before) return; // brought again by its lease, or withdrawn meanwhile
    const id = row.id ?? core.messageId(row.seq);
    const stopNow = () => {
      const profile = core.row().profile();
      return profile && stopOf(config, profile, row.seq, clock.now());
    };
    // Asked again after the wait: a purchase may have come meanwhile.
    const stop = stopNow() ?? (await clear.claim(config, before, row.seq, id)) ?? stopNow();
    if (stop) {
      dropped(config, row, id, stop);
      return;
    }
    const outcome = await tried(config, row, id);
    const profile = core.row().profile();
    if (!profile) return;
    core.whole(() => {
      const isLost = settle(row, outcome, clock.now());
      if (outcome.state === "delivered") noteDelivered(profile, row.seq, clock.now());
      if (outcome.state === "again" && outcome.unanswered) noteUnanswered(profile, row.seq);
      if (!isLost) return;
      if (!profile.sent?.some(({ seq, unanswered }) => seq === row.seq && unanswered)) clear.free(config, profile, row.seq, id);
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

  /** What stopped being wanted between two attempts goes out no more. */
  function dropped(config: SiteConfig, row: Row, id: string, { gate, text }: { gate: string; text: string }): void {
    const profile = core.row().profile();
    if (!profile) return;
    clear.free(config, profile, row.seq, id);
    core.whole(() => {
      settle(row, { state: "failed" }, clock.now());
      core.tell(profile, heed(config, profile, { what: "not_sent", seq: row.seq, gate, text }, clock.now()));
      core.keep(profile, []);
    });
  }

  /** A message that reached nobody: another channel may. */
  function followLoss(config: SiteConfig, profile: Profile, loss: { what: "failed" | "unreachable"; seq: number }): Row[] {
    if (!profile.sent?.some(({ seq }) => seq === loss.seq)) return []; // a report, or so old that it counts for nothing
    core.tell(profile, heed(config, profile, loss, clock.now()));
    const added = follow(config, profile, []);
    core.keep(profile, added);
    return added;
  }

  /**
   * Records what came of an attempt.
   * @returns whether the message is lost by it
   */
  function settle(row: Row, outcome: Outcome, now: number): boolean {
    const due_at = retryAtMs(row, outcome, now, Math.random());
    const isFirst = core
      .row()
      .underway()
      .some(({ seq }) => seq === row.seq);
    if (isFirst && due_at === undefined) {
      core.row().ended(row.seq);
      core.tidySoon();
      return outcome.state !== "delivered";
    }
    let isLost = false;
    if (isFirst) ctx.storage.transactionSync(() => core.wait({ ...row, due_at: due_at as number }));
    else isLost = core.box().settle(row, outcome, due_at, now);
    core.arm(true);
    return isLost;
  }

  return { follow, followLoss, begin };
}
