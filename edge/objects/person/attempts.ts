import type { Clock } from "../../clock.ts";
import { timeoutMs } from "../../destinations/call.ts";
import type { Deliver } from "../../destinations/deliver.ts";
import type { Lanes, Place } from "../../destinations/lanes.ts";
import { mayDouble } from "../../destinations/vendors.ts";
import type { Env } from "../../env.ts";
import { type Event, heed } from "../../journey/heed.ts";
import { noteRefused, shutsOff } from "../../journey/refused.ts";
import { cameOf, noteAttempt, noteDelivered, noteHeld, runOf, type Stop, stopOf } from "../../journey/still.ts";

import { linksOf } from "../../outbox/links.ts";

import type { Row } from "../../outbox/outbox.ts";
import { leaseMs, type Outcome, retryAtMs } from "../../outbox/retry.ts";
import { noteLapsed } from "../../profile/devices.ts";
import type { Profile, Risen } from "../../profile/state.ts";
import type { Sites } from "../../site/cache.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { MessageBudget } from "./budget.ts";
import { clearance } from "./clearance.ts";
import { isUnderway, type PersonCore } from "./core.ts";
import type { Endpoints } from "./endpoints.ts";
import { asReported, attemptEntry, destinationOf, entryOf, lostAs, type Made } from "./entries.ts";
import { messagesNow } from "./messages.ts";
import type { PersonOffers } from "./offers.ts";
import { personSettling } from "./settling.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  deliver: Deliver;
  enter: Lanes["enter"];
  budget: MessageBudget;
  endpoints: Endpoints;
  offers: Pick<PersonOffers, "asks" | "ask">;
  /** The person moved while an attempt was under way: what came of it is told where they are. */
  elsewhere: (messageId: string, attempt: number, outcome: Outcome & { why?: string }, made: Made) => Promise<void>;
}

interface Preparing {
  sinceMs: number;
}

/** Whatever keeps an attempt from being made, it is given up after this. */
const maxPreparingMs = 3 * leaseMs;
/** What a crowded destination has no place for comes again within this: sooner, it would crowd what is delivered. */
const spreadMs = 180_000;
/** What is not sent needs no place. */
const nowhere: Place = { leave: () => undefined, hasWaited: false };

/** A person's messages: what is decided now, the attempts to deliver it, and what comes of them. */
export function personAttempts(core: PersonCore, parts: Parts) {
  const { ctx, env, clock, sites, deliver, enter, budget, endpoints, offers, elsewhere } = parts;
  const clear = clearance(env, budget);
  const links = linksOf(env);
  /** The newest attempt at each message of which nothing has left yet. */
  const preparing = new Map<number, Preparing>();
  const { log, putBack, conclude, expired } = personSettling(core, { storage: ctx.storage, clock, endpoints });

  /** Decides on what rose and on what is due, and enqueues what follows. */
  function follow(config: SiteConfig, profile: Profile, risen: readonly Risen[]): Row[] {
    const asks = offers.asks();
    const { rows, lines } = messagesNow(config, profile, risen, core.messageId, clock.now(), links, asks);
    offers.ask(asks);
    core.tell(profile, lines);
    return rows;
  }

  /** What fails here is brought again by its lease. */
  function begin(rows: readonly Row[]): void {
    for (const row of rows.filter(isUnderway)) {
      const mine = { sinceMs: clock.now() };
      preparing.set(row.seq, mine);
      const over = () => left(row, mine);
      ctx.waitUntil(attempt(row, mine).then(over, over));
    }
  }

  function left({ seq }: Row, mine: Preparing): void {
    if (preparing.get(seq) === mine) preparing.delete(seq);
  }

  /** Its lease is over, yet nothing has left: the disk is slow, or whoever is asked first. Another attempt would make both slower. */
  const isPreparing = ({ seq }: Row): boolean => clock.now() - (preparing.get(seq)?.sinceMs ?? -Infinity) < maxPreparingMs;

  /** From here on the receiver has its time, however long it took to come here. */
  function leaves(row: Row, mine: Preparing): void {
    const nowMs = clock.now();
    if (nowMs - mine.sinceMs > leaseMs - timeoutMs) core.renew(row, nowMs + leaseMs);
    left(row, mine);
  }

  async function attempt(row: Row, mine: Preparing): Promise<void> {
    const site = core.row().profile()?.site ?? "";
    const config = await sites.fresh(site).catch(() => undefined);
    const before = core.row().profile();
    if (!before || !config) {
      await notMade(row);
      return;
    }
    const destination = destinationOf(config, row);
    if ((row.wasBegun && destination && mayDouble(destination)) || cameOf(before, row.seq)) {
      settled(config, row, { state: "unknown" });
      return;
    }
    const id = row.id ?? core.messageId(row.seq);
    const stopNow = (by: SiteConfig) => {
      const profile = core.row().profile();
      return profile && stopOf(by, profile, row.seq, clock.now());
    };
    const known = stopNow(config) ?? shutNow(config, row);
    const asked = known ? undefined : await clearedNow(config, before, row, id).catch(() => "nobody" as const);
    // Nothing leaves before what was decided is on the disk: a receiver's time to answer is not spent on waiting for that.
    await ctx.storage.sync();
    const place = (known ?? asked) ? nowhere : await enter(`${site} ${row.destination}`);
    try {
      // Asked again after the wait: a purchase may have come meanwhile, the site be switched off, or the destination be ill.
      const now = place?.hasWaited ? await sites.fresh(site).catch(() => undefined) : config;
      leaves(row, mine);
      if (asked === "nobody" || !place || !now) {
        await notMade(row, leaseMs + (place ? 0 : Math.random() * spreadMs));
        return;
      }
      const stop = known ?? asked ?? stopNow(now) ?? (place.hasWaited ? shutNow(now, row) : undefined);
      if (stop) stopped(now, row, stop, asked !== undefined);
      else await make(now, row, id);
    } finally {
      place?.leave();
    }
  }

  async function make(config: SiteConfig, row: Row, id: string): Promise<void> {
    const now = core.row().profile();
    if (now && noteAttempt(now, row.seq, clock.now(), row.attempt === 1)) core.whole(() => core.keep(now, []));
    const beganAtMs = Date.now();
    const outcome = await tried(config, row, id);
    const recipient = now && (await clear.recipientOf(now, row.seq));
    const made = { tookMs: Date.now() - beganAtMs, ...(recipient !== undefined && { recipient }) };
    if (core.row().profile()) settled(config, row, outcome, made);
    else await elsewhere(id, row.attempt, outcome, made);
  }

  /** What the state of its destination has to say before an attempt. */
  function shutNow({ switches }: SiteConfig, { destination, expires_at }: Row): Stop | undefined {
    if (switches.destinations?.includes(destination))
      return { gate: "destination_disabled", text: `the destination ${destination} is disabled`, untilMs: expires_at };
    const untilMs = endpoints.shutUntilMs(core.row().profile()?.site ?? "", destination);
    const text = `the destination ${destination} does not answer`;
    return untilMs === undefined ? undefined : { gate: "destination_down", text, untilMs: Math.min(untilMs, expires_at) };
  }

  /** What the address, the site and the destination have to say, each asked. */
  async function clearedNow(config: SiteConfig, profile: Profile, row: Row, id: string) {
    const rate = destinationOf(config, row)?.rate;
    const moreAtMs = rate && (await endpoints.share(profile.site, row.destination, rate));
    if (moreAtMs !== undefined)
      return { gate: "rate", text: "its destination takes no more so soon", untilMs: Math.min(moreAtMs, row.expires_at) };
    return await clear.claim(config, profile, row, id);
  }

  /** What came of an attempt, and what follows from it. */
  function settled(config: SiteConfig, row: Row, answer: Outcome, made: Made = {}): void {
    const profile = core.row().profile();
    if (!profile) return;
    const outcome = asReported(answer, cameOf(profile, row.seq));
    core.whole(() => {
      const nowMs = clock.now();
      if (answer.lapsed?.length) {
        core.tell(profile, noteLapsed(profile, answer.lapsed, nowMs));
        core.keep(profile, []);
      }
      const againAtMs = retryAtMs(row, outcome, nowMs, Math.random());
      const id = row.id ?? core.messageId(row.seq);
      const entry = attemptEntry(entryOf(profile, row, id, nowMs), outcome, againAtMs, made);
      const isEnd = conclude(profile, row, entry, outcome.state === "again");
      if (outcome.state === "delivered") noteDelivered(profile, row.seq, nowMs);
      if (outcome.state === "unknown" || (outcome.state === "again" && outcome.unanswered)) noteUnanswered(profile, row.seq);
      const lost = lostAs(entry.state, outcome);
      if (isEnd && lost) goesElsewhere(config, profile, { what: lost, seq: row.seq });
    });
  }

  function goesElsewhere(config: SiteConfig, profile: Profile, loss: Event & { seq: number }): void {
    const added = followLoss(config, profile, loss);
    core.arm();
    begin(added);
  }

  async function tried(config: SiteConfig, row: Row, id: string): Promise<Outcome & { why?: string }> {
    const destination = destinationOf(config, row);
    const secrets = destination && (env as unknown as Record<string, unknown>)[destination.secret];
    const profile = core.row().profile(); // may have been withdrawn while the address was asked
    const isOff = config.switches.off || config.switches.triggers.includes((profile && runOf(profile, row.seq)?.trigger) ?? "");
    if (!destination) return { state: "again", why: "the site file has no such destination" };
    if (typeof secrets !== "string") return { state: "again", why: `the secret ${destination.secret} is not set at the edge` };
    if (!profile || isOff || clock.now() >= row.expires_at) return { state: "again", why: "it was switched off, or too late" };
    return await deliver({ destination, secrets, id, subscriptions: profile.subscriptions ?? [] }, row);
  }

  /** It may have arrived: its place under the caps is not given back. */
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
    const mayPass = gate.startsWith("destination") || gate === "rate" || gate === "voice";
    if (untilMs !== undefined && (untilMs < row.expires_at || mayPass)) {
      core.whole(() => putOff(profile, row, stop, untilMs));
      return;
    }
    const as = shutsOff(gate) ? "suppressed" : untilMs === undefined ? undefined : "unreachable";
    core.whole(() => {
      const entry = entryOf(profile, row, row.id ?? core.messageId(seq), clock.now());
      conclude(profile, row, { ...entry, attempt: row.attempt - 1, state: "stopped", text });
      if (isRefused) noteRefused(config, profile, seq, stop);
      goesElsewhere(config, profile, { what: "not_sent", seq, gate, text, as });
    });
  }

  /** What has to be asked first could not be had: no attempt was made, and none is used up. */
  async function notMade(row: Row, againMs = leaseMs): Promise<void> {
    if (!core.row().profile()) {
      // Withdrawn, or moved, meanwhile: where they are now it counts as begun until it is told that nothing has left, if that is so.
      const id = row.id ?? core.messageId(row.seq);
      if (!row.wasBegun) await elsewhere(id, row.attempt, { state: "again", why: "nothing has left" }, {});
      return;
    }
    const nowMs = clock.now();
    const lastMs = Math.max(nowMs + leaseMs, row.expires_at - leaseMs); // one more try before it is too late
    core.whole(() => {
      putBack(row, Math.min(nowMs + againMs, lastMs));
      core.arm(true);
    });
  }

  function putOff(profile: Profile, row: Row, stop: Stop, untilMs: number): void {
    const entry = entryOf(profile, row, row.id ?? core.messageId(row.seq), clock.now());
    const isHeld = stop.gate === "destination_disabled";
    putBack(row, untilMs, () => isHeld && log(profile, row, { ...entry, attempt: row.attempt - 1, state: "held" }));
    const lines = stop.gate === "rate" ? [] : noteHeld(profile, row.seq, stop, clock.now());
    core.tell(profile, lines);
    core.keep(profile, []);
    core.arm(true);
  }

  /** A message that reached nobody: another channel may. */
  function followLoss(config: SiteConfig, profile: Profile, loss: Event & { seq: number }): Row[] {
    const sent = profile.sent?.find(({ seq }) => seq === loss.seq);
    if (!sent) return []; // a report, or so old that it counts for nothing
    // A place that cannot be given back is taken until it no longer counts: rather too few messages than too many.
    if (!sent.unanswered)
      ctx.waitUntil(clear.free(profile, loss.seq, sent.id ?? core.messageId(loss.seq)).catch(() => undefined));
    core.tell(profile, heed(config, profile, loss, clock.now()));
    const added = follow(config, profile, []);
    core.keep(profile, added);
    return added;
  }

  /** What is reported of a message: what never reached anybody gives its place back, and another channel may. */
  function heard(config: SiteConfig, profile: Profile, event: Event & { seq: number }): void {
    const { what, seq } = event;
    const sent = profile.sent?.find((one) => one.seq === seq);
    if (sent && (what === "suppressed" || what === "failed")) {
      delete sent.unanswered;
      ctx.waitUntil(clear.free(profile, seq, sent.id ?? core.messageId(seq)));
    }
    core.tell(profile, heed(config, profile, event, clock.now()));
  }

  return { follow, followLoss, begin, isPreparing, settled, heard, expired, noteUnanswered, told: clear.told };
}
