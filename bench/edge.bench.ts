import { type Side, type SideName, startBoth } from "./beside-floor.ts";
import { median, percentile, round, table } from "./figures.ts";
import { inTurn, openLoop, throughput } from "./pace.ts";

const blocks = 10;
const perBlock = 150;
/** Until the engine has compiled what it runs often, and the alarms of the first messages (20 s after them) ring too. */
const keptUp = { warmUpMs: 25_000, forMs: 5000 };

/**
 * Cusp beside the floor, each in a workerd of its own, in turn: batch sent → webhook at the receiver. What is compared with the
 * budget is an anonymous visitor, for whom both call one object; after that somebody signed in, by e-mail, whose address is asked
 * before the message leaves.
 */
export async function run(): Promise<object> {
  const both = await startBoth({ cuspPort: 8801, floorPort: 8802 });
  try {
    const [floor, cusp, signedIn] = [both.side("floor"), both.side("cusp"), both.side("signed_in")];
    await oneByOne(signedIn, 50);
    await oneByOne(cusp, 50);
    both.evenOut();
    const [floorRate, cuspRate] = [await most(floor), await most(cusp)];
    const rate = floorRate * 0.6;
    const one = await compared("one connection", floor, cusp, (side) => oneByOne(side, perBlock));
    const open = await compared(`open loop, ${Math.round(rate)} a second`, floor, cusp, (side) =>
      atRate(side, perBlock * 4, rate),
    );
    const signed = await compared("one connection", floor, signedIn, (side) => oneByOne(side, perBlock));
    table([one, open, signed].flatMap(({ rows }) => rows));
    const ratio_throughput = round(cuspRate / floorRate);
    console.log(`throughput at 16 connections: floor ${round(floorRate, 0)}, cusp ${round(cuspRate, 0)} a second\n`);
    return {
      ratio_p50: Math.max(one.ratio.p50, open.ratio.p50),
      ratio_p99: Math.max(one.ratio.p99, open.ratio.p99),
      ratio_throughput,
      one_connection: one.ratio,
      open_loop: { ...open.ratio, rate: round(rate, 0) },
      signed_in: { one_connection: signed.ratio },
      webhook_bytes: both.receiver.bytes(),
    };
  } finally {
    await both.stop();
  }
}

async function connected<T>(
  side: Side,
  connections: number,
  work: (once: (i: number) => Promise<number>) => Promise<T>,
): Promise<T> {
  const { once, close } = side.connect(connections);
  try {
    return await work(once);
  } finally {
    close();
  }
}

const oneByOne = (side: Side, count: number) => connected(side, 1, (once) => inTurn(once, count));
const atRate = (side: Side, count: number, rate: number) => connected(side, 64, (once) => openLoop(once, count, rate));
const most = (side: Side) => connected(side, 16, (once) => throughput(once, 16, keptUp));

/** Blocks in turn, the order changed each time; the median block counts: what disturbs one of them disturbs no other. */
async function compared(mode: string, floor: Side, other: Side, block: (side: Side) => Promise<number[]>) {
  const all: Record<SideName, number[][]> = { floor: [], cusp: [], signed_in: [] };
  for (let i = 0; i < blocks; i++)
    for (const side of i % 2 ? [other, floor] : [floor, other]) all[side.name].push(await block(side));
  const over = (p: number) =>
    round(median(all[other.name].map((times, i) => percentile(times, p) / percentile(all.floor[i] ?? [], p))));
  const ratio = { p50: over(0.5), p99: over(0.99) };
  const rows: Record<string, string | number>[] = [floor, other].map(({ name }) => ({
    mode,
    side: name,
    ...figures(all[name].flat()),
  }));
  rows.push({ mode, side: `${other.name} / floor`, p50_ms: ratio.p50, p95_ms: "", p99_ms: ratio.p99, messages: "" });
  return { ratio, rows };
}

const figures = (times: number[]) => ({
  p50_ms: round(median(times)),
  p95_ms: round(percentile(times, 0.95)),
  p99_ms: round(percentile(times, 0.99)),
  messages: times.length,
});
