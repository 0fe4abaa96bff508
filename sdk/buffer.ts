import type { Signal } from "../contract/signals.ts";
import { type Context, type Head, limits } from "../contract/wire.ts";
import { later, type Stop } from "./guard.ts";
import type { Store } from "./store.ts";

/** Signals that the edge has not acknowledged, all of one head. Stored under the head's stream as it is. */
export interface Stream {
  /** Absent until consent and storage have said who the visitor is; never changes after. */
  head?: Head;
  pass?: string | undefined;
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
  /** Forgets all but `signals`: the others were acknowledged or given up. */
  keep: (stream: Stream, signals: Signal[]) => void;
}

const writeWithinMs = 1000;
const orphanedAfterMs = 30_000;
export const maxSignals = 1000;

const keyOf = ({ head }: Stream) => head?.stream as string;
const quietly = (task: Promise<unknown>) => void task.catch(() => {}); // memory still has it

export function openBuffer(store: Store): Buffer {
  const streams: Stream[] = [];
  const touched = new Set<Stream>();
  let cancel: Stop | undefined;

  const write = () => {
    cancel?.();
    cancel = undefined;
    for (const stream of touched) {
      stream.touched_at = Date.now();
      if (stream.head && streams.includes(stream)) quietly(store.put(keyOf(stream), stream.signals.length ? stream : undefined));
    }
    touched.clear();
  };
  const touch = (stream: Stream) => {
    stream.signals.splice(0, stream.signals.length - maxSignals);
    touched.add(stream);
    cancel ??= later(writeWithinMs, write);
  };
  return {
    streams,
    open(context, head) {
      const stream: Stream = { n: 0, signals: [], touched_at: 0, context, ...(head && { head }) };
      streams.push(stream);
      return stream;
    },
    touch,
    write,
    async adopt() {
      const found = (await store.all<Stream>()).filter(({ head }) => head).sort((a, b) => b.touched_at - a.touched_at);
      let room = maxSignals;
      for (const stream of found) {
        const isAlive = Math.abs(Date.now() - stream.touched_at) < orphanedAfterMs;
        room -= stream.signals.length;
        if (isAlive || streams.some((ours) => keyOf(ours) === keyOf(stream))) continue;
        if (room >= 0 && stream.signals.some(({ at }) => Date.now() - at < limits.signalAgeMs))
          streams.unshift({ ...stream, adopted: true });
        else quietly(store.put(keyOf(stream), undefined));
      }
    },
    keep(stream, signals) {
      stream.signals = signals;
      if (!stream.adopted) return touch(stream);
      if (signals.length) return;
      streams.splice(streams.indexOf(stream), 1);
      // Unless its own document turned out to be alive and has added to it.
      const { touched_at } = stream;
      quietly(store.update<Stream>(keyOf(stream), (had) => (had?.touched_at === touched_at ? undefined : had)));
    },
  };
}
