import { setTimeout as after } from "node:timers/promises";

/** Does one thing, the i-th, and says how long it took, in ms. */
type Once = (i: number) => Promise<number>;

/** One after the other. */
export async function inTurn(once: Once, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(await once(i));
  return times;
}

/** At a fixed rate, however long each of them takes. */
export async function openLoop(once: Once, count: number, perSecond: number): Promise<number[]> {
  const startedAt = performance.now();
  const under: Promise<number>[] = [];
  for (let i = 0; i < count; i++) {
    const waitMs = startedAt + (i * 1000) / perSecond - performance.now();
    if (waitMs > 0) await after(waitMs);
    under.push(once(i));
  }
  return await Promise.all(under);
}

/** How many a second are kept up by so many at once, what is put off for later included: every alarm that is set rings meanwhile. */
export async function throughput(
  once: Once,
  atOnce: number,
  { warmUpMs, forMs }: { warmUpMs: number; forMs: number },
): Promise<number> {
  const startedAt = performance.now();
  const passed = () => performance.now() - startedAt;
  let next = 0;
  let counted = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (passed() < warmUpMs + forMs) {
        await once(next++);
        if (passed() > warmUpMs) counted++;
      }
    }),
  );
  return counted / ((passed() - warmUpMs) / 1000);
}
