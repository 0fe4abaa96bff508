import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Side, startBoth } from "./beside-floor.ts";
import { median, percentile, round, table } from "./figures.ts";
import { curve, type Point } from "./load/curve.ts";
import { openLoop, throughput } from "./pace.ts";

const connections = 64;
const keptUp = { warmUpMs: 25_000, forMs: 5000 };
const shares = [0.1, 0.2, 0.4, 0.6, 0.8, 1];
const pointMs = 20_000;
/** A message that has not come by then is lost. */
const lostAfterMs = 60_000;
const sampleEveryMs = 5000;

/** What the disk and the neighbours of this machine do to the same load, where nothing is decided. */
const floorMs = 60_000;

/**
 * Sustained load at 60 % of what the floor keeps up: batch sent → webhook at the receiver, memory of the edge's process meanwhile;
 * the floor under the same load, before and after; then a curve of latency over load.
 */
export async function run(rest: string[]): Promise<object> {
  const options = { minutes: { type: "string", default: "5" }, picture: { type: "string" } } as const;
  const { minutes, picture } = parseArgs({ args: rest, options }).values;
  const both = await startBoth({ cuspPort: 8803, floorPort: 8804 });
  try {
    const [floor, cusp] = [both.side("floor"), both.side("cusp")];
    const { once, close } = floor.connect(16);
    const most = await throughput(once, 16, keptUp);
    close();
    const rate = most * 0.6;
    const besides = [await loaded(floor, rate, floorMs)];
    await loaded(cusp, rate / 2, keptUp.warmUpMs); // the floor was warmed up too
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(residentMib(both.cusp.process.pid ?? 0)), sampleEveryMs);
    const { times, lost } = await loaded(cusp, rate, Number(minutes) * 60_000);
    clearInterval(sampling);
    const refused = cusp.refused();
    besides.push(await loaded(floor, rate, floorMs));
    const floorTimes = besides.flatMap((one) => one.times);
    const points: Point[] = [];
    for (const share of shares) {
      const perSecond = most * share;
      const { times } = await loaded(cusp, perSecond, pointMs);
      points.push({ perSecond, p50Ms: median(times), p99Ms: percentile(times, 0.99) });
    }
    table(
      points.map(({ perSecond, p50Ms, p99Ms }) => ({
        "messages a second": round(perSecond, 0),
        p50_ms: round(p50Ms),
        p99_ms: round(p99Ms),
      })),
    );
    // The first minute fills caches; after it, what the last third holds beyond the one before it is growth.
    const steady = memory.slice(Math.ceil(60_000 / sampleEveryMs));
    const third = Math.floor(steady.length / 3);
    const [before, last] = [median(steady.slice(third, 2 * third)), median(steady.slice(2 * third))];
    const figures = {
      rate: round(rate, 0),
      messages: times.length,
      ...{ lost, refused },
      p50_ms: round(median(times)),
      p95_ms: round(percentile(times, 0.95)),
      p99_ms: round(percentile(times, 0.99)),
      floor_p50_ms: round(median(floorTimes)),
      floor_p99_ms: round(percentile(floorTimes, 0.99)),
      memory_mib: { from: round(before, 0), to: round(last, 0), most: round(Math.max(...memory), 0) },
    };
    table([{ ...figures, memory_mib: `${figures.memory_mib.from} to ${figures.memory_mib.to}` }]);
    if (picture) writeFileSync(picture, curve(points));
    return {
      ...figures,
      curve: points.map((point) => ({ rate: round(point.perSecond, 0), p50_ms: round(point.p50Ms), p99_ms: round(point.p99Ms) })),
    };
  } finally {
    await both.stop();
  }
}

async function loaded(side: Side, perSecond: number, forMs: number): Promise<{ times: number[]; lost: number }> {
  const { once, close } = side.connect(connections);
  const all = await openLoop(
    (i) => Promise.race([once(i), after(lostAfterMs, Number.POSITIVE_INFINITY)]),
    Math.round((perSecond * forMs) / 1000),
    perSecond,
  );
  close();
  const times = all.filter(Number.isFinite);
  return { times, lost: all.length - times.length };
}

const residentMib = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) / 1024;
