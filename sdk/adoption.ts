import type { Head } from "../contract/wire.ts";
import { isFresh, maxSignalsInAll, type Stream } from "./buffer.ts";
import type { Store } from "./store.ts";

const orphanedAfterMs = 30_000;
const maxStreams = 32;

/**
 * Takes over what closed or crashed documents of the same site left behind, the newest first; harmless when two do so. What there is
 * no room for waits for a later time. Forgets what is too old, or too much.
 * @param headOf for a stream whose own document went before it knew
 */
export async function adopt(
  store: Pick<Store, "all" | "put" | "update">,
  streams: Stream[],
  headOf: (stream: string) => Head | undefined,
  isOff: () => boolean,
): Promise<void> {
  const found = await store.all<Stream>();
  if (isOff()) return;
  const taking: Promise<unknown>[] = [];
  let signalsInAll = streams.reduce((sum, { signals }) => sum + signals.length, 0);
  let foundInAll = 0;
  const left = found
    .filter((record) => Array.isArray(record?.signals) && record.signals[0])
    .sort((a, b) => b.touched_at - a.touched_at);
  for (const stream of left) {
    const { id = "", signals, touched_at } = stream;
    const ours = headOf(id);
    const { head = ours } = stream;
    const isHere = () => streams.some((other) => other.id === id);
    if (!ours || !head || isHere() || Math.abs(Date.now() - touched_at) < orphanedAfterMs) continue;
    foundInAll += signals.length;
    if (foundInAll > maxSignalsInAll || !signals.some(isFresh)) store.put(id, undefined);
    else if (
      head.site === ours.site &&
      streams.length + taking.length < maxStreams &&
      signalsInAll + signals.length <= maxSignalsInAll
    ) {
      signalsInAll += signals.length;
      // It may have been delivered since it was read, perhaps by us.
      const isLeft = store.update<Stream>(id, (had) => had);
      taking.push(isLeft.then((had) => had && !isHere() && !isOff() && streams.unshift({ ...stream, head, adopted: true })));
    }
  }
  await Promise.all(taking);
}
