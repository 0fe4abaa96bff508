import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Chunk, type Counted, type Files, openRehearsal } from "./chunk.ts";
import { maxExamples } from "./difference.ts";
import { added, type Tally } from "./tally.ts";

interface Order {
  files: Files;
  seed: number;
}

/** Below this a worker takes longer to start than it saves. */
const leastChunksForCrew = 8;
const mostWorkers = 8;

/** Goes through all chunks, on several cores where that pays. A person is never cut in two. */
export async function rehearseAll(
  order: Order,
  chunks: readonly Chunk[],
  progress: (share: number) => void = () => undefined,
): Promise<Counted> {
  const all: Counted[] = [];
  let done = 0;
  const take = (counted: Counted, i: number): void => {
    all[i] = counted;
    progress(++done / chunks.length);
  };
  // Only the one file that the program is bundled into can start itself again.
  const isBundle = !import.meta.url.endsWith(".ts");
  if (!isBundle || chunks.length < leastChunksForCrew) {
    const run = await openRehearsal(order.files, order.seed);
    for (const [i, chunk] of chunks.entries()) {
      take(run(chunk), i);
      await new Promise(setImmediate); // so that Ctrl-C is heard
    }
  } else {
    const waiting = chunks.entries();
    const crew = Math.min(mostWorkers, availableParallelism(), chunks.length);
    await Promise.all(Array.from({ length: crew }, () => hire(order, waiting, take)));
  }
  return all.reduce(together); // in their order, whoever was quicker
}

function hire(order: Order, waiting: Iterator<[number, Chunk]>, take: (counted: Counted, i: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: order });
    let current = 0;
    const next = () => {
      const { done, value } = waiting.next();
      if (done) return void worker.terminate().then(() => resolve());
      current = value[0];
      worker.postMessage(value[1]);
    };
    worker.on("error", reject);
    worker.on("message", (counted: Counted) => {
      take(counted, current);
      next();
    });
    next();
  });
}

/** In a worker: goes through each chunk that it is sent. False in the program itself. */
export function workIfHired(): boolean {
  if (isMainThread) return false;
  const { files, seed } = workerData as Order;
  const ready = openRehearsal(files, seed);
  parentPort?.on("message", (chunk: Chunk) => {
    void ready.then((run) => parentPort?.postMessage(run(chunk)));
  });
  return true;
}

const together = (a: Counted, b: Counted): Counted => ({
  tallies: a.tallies.map((tally, i) => added(tally, b.tallies[i] as Tally)),
  difference: added(a.difference, b.difference),
  examples: [...a.examples, ...b.examples].slice(0, maxExamples),
});
