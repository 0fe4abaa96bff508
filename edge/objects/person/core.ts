import type { Clock } from "../../clock.ts";
import { nextDueMs } from "../../journey/follow.ts";
import type { Line } from "../../journey/run.ts";
import type { LogEntry } from "../../outbox/log-entry.ts";
import { type Outbox, outbox, type Row } from "../../outbox/outbox.ts";
import { bounded } from "../../profile/snapshot.ts";
import type { Profile } from "../../profile/state.ts";
import type { Sites } from "../../site/cache.ts";
import { againAfterMs } from "./again.ts";
import { messagePrefix, nameOf } from "./names.ts";
import { personRow } from "./row.ts";
import { lineOf } from "./timeline.ts";

const dayMs = 86_400_000;
/** A visitor is forgotten a month after the last visit, a user after thirteen. */
const visitorIdleMs = 30 * dayMs;
const userIdleMs = 396 * dayMs;
/** What could not be told to a log is told again after this. */
const tellAgainMs = 20_000;
/**
 * What is to be written of a delivery goes with the batch that follows within this time. Well below the 10 s after which an
 * object without work is put to sleep (docs/decisions/010).
 */
const tidyAfterMs = 5000;

export const isUnderway = ({ attempt }: Row): boolean => attempt > 0;

/** What a person's object keeps: the row, the outbox and the alarm, and how they are written together. */
export function personCore(ctx: DurableObjectState, clock: Clock, sites: Sites, isTold: (entry: LogEntry) => boolean) {
  const { storage } = ctx;
  let row = personRow(storage, isTold);
  let box: Outbox | undefined;
  let idPrefix: string | undefined;
  let tidying: number | null = null;
  /** System time of the alarm that is set; undefined when none is, null before that is known. */
  let alarmAtMs: number | undefined | null = null;

  const core = {
    row: () => row,
    box(): Outbox {
      box ??= outbox(storage.sql, row.hasTable("outbox"));
      return box;
    },
    /** An object that was woken by its id alone has no name (docs/decisions/018): what it keeps says whose it is. */
    site: (): string => row.profile()?.site ?? row.moved()?.site ?? nameOf(ctx.id.name ?? "").site,
    /** Of an object that keeps nothing yet. */
    name(): string {
      if (ctx.id.name === undefined) throw new Error("an object that was woken by its id alone takes nobody in: try again later");
      return ctx.id.name;
    },
    /** When nothing more is kept here, if nobody comes. */
    overAtMs(): number {
      const profile = row.profile();
      const moved = row.moved();
      if (profile) return profile.seenAtMs + (profile.user === undefined ? visitorIdleMs : userIdleMs);
      return moved ? moved.seenAtMs + userIdleMs : row.withdrawnUntilMs();
    },
    messageId: (seq: number | ""): string => {
      idPrefix ??= messagePrefix(ctx.id.toString());
      return idPrefix + seq;
    },

    /** All of `change` or nothing: when it fails, what it left in memory is forgotten with what was not written. */
    whole<T>(change: () => T): T {
      try {
        return change();
      } catch (error) {
        row.reset();
        box = undefined;
        throw error;
      }
    },

    /** Writes a person and the messages just added: without a transaction of ours where none of them waits. */
    keep(profile: Profile, added: readonly Row[]): void {
      const begin = added.filter(isUnderway);
      if (begin.length === added.length) row.write(profile, begin);
      else
        storage.transactionSync(() => {
          row.write(profile, begin);
          for (const one of added) if (!isUnderway(one)) core.box().add(one);
        });
    },

    /** What happened: for the timeline, which is written with the person, and for whoever looks on. */
    tell(profile: Profile, lines: readonly Line[]): void {
      row.timeline.note(lines.map((line) => lineOf(line, core.messageId)));
      sites.tell(profile.site, profile.person, lines);
    },

    /** The number of a message of this person, wherever it was decided. */
    seqOf(profile: Profile, id: string): number | undefined {
      const prefix = core.messageId("");
      if (id.startsWith(prefix)) return Number(id.slice(prefix.length));
      const all = [...(profile.sent ?? []), ...profile.runs.flatMap(({ handed }) => handed)];
      return all.find((one) => one.id === id)?.seq;
    },

    /** Becomes a signpost to the user that this visitor is, in one piece: what was kept goes along in the snapshot. */
    freeze(user: string): void {
      const profile = row.profile();
      const seenAtMs = clock.now();
      const rows = profile ? [...row.underway(), ...core.box().pending()] : [];
      const begun = new Set(row.underway());
      const named = rows.map((one) => ({
        ...one,
        id: one.id ?? core.messageId(one.seq),
        ...(begun.has(one) && { wasBegun: true as const }),
      }));
      storage.transactionSync(() => {
        for (const { seq } of row.underway()) row.drop(seq);
        core.box().clear();
        const snapshot = profile && bounded({ profile, rows: named, lines: row.timeline.all() }, seenAtMs);
        row.timeline.replace([]);
        const streams = Object.keys(profile?.streams ?? {});
        const site = profile?.site ?? nameOf(core.name()).site;
        row.write({ movedTo: user, site, seenAtMs, ...(streams.length && { streams }), ...(snapshot && { snapshot }) });
      });
      core.arm();
    },

    /** A message whose first attempt is over waits in the outbox for the next. */
    wait(message: Row): void {
      row.drop(message.seq);
      row.tidy();
      core.box().add(message);
    },

    /** The attempt at it goes on until then. That is written only of what lies in the outbox: after a crash it is over at once. */
    renew({ seq }: Row, untilMs: number): void {
      if (!row.renew(seq, untilMs)) core.box().renew(seq, untilMs);
    },

    /** Writes what was delivered and moves the alarm that stood for it, unless a batch that comes first takes that along. */
    tidySoon(): void {
      clearTimeout(tidying);
      tidying = setTimeout(() => {
        if (!row.profile() && !row.moved()) return; // withdrawn meanwhile
        core.whole(() => {
          row.tidy(true);
          core.arm(true);
        });
      }, tidyAfterMs);
    },

    /** Erases the bodies whose time is over. */
    prune(nowMs: number): void {
      core.box().prune(nowMs);
      row.erase(nowMs);
    },

    /** When the next message is due; never, where none is. */
    nextDueMs: (): number => Math.min(core.box().nextDueMs() ?? Infinity, ...row.underway().map(({ due_at }) => due_at)),

    async erase(): Promise<void> {
      alarmAtMs = undefined;
      await storage.deleteAlarm();
      await storage.deleteAll();
      row = personRow(storage, isTold);
      box = undefined;
    },

    /** The alarm rang, or the clock was moved: none is set. */
    disarm(): void {
      alarmAtMs = undefined;
    },

    /** What the alarm was to do failed as a whole: it is done again, whatever stands in the tables. */
    ringAgain(): void {
      alarmAtMs = Date.now() + tellAgainMs;
      void storage.setAlarm(alarmAtMs);
    },

    /** Learns whether an alarm is set, before anything is decided. */
    async knowAlarm(): Promise<void> {
      if (alarmAtMs === null) alarmAtMs = row.isThere() ? ((await storage.getAlarm()) ?? undefined) : undefined;
    },

    /**
     * Sets the alarm to the earliest instant at which anything is due. One that stands earlier already fires, finds nothing, and
     * is set anew; only where it guarded attempts that are over, and would wake a sleeping object, is it `moved`
     * (docs/decisions/008, 010).
     */
    arm(moved = false): void {
      const profile = row.profile();
      const waitsAtMs = Math.min(core.nextDueMs(), profile ? nextDueMs(profile) : Infinity);
      const owing = row.owing();
      const againAtMs = owing ? clock.now() + againAfterMs(owing.failed) : Infinity;
      // Whoever waits for something is not erased before: an alarm for it would find that again and again.
      const idleAtMs = waitsAtMs < Infinity ? Infinity : core.overAtMs();
      const tellAtMs = row.untold().length ? clock.now() + tellAgainMs : Infinity;
      const eraseAtMs = Math.min(row.eraseAtMs(), core.box().eraseAtMs() ?? Infinity);
      const watched = profile?.watches.map((watch) => watch.dueAtMs) ?? [];
      const earliestMs = Math.min(idleAtMs, waitsAtMs, againAtMs, tellAtMs, eraseAtMs, ...watched);
      const atMs = Math.max(Date.now(), clock.systemTime(earliestMs));
      if (typeof alarmAtMs === "number" && (moved ? alarmAtMs === atMs : alarmAtMs <= atMs)) return;
      alarmAtMs = atMs;
      void storage.setAlarm(atMs);
    },
  };
  return core;
}

export type PersonCore = ReturnType<typeof personCore>;
