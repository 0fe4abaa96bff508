import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { build } from "esbuild";
import type { Batch } from "../contract/wire.ts";
import { startDemo } from "../scripts/demo.ts";
import { startEdge } from "../scripts/workerd.ts";
import { median, percentile, round, table } from "./figures.ts";
import { hesitatingBatch, poster, signedIn, startReceiver } from "./load.ts";

const blocks = 10;
const perBlock = 150;
const freshShare = 0.25;
const knownVisitors = 300;
/** Until the engine has compiled what it runs often, and the alarms of the first messages (20 s after them) ring too. */
const warmUpMs = 25_000;
const throughputMs = 5000;

interface Side {
  name: "floor" | "cusp" | "signed_in";
  url: string;
  passes: Map<string, string>;
}

/** The demo's message goes by e-mail to whoever may be written to, and to the chat tool for everybody else. */
const withChat = (demo: string): string =>
  demo
    .replace("preheader: The three side by side, in one minute", "$&\n    chat: { text: Shall we compare them together? }")
    .replace("channels: [email]", "channels: [email, chat]")
    .concat(`
limits:
  new_visitors: { max: 10000000, per: 1d }
  budget: { max: 1000000, per: 1d, purposes: [service] }
`);

/**
 * Cusp beside the floor, each in a workerd of its own, in turn: batch sent → webhook at the receiver. What is compared with the
 * budget is an anonymous visitor, for whom both call one object; beside it somebody signed in, by e-mail, whose address is asked
 * before the message leaves.
 */
export async function run(): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-bench-"));
  await build({
    bundle: true,
    format: "esm",
    external: ["cloudflare:*"],
    entryPoints: ["bench/floor/worker.ts"],
    outfile: "dist/edge/floor.js",
  });
  const receiver = await startReceiver();
  const shared = { receiverPort: receiver.port, quiet: true };
  const cusp = await startDemo({
    ...shared,
    port: 8801,
    folder: path.join(folder, "cusp"),
    siteFile: withChat,
  });
  const floor = await startEdge({
    ...shared,
    port: 8802,
    folder: path.join(folder, "floor"),
    entry: "floor.js",
    secrets: cusp.secrets,
  });
  try {
    const sides: [Side, Side, Side] = [
      { name: "floor", url: floor.url, passes: new Map() },
      { name: "cusp", url: cusp.url, passes: new Map() },
      { name: "signed_in", url: cusp.url, passes: new Map() },
    ];
    const users = new Map<string, Batch["user"]>();
    const known = Array.from({ length: knownVisitors }, () => randomUUID());

    async function userOf(visitor: string): Promise<Batch["user"]> {
      const user = users.get(visitor) ?? (await signedIn(visitor, cusp.secrets.IDENTITY_PK_DEMO));
      users.set(visitor, user);
      return user;
    }

    async function once(side: Side, visitor: string, post: ReturnType<typeof poster>["post"]): Promise<number> {
      const pass = side.passes.get(visitor);
      const user = side.name === "signed_in" && (await userOf(visitor));
      const batch = hesitatingBatch(visitor, { ...(pass !== undefined && { pass }), ...(user && { user }) });
      const body = JSON.stringify(side.name === "floor" ? { ...batch, webhook_bytes: webhookBytes } : batch);
      const came = receiver.came(batch.session.id);
      const sentAt = performance.now();
      const answer = await post(body);
      if (answer.status !== 202) throw new Error(`${side.name} answered ${answer.status}: ${answer.text}`);
      const reply = JSON.parse(answer.text) as { pass?: string };
      if (reply.pass) side.passes.set(visitor, reply.pass);
      return (await came) - sentAt;
    }

    const visitorFor = (i: number): string =>
      (i % Math.round(1 / freshShare) === 0 ? undefined : known[i % knownVisitors]) ?? randomUUID();

    async function inTurn(side: Side, count: number): Promise<number[]> {
      const { post, close } = poster(side.url, 1);
      const times: number[] = [];
      for (let i = 0; i < count; i++) times.push(await once(side, visitorFor(i), post));
      close();
      return times;
    }

    /** Messages a second that a side keeps up, what it put off for later included: every alarm it set rings meanwhile. */
    async function throughput(side: Side, connections: number): Promise<number> {
      const { post, close } = poster(side.url, connections);
      const startedAt = performance.now();
      const passed = () => performance.now() - startedAt;
      let next = 0;
      let counted = 0;
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (passed() < warmUpMs + throughputMs) {
            await once(side, visitorFor(next++), post);
            if (passed() > warmUpMs) counted++;
          }
        }),
      );
      close();
      return counted / ((passed() - warmUpMs) / 1000);
    }

    async function openLoop(side: Side, count: number, perSecond: number): Promise<number[]> {
      const { post, close } = poster(side.url, 64);
      const startedAt = performance.now();
      const under: Promise<number>[] = [];
      for (let i = 0; i < count; i++) {
        const waitMs = startedAt + (i * 1000) / perSecond - performance.now();
        if (waitMs > 0) await after(waitMs);
        under.push(once(side, visitorFor(i), post));
      }
      const times = await Promise.all(under);
      close();
      return times;
    }

    let webhookBytes = 2000;
    await inTurn(sides[2], 50);
    await inTurn(sides[1], 50);
    webhookBytes = receiver.bytes() - 90;
    const [floorRate, cuspRate] = [await throughput(sides[0], 16), await throughput(sides[1], 16)];
    const rate = floorRate * 0.6;

    const modes = [
      { name: "one connection", of: sides, block: (side: Side) => inTurn(side, perBlock) },
      {
        name: `open loop, ${Math.round(rate)} a second`,
        of: [sides[0], sides[1]], // a rate that is worked out for one object call says nothing of three
        block: (side: Side) => openLoop(side, perBlock * 4, rate),
      },
    ];
    const rows: Record<string, string | number>[] = [];
    const ratios: Record<"cusp" | "signed_in", Ratio[]> = { cusp: [], signed_in: [] };
    for (const { name, of, block } of modes) {
      const all: Times[] = [];
      for (let i = 0; i < blocks; i++) {
        const order = i % 2 ? [...of].reverse() : of;
        const times: Times = { floor: [], cusp: [], signed_in: [] };
        for (const side of order) times[side.name] = await block(side);
        all.push(times);
      }
      for (const { name: side } of of) {
        rows.push({ mode: name, side, ...figures(all.flatMap((times) => times[side])) });
        if (side === "floor") continue;
        const ratio = overFloor(all, side);
        ratios[side].push(ratio);
        rows.push({ mode: name, side: `${side} / floor`, p50_ms: ratio.p50, p95_ms: "", p99_ms: ratio.p99, messages: "" });
      }
    }
    table(rows);
    const ratio_throughput = round(cuspRate / floorRate);
    const [one, open] = ratios.cusp as [Ratio, Ratio];
    console.log(`throughput at 16 connections: floor ${round(floorRate, 0)}, cusp ${round(cuspRate, 0)} a second\n`);
    return {
      ratio_p50: Math.max(one.p50, open.p50),
      ratio_p99: Math.max(one.p99, open.p99),
      ratio_throughput,
      one_connection: one,
      open_loop: { ...open, rate: round(rate, 0) },
      signed_in: { one_connection: ratios.signed_in[0] },
      webhook_bytes: receiver.bytes(),
    };
  } finally {
    await Promise.all([cusp.stop(), floor.stop()]);
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Times = Record<Side["name"], number[]>;
interface Ratio {
  p50: number;
  p99: number;
}

const figures = (times: number[]) => ({
  p50_ms: round(median(times)),
  p95_ms: round(percentile(times, 0.95)),
  p99_ms: round(percentile(times, 0.99)),
  messages: times.length,
});

/** The median block counts: what disturbs one of them disturbs no other. */
const overFloor = (blocks: readonly Times[], side: Side["name"]): Ratio => ({
  p50: round(median(blocks.map((times) => median(times[side]) / median(times.floor)))),
  p99: round(median(blocks.map((times) => percentile(times[side], 0.99) / percentile(times.floor, 0.99)))),
});
