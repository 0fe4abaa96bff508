import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Batch } from "../contract/wire.ts";
import { type Demo, newSecrets, startDemo } from "../scripts/demo.ts";
import { type Arrival, secretNameOf, startTools, type Tool, tools } from "./faults/tools.ts";
import { median, percentile, round, table } from "./figures.ts";
import { hesitatingBatch, poster } from "./traffic.ts";

const port = 8890;
const visitorsPerSecond = 10;
/** Between two kills, at random. */
const killEveryMs = [2000, 7000] as const;
/** A lease of 20 s, an attempt of 15, and the second try after five. */
const settlesWithinMs = 45_000;
const lateByMs = 1000;

/** Every tool is told of each hesitation, and one of them is asked for the message. */
const withTools = (shop: string): string =>
  shop
    .replace("preheader: The three side by side, in one minute", "$&\n    chat: { text: Shall we compare them together? }")
    .replace(/destinations:[\s\S]*$/, `destinations:\n${tools.map(destinationOf).join("")}`)
    .concat(`limits:
  new_visitors: { max: 10000000, per: 1d }
  budget: { max: 1000000, per: 1d, purposes: [service] }
`);

const destinationOf = (tool: Tool): string => `  ${tool}:
    url: https://${tool}.example/hook
    channels: [${tool === "mumbling" ? "email, chat" : "team"}]
    secret: ${secretNameOf(tool)}
    moments: [hesitation]
`;

const between = ([least, most]: readonly [number, number], random: number): number => least + (most - least) * random;

/**
 * Downstream tools that fail in every way, and an edge killed with SIGKILL again and again meanwhile. What each tool has in the
 * end is compared with what a visitor leads to where nothing fails.
 */
export async function run(rest: string[]): Promise<object> {
  const options = { visitors: { type: "string", default: "300" } } as const;
  const visitors = Number(parseArgs({ args: rest, options }).values.visitors);
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-faults-"));
  const secrets = {
    ...newSecrets(),
    ...Object.fromEntries(tools.map((tool) => [secretNameOf(tool), `whsec_${randomBytes(32).toString("base64")}`])),
  };
  let movedMs = 0;
  const receiver = await startTools(secrets, Math.random, () => Date.now() + movedMs);
  const siteFile = () => withTools(readFileSync("edge/test/shop.yaml", "utf8"));
  const start = () => startDemo({ port, folder, secrets, siteFile, receiverPort: receiver.port, quiet: true });
  let edge: Demo = await start();
  let kills = 0;
  const url = edge.url;
  const admin = adminOf(url, secrets.ADMIN_TOKEN);

  /** Again and again, as the library does, until the edge has it. */
  async function brought(batch: Batch, post: ReturnType<typeof poster>["post"]): Promise<void> {
    for (;;) {
      const answer = await post(JSON.stringify(batch)).catch(() => undefined);
      if (answer?.status === 202) return;
      if (answer && answer.status < 500) throw new Error(`the edge answered ${answer.status}: ${answer.text}`);
      await after(200);
    }
  }

  async function visits(count: number, perSecond: number): Promise<Batch[]> {
    const { post, close } = poster(url, 32);
    const startedAt = performance.now();
    const batches: Batch[] = [];
    const under: Promise<void>[] = [];
    for (let i = 0; i < count; i++) {
      await after(Math.max(0, startedAt + (i * 1000) / perSecond - performance.now()));
      const batch = hesitatingBatch(randomUUID());
      batches.push(batch);
      under.push(brought(batch, post));
    }
    await Promise.all(under);
    close();
    return batches;
  }

  async function untilAllCame(expected: (sessions: readonly Batch[]) => number, batches: readonly Batch[], withinMs: number) {
    const untilMs = Date.now() + withinMs;
    while (taken(receiver.arrivals, batches).size < expected(batches) && Date.now() < untilMs) await after(100);
  }

  async function skip(ms: number, batches: readonly Batch[]): Promise<void> {
    const { post, close } = poster(url, 16);
    // An object that slept through the restarts hears of the clock only once it is awake: the same batch again wakes it, and counts once.
    await Promise.all(batches.map((batch) => brought(batch, post)));
    close();
    movedMs += ms;
    await admin("/dev/clock", { method: "POST", body: JSON.stringify({ skip_ms: ms }), headers: { origin: url } });
  }

  try {
    // What one visitor leads to, where nothing fails.
    const calm = await visits(20, 20);
    await after(3000);
    const perVisitor = taken(receiver.arrivals, calm).size / calm.length;
    if (!Number.isInteger(perVisitor) || perVisitor < tools.length) throw new Error(`a calm visit led to ${perVisitor} messages`);
    const expected = (batches: readonly Batch[]) => batches.length * perVisitor;

    const behind = await headOfLine(visits, receiver);
    await back(admin, "failing");

    receiver.calm(false);
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        await after(between(killEveryMs, Math.random()));
        if (isOver) break;
        await edge.stop("SIGKILL");
        kills += 1;
        edge = await start();
        await back(admin, "retiring");
      }
    })();
    const batches = await visits(visitors, visitorsPerSecond);
    isOver = true;
    await killing;
    receiver.calm(true);
    await back(admin, "retiring");
    await untilAllCame(expected, batches, settlesWithinMs);
    for (const minutes of [6, 40, 160]) {
      if (taken(receiver.arrivals, batches).size >= expected(batches)) break;
      await skip(minutes * 60_000, batches);
      await back(admin, "retiring"); // what the kills kept the log from hearing of
      await untilAllCame(expected, batches, settlesWithinMs);
    }
    await after(6000); // what is to be written of the last deliveries

    const mine = new Set(batches.map(({ session }) => session.id));
    const arrivals = receiver.arrivals.filter(({ session }) => mine.has(session));
    const had = arrivals.filter(({ isTaken }) => isTaken);
    const idsOf = new Map<string, Set<string>>();
    for (const { tool, about, id } of arrivals) {
      const key = `${tool} ${about}`;
      idsOf.set(key, (idsOf.get(key) ?? new Set()).add(id));
    }
    const logged = await logOf(admin);
    const ids = new Set(had.map(({ id }) => id));
    const came = taken(had, batches);
    const lost = arrivals.filter(({ tool, about }) => !came.has(`${tool} ${about}`));
    if (lost.length) table(lost.map(({ tool, id }) => ({ lost_at: tool, id, state: logged.get(id) ?? "not in the log" })));
    const figures = {
      messages: expected(batches),
      kills,
      lost: expected(batches) - came.size,
      missing_from_log: [...ids].filter((id) => !logged.has(id)).length,
      doubled: [...idsOf.values()].filter((some) => some.size > 1).length,
      late: had.filter(({ edgeAtMs, expiresAtMs }) => edgeAtMs > expiresAtMs + lateByMs).length,
      unknown: [...logged].filter(([id, state]) => ids.has(id) && state === "unknown").length,
      unsigned: arrivals.filter(({ isVerified }) => !isVerified).length,
      repeated: had.length - ids.size,
      ...behind,
    };
    table(
      tools.map((tool) => {
        const its = arrivals.filter((one) => one.tool === tool);
        const taken = its.filter(({ isTaken }) => isTaken);
        return {
          tool,
          requests: its.length,
          taken: new Set(taken.map(({ id }) => id)).size,
          repeated: taken.length - new Set(taken.map(({ id }) => id)).size,
        };
      }),
    );
    table([figures]);
    return figures;
  } finally {
    await edge.stop("SIGKILL");
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the tools have of these visitors, each thing once. */
function taken(arrivals: readonly Arrival[], batches: readonly Batch[]): Set<string> {
  const sessions = new Set(batches.map(({ session }) => session.id));
  const had = arrivals.filter(({ isTaken, session }) => isTaken && sessions.has(session));
  return new Set(had.map(({ tool, about }) => `${tool} ${about}`));
}

type Admin = (path: string, init?: RequestInit) => Promise<Record<string, unknown>>;

const adminOf =
  (url: string, token: string): Admin =>
  async (at, init = {}) => {
    const answer = await fetch(`${url}${at}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${at} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };

/** The state of every message in the delivery log. */
async function logOf(admin: Admin): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const tool of tools) {
    let before = "";
    do {
      const asked = new URLSearchParams({ destination: tool, limit: "500", ...(before && { before }) });
      const page = await admin(`/v1/admin/sites/pk_demo/deliveries?${asked}`);
      for (const { id, state } of page.deliveries as { id: string; state: string }[]) all.set(id, state);
      before = (page.next as string | undefined) ?? "";
    } while (before);
  }
  return all;
}

/** A tool that was taken for gone is back: it gets what was held for it, and what it answered with a 410. */
async function back(admin: Admin, tool: Tool): Promise<void> {
  await admin(`/v1/admin/sites/pk_demo/destinations/${tool}/enable`, { method: "POST" });
  while ((await admin(`/v1/admin/sites/pk_demo/destinations/${tool}/release`, { method: "POST" })).more);
  const body = JSON.stringify({ destination: tool, state: "gone", from: 0 });
  await admin("/v1/admin/sites/pk_demo/deliveries/replay", { method: "POST", body });
}

/** A request that is never answered is given up after 15 s: for so long and a little more a tool that was dead is felt afterwards. */
const feltForS = 18;
const stretchS = 30;

/** How long the steady tool waits for its webhooks while another one answers nobody, its dying included, and while all are well. */
async function headOfLine(
  visits: (count: number, perSecond: number) => Promise<Batch[]>,
  receiver: Awaited<ReturnType<typeof startTools>>,
): Promise<{ p99_ratio_beside_a_dead_one: number }> {
  const ratios: number[] = [];
  const perSecond = 20;
  const p99 = async (seconds: number) => {
    const batches = await visits(seconds * perSecond, perSecond);
    await after(1000);
    const sentAt = new Map(batches.map(({ session, sent_at }) => [session.id, sent_at]));
    const waits = receiver.arrivals.flatMap(({ tool, session, atMs }) => {
      const fromMs = sentAt.get(session);
      return tool === "steady" && fromMs !== undefined ? [atMs - fromMs] : [];
    });
    return percentile(waits, 0.99);
  };
  for (let i = 0; i < 4; i++) {
    if (i) await p99(feltForS);
    const well = await p99(stretchS);
    receiver.refuse("failing", true);
    const dead = await p99(stretchS);
    receiver.refuse("failing", false);
    console.log(`p99 where all are well ${round(well)} ms, beside a dead tool ${round(dead)} ms`);
    ratios.push(dead / well);
  }
  return { p99_ratio_beside_a_dead_one: round(median(ratios)) };
}
