import type { Signal } from "../contract/signals.ts";
import { type Context, type Head, limits } from "../contract/wire.ts";
import { type Life, quietly } from "./guard.ts";
import type { Store } from "./store.ts";

/** Signals that the edge has not acknowledged, all of one head. Stored under the head's stream as it is. */
export interface Stream {
  /** Absent until consent and storage have said who the visitor is; never changes after. */
  head?: Head | undefined;
  /** What the edge has not acknowledged of the context. */
  context?: Context | undefined;
  n: number;
  signals: Signal[];
  touched_at: number;
  /** Taken over from a document that is gone. */
  adopted?: true;
}

export interface Buffer {
  streams: Stream[];
  open: (context: Context, head?: Head) => Stream;
  /** To be written within a second. */
  touch: (stream: Stream) => void;
  /** Writes what was touched; the calls are made before this returns. */
  write: () => void;
  /** Takes over what closed or crashed documents left behind; harmless when two do so. */
  adopt: () => Promise<void>;
  /** Forgets everything. */
  clear: () => void;
  /** Forgets all but `signals`: the others were acknowledged or given up. */
  keep: (stream: Stream, signals: Signal[]) => void;
}

const writeWithinMs = 1000;
const orphanedAfterMs = 30_000;
const maxSignals = 1000;
const maxSignalsInAll = 4000;
const maxStreams = 32;

export const isFresh = ({ at }: Signal): boolean => Date.now() - at < limits.signalAgeMs;
const idOf = ({ head }: Stream) => head?.stream as string;

export function openBuffer(store: Store, later: Life["later"]): Buffer {
  const streams: Stream[] = [];
  const touched = new Set<Stream>();

  const write = () => {
    for (const stream of touched) {
      stream.touched_at = Date.now();
      // Memory still has what cannot be stored.
      if (stream.head && streams.includes(stream)) quietly(store.put(idOf(stream), stream.signals[0] && stream));
    }
    touched.clear();
  };
  const drop = (stream: Stream) => {
    streams.splice(streams.indexOf(stream), 1);
    if (stream.head) quietly(store.put(idOf(stream), undefined));
  };
  const count = () => streams.reduce((sum, { signals }) => sum + signals.length, 0);
  const touch = (stream: Stream) => {
    stream.signals.splice(0, stream.signals.length - maxSignals);
    // Whole streams: one that lacks its middle would cost the edge a range for each hole.
    while (count() > maxSignalsInAll) drop(streams.find((other) => other !== stream) as Stream);
    if (!touched.size) later(writeWithinMs, write);
    touched.add(stream);
  };
  return {
    streams,
    open(context, head) {
      const stream: Stream = { n: 0, signals: [], touched_at: Date.now(), context, head };
      streams.push(stream);
      return stream;
    },
    touch,
    write,
    async adopt() {
      const found = (await store.all<Stream>()).sort((a, b) => b.touched_at - a.touched_at);
      for (const stream of found) {
        const isAlive = Math.abs(Date.now() - stream.touched_at) < orphanedAfterMs;
        if (!stream.head || isAlive || streams.some((ours) => idOf(ours) === idOf(stream))) continue;
        const isWelcome = streams.length < maxStreams && count() + stream.signals.length <= maxSignalsInAll;
        if (isWelcome && stream.signals.some(isFresh)) streams.unshift({ ...stream, adopted: true });
        else quietly(store.put(idOf(stream), undefined));
      }
    },
    clear() {
      for (const stream of [...streams]) drop(stream);
    },
    keep(stream, signals) {
      stream.signals = signals;
      if (!stream.adopted) return touch(stream);
      if (signals.length) return;
      streams.splice(streams.indexOf(stream), 1);
      // Unless its own document turned out to be alive and has added to it.
      quietly(store.update<Stream>(idOf(stream), (had) => (had?.touched_at === stream.touched_at ? undefined : had)));
    },
  };
}
