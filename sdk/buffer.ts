import type { Signal } from "../contract/signals.ts";
import { type Context, type Head, limits } from "../contract/wire.ts";
import { type Life, quietly } from "./guard.ts";
import type { Store } from "./store.ts";

/** Signals that the edge has not acknowledged, all of one head. Stored under its id as it is. */
export interface Stream {
  /** Absent until consent: then nothing is stored. */
  id?: string | undefined;
  /** Absent until storage has said who the visitor is; never changes once it was sent. */
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
  /** Has it written: at once, when nothing was for a second. */
  renew: (stream: Stream) => void;
  /** Writes what was touched; the calls are made before this returns. */
  write: () => void;
  /** Forgets everything. */
  clear: () => void;
  /** Forgets all but `signals`: the others were acknowledged or given up. */
  keep: (stream: Stream, signals: Signal[]) => unknown;
}

const writeEveryMs = 1000;
const maxSignals = 1000;
export const maxSignalsInAll = 4000;

export const isFresh = ({ at }: Signal): boolean => Date.now() - at < limits.signalAgeMs;

export function openBuffer(store: Store, later: Life["later"]): Buffer {
  const streams: Stream[] = [];
  const touched = new Set<Stream>();
  let dueAtMs = 0;

  const write = () => {
    dueAtMs = performance.now() + writeEveryMs;
    for (const stream of touched) {
      stream.touched_at = Date.now();
      // Memory still has what cannot be stored.
      if (stream.id && streams.includes(stream)) store.put(stream.id, stream.signals[0] && stream);
    }
    touched.clear();
  };
  const drop = (stream: Stream) => {
    streams.splice(streams.indexOf(stream), 1);
    if (stream.id) store.put(stream.id, undefined);
  };
  const count = () => streams.reduce((sum, { signals }) => sum + signals.length, 0);
  const renew = (stream: Stream) => {
    if (!streams.includes(stream)) streams.push(stream); // it was empty
    stream.signals.splice(0, stream.signals.length - maxSignals);
    // Whole streams: one that lacks its middle would cost the edge a range for each hole.
    while (count() > maxSignalsInAll) drop(streams.find((other) => other !== stream) as Stream);
    if (!touched.size) later(dueAtMs - performance.now(), write);
    touched.add(stream);
  };
  return {
    streams,
    open(context, head) {
      const stream: Stream = { id: head?.stream, n: 0, signals: [], touched_at: Date.now(), context, head };
      streams.push(stream);
      return stream;
    },
    renew,
    write,
    clear() {
      for (const stream of [...streams]) drop(stream);
    },
    keep(stream, signals) {
      stream.signals = signals;
      if (signals.length) return stream.adopted || renew(stream);
      if (!stream.adopted) return drop(stream);
      streams.splice(streams.indexOf(stream), 1);
      // Unless its own document turned out to be alive and has added to it.
      quietly(store.update<Stream>(stream.id as string, (had) => (had?.touched_at === stream.touched_at ? undefined : had)));
    },
  };
}
