import type { LogEntry } from "../../outbox/log-entry.ts";
import { bodyKeptMs } from "../../outbox/log-entry.ts";

/** What the log of a destination is to know. */
export interface Untold {
  destination: string;
  entry: LogEntry;
}

/** A first attempt is over, and the message with it. */
interface Over extends Untold {
  seq: number;
  atMs: number;
}

interface Stored {
  /** Messages on their first attempt. */
  underway: number[];
  /** Messages whose body is kept, and until when. */
  kept: [seq: number, untilMs: number][];
  /** What the log has not taken yet. */
  untold: Untold[];
}

const nothing: Stored = { underway: [], kept: [], untold: [] };

/**
 * How far a person's messages are whose first attempt ended them, or will: one small row beside the profile says it of all of them, so
 * that none is written again for it. A message leaves `underway` only when the log has what came of it, or when that is written here.
 */
export function personMail(isTold: (entry: LogEntry) => boolean) {
  let stored = nothing;
  let written = "";
  let over: Over[] = [];

  return {
    /** @param json as it was written; undefined where nothing was */
    load(json: string | undefined): void {
      written = json ?? "";
      stored = json === undefined ? nothing : (JSON.parse(json) as Stored);
    },
    underway: () => stored.underway,
    isOver: (seq: number): boolean => over.some((one) => one.seq === seq),
    begin(seqs: readonly number[]): void {
      if (seqs.length) stored = { ...stored, underway: [...stored.underway, ...seqs] };
    },
    /** The first attempt ended the message. */
    ended(one: Over): void {
      over.push(one);
    },
    /** The message goes on elsewhere. */
    left(seq: number): void {
      stored = { ...stored, underway: stored.underway.filter((one) => one !== seq) };
    },
    /** To be told by the next alarm, unless it is known by then that it was. */
    note(untold: Untold): void {
      stored = { ...stored, untold: [...stored.untold, untold] };
    },
    untold: () => stored.untold.filter(({ entry }) => !isTold(entry)),
    /** Forgets what the log has taken; with `all`, what it has not is written here and tried again. */
    settle(all: boolean): void {
      const untold = stored.untold.filter(({ entry }) => !isTold(entry));
      const done = over.filter(({ entry }) => all || isTold(entry));
      if (!done.length && untold.length === stored.untold.length) return;
      const kept = done.map(({ seq, atMs, entry }): [number, number] => [seq, atMs + bodyKeptMs(entry.state)]);
      const left = done.filter(({ entry }) => !isTold(entry)).map(({ destination, entry }) => ({ destination, entry }));
      const seqs = done.map(({ seq }) => seq);
      over = over.filter(({ seq }) => !seqs.includes(seq));
      stored = {
        underway: stored.underway.filter((seq) => !seqs.includes(seq)),
        kept: [...stored.kept, ...kept],
        untold: [...untold, ...left],
      };
    },
    kept: () => stored.kept,
    /** @returns the messages whose time is over */
    expired(nowMs: number): number[] {
      const gone = stored.kept.filter(([, untilMs]) => untilMs <= nowMs).map(([seq]) => seq);
      if (gone.length) stored = { ...stored, kept: stored.kept.filter(([seq]) => !gone.includes(seq)) };
      return gone;
    },
    eraseAtMs: (): number => Math.min(Infinity, ...stored.kept.map(([, untilMs]) => untilMs)),
    /** What is to be written, if anything changed. */
    changed(): string | undefined {
      const json = JSON.stringify(stored);
      if (json === written || (stored === nothing && !written)) return undefined;
      written = json;
      return json;
    },
  };
}
