import { addressNames } from "../../address-names.ts";
import type { Clock } from "../../clock.ts";
import type { Env } from "../../env.ts";
import { cameTo, stateAs } from "../../feedback/came-to.ts";
import { optOut } from "../../feedback/opt-out.ts";
import type { Report } from "../../feedback/report.ts";
import { objectOfMessage } from "../person/names.ts";
import type { Reported } from "../person/reports.ts";
import { type Kept, keptAs, outOf } from "./kept-report.ts";
import type { EndpointLog } from "./log.ts";
import { wakeBy } from "./wake.ts";

/** What is answered to the tool. `unmatched`: ids of events about messages that are not known (yet). */
export interface Taken {
  taken: number;
  repeated: number;
  unmatched: string[];
}

interface Parts {
  storage: DurableObjectStorage;
  env: Env;
  clock: Clock;
  /** Of this destination. */
  site: string;
  name: string;
  log: Pick<EndpointLog, "byProvider" | "byRecipient" | "stateOf" | "recipientOf" | "put">;
}

type Stored = { id: string; at: number; json: string; taken_at: number; due_at: number | null; tries: number };

const dayMs = 86_400_000;
const idsKeptMs = 30 * dayMs;
/** A report may come before the message is in the log. */
const unknownKeptMs = dayMs;
/** A tool that names the address alone means what it was given lately. */
const recipientWithinMs = 5 * dayMs;
const atOnce = 50;
/** Beyond this the tool is asked to come back later. */
const maxWaiting = 50_000;
/** Whoever takes longer is asked again later, and holds up nobody. */
const patienceMs = 10_000;
/** Longer than what is passed on at once takes, whoever of them is asked in vain. */
const leaseMs = 60_000;
const firstWaitMs = 20_000;
const longestWaitMs = 3_600_000;

const schema = `CREATE TABLE IF NOT EXISTS reports (id TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL,
  taken_at INTEGER NOT NULL, due_at INTEGER, tries INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reports_due ON reports (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS reports_taken ON reports (taken_at)`;

/** What a destination reports: each once by its id, kept until the people it is about have it, or, of nobody known, for a day. */
export function endpointReports({ storage, env, clock, site, name, log }: Parts) {
  const { sql } = storage;
  const nameOf = addressNames(env.EDGE_SECRET ?? "");
  let isMade = false;

  function make(): void {
    if (!isMade) sql.exec(schema);
    isMade = true;
  }

  /** By the message's own id, else the tool's id of it, else the newest that went to that address. */
  function messageOf({ messageId, providerId, recipientName, atMs }: Kept): string | undefined {
    if (messageId !== undefined && objectOfMessage(messageId) !== undefined) return messageId;
    const byTool = providerId === undefined ? undefined : log.byProvider(providerId);
    return byTool ?? (recipientName === undefined ? undefined : log.byRecipient(recipientName, atMs - recipientWithinMs)[0]);
  }

  /** An address that asked for silence, or does not exist, is told so first, whoever the message was for. However old: opting out has no date. */
  async function atAddress(kept: Kept): Promise<boolean> {
    const why = outOf(kept);
    if (!why) return true;
    const id = messageOf(kept);
    const address = kept.recipientName ?? (id && log.recipientOf(id));
    if (!address) return false;
    const { topic } = kept;
    await inTime(optOut(env, { address, why, atMs: Math.min(kept.atMs, clock.now()), ...(topic !== undefined && { topic }) }));
    return true;
  }

  async function told(id: string, kept: Kept): Promise<boolean> {
    const messageId = messageOf(kept);
    const object = messageId && objectOfMessage(messageId);
    if (!messageId || !object) return false;
    const { eventId: _id, recipientName: _name, isAtAddress: _is, isTold: _told, providerId: _own, ...report } = kept;
    const why = kept.recipientName === undefined && log.recipientOf(messageId) === undefined ? outOf(kept) : undefined;
    const reported: Reported = { ...report, id, messageId, of: { site, destination: name }, ...(why && { optOut: why }) };
    const isNoted = (await inTime(env.PERSON.get(env.PERSON.idFromString(object)).reported(reported))) === "noted";
    // Nobody knew whether it had arrived: now somebody does.
    const came = cameTo[kept.what];
    if (isNoted && came && log.stateOf(messageId) === "unknown") log.put(messageId, stateAs(came));
    return isNoted;
  }

  /** @returns whether everybody whom it is about could be asked */
  async function passOne({ id, json, taken_at, tries }: Stored): Promise<boolean> {
    const kept = JSON.parse(json) as Kept;
    let isFailed = false;
    const asked = (question: Promise<boolean>) =>
      question.catch((error: unknown) => {
        // An id that no object of this edge has is nobody's, whatever is tried.
        isFailed ||= !(error instanceof TypeError);
        return false;
      });
    const isAtAddress = kept.isAtAddress || (await asked(atAddress(kept)));
    const isTold = kept.isTold || (await asked(told(id, kept)));
    const isOver = (isAtAddress && isTold) || clock.now() - taken_at >= (isFailed ? idsKeptMs : unknownKeptMs);
    if (isOver) sql.exec("UPDATE reports SET due_at = NULL, json = '{}' WHERE id = ?", id);
    else {
      const had = JSON.stringify({ ...kept, ...(isAtAddress && { isAtAddress }), ...(isTold && { isTold }) });
      putOff({ id, tries }, had);
    }
    return !isFailed;
  }

  function putOff({ id, tries }: Pick<Stored, "id" | "tries">, json: string): void {
    const dueAtMs = clock.now() + Math.min(longestWaitMs, firstWaitMs * 2 ** tries);
    sql.exec("UPDATE reports SET due_at = ?, json = ?, tries = tries + 1 WHERE id = ?", dueAtMs, json, id);
  }

  /** What is told of one message, in its order. Where somebody cannot be asked, what follows waits as well. */
  async function passLane(lane: readonly Stored[]): Promise<void> {
    let isWell = true;
    for (const one of lane) {
      if (isWell) isWell = await passOne(one);
      else putOff(one, one.json);
    }
  }

  /** Claims what is due: it is nobody else's until its lease is over. */
  function claimed(): Stored[] {
    const nowMs = clock.now();
    const due = sql.exec<Stored>("SELECT * FROM reports WHERE due_at <= ? ORDER BY at LIMIT ?", nowMs, atOnce).toArray();
    for (const { id } of due) sql.exec("UPDATE reports SET due_at = ? WHERE id = ?", nowMs + leaseMs, id);
    return due;
  }

  async function pass(): Promise<void> {
    make();
    for (let due = claimed(); due.length; due = claimed()) {
      const lanes = new Map<string, Stored[]>();
      for (const one of due) {
        const lane = messageOf(JSON.parse(one.json) as Kept) ?? one.id;
        lanes.set(lane, [...(lanes.get(lane) ?? []), one]);
      }
      await Promise.all([...lanes.values()].map(passLane));
    }
    sql.exec("DELETE FROM reports WHERE taken_at < ? AND due_at IS NULL", clock.now() - idsKeptMs);
    const { next } = sql.exec<{ next: number | null }>("SELECT min(due_at) AS next FROM reports WHERE due_at IS NOT NULL").one();
    if (next !== null) await wakeBy(storage, clock.systemTime(next));
  }

  return {
    /** Undefined: too many wait already. */
    async take(reports: Report[]): Promise<Taken | undefined> {
      const all = await Promise.all(reports.map((one) => keptAs(one, site, nameOf)));
      make();
      const nowMs = clock.now();
      const waiting = "SELECT count(*) AS n FROM (SELECT 1 FROM reports WHERE due_at IS NOT NULL LIMIT ?)";
      if (sql.exec<{ n: number }>(waiting, maxWaiting).one().n >= maxWaiting) return undefined;
      const taken = storage.transactionSync(() =>
        all.filter(
          (kept) =>
            sql.exec(
              "INSERT OR IGNORE INTO reports VALUES (?, ?, ?, ?, ?, 0)",
              ...[kept.eventId, kept.atMs, JSON.stringify(kept), nowMs, nowMs],
            ).rowsWritten > 0,
        ),
      );
      await wakeBy(storage, Date.now() + firstWaitMs); // should this object die before they are passed on
      const theirs = new Map(all.map(({ eventId }, i) => [eventId, reports[i]?.eventId ?? eventId]));
      const unmatched = taken.filter((kept) => messageOf(kept) === undefined).map(({ eventId }) => theirs.get(eventId) ?? "");
      return { taken: taken.length, repeated: all.length - taken.length, unmatched };
    },
    /** Passes on what is due. */
    pass,
  };
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  let timer: number | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it did not answer")), patienceMs);
  });
  return await Promise.race([asked, late]).finally(() => clearTimeout(timer ?? null));
}
