import type { Head } from "../contract/wire.ts";
import { isFresh, maxSignalsInAll, type Stream } from "./buffer.ts";

const orphanedAfterMs = 30_000;
const maxStreams = 32;

/**
 * Takes over what closed or crashed documents left behind; harmless when two do so.
 * @param headOf for a stream whose own document went before it knew
 */
export function adopt(
  found: Stream[],
  streams: Stream[],
  headOf: (stream: string) => Head | undefined,
  forget: (id: string) => void,
): void {
  for (const stream of found.sort((a, b) => b.touched_at - a.touched_at)) {
    const isAlive = Math.abs(Date.now() - stream.touched_at) < orphanedAfterMs;
    const { id, head = id && headOf(id) } = stream;
    if (!head || isAlive || streams.some((ours) => ours.id === id)) continue;
    const count = streams.reduce((sum, { signals }) => sum + signals.length, stream.signals.length);
    const isWelcome = streams.length < maxStreams && count <= maxSignalsInAll;
    if (isWelcome && stream.signals.some(isFresh)) streams.unshift({ ...stream, head, adopted: true });
    else forget(id as string);
  }
}
