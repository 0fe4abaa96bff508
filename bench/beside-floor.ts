import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { build } from "esbuild";
import type { Batch } from "../contract/wire.ts";
import { startDemo } from "../scripts/demo.ts";
import { startEdge } from "../scripts/workerd.ts";
import { hesitatingBatch, poster, signedIn, startReceiver } from "./traffic.ts";

const visitorsAtOnce = 1000;
/** A bench asks no longer. */
const givenUpAfterMs = 60_000;
/** One batch in so many is of a visitor who was never here before. */
const batchesPerVisitor = 4;

/** Who sends the i-th batch: visitors come for one batch or five, some seconds apart under load, and go for good. */
function crowd(): (i: number) => string {
  const here = Array.from({ length: visitorsAtOnce }, () => randomUUID());
  let came = 0;
  return (i) => {
    if (i % batchesPerVisitor) return here[i % visitorsAtOnce] as string;
    const visitor = randomUUID();
    here[came++ % visitorsAtOnce] = visitor;
    return visitor;
  };
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

export type SideName = "floor" | "cusp" | "signed_in";

/** One kind of visitor at one edge. */
export interface Side {
  name: SideName;
  /** With kept connections, `connections` at most. `once` posts the i-th batch and waits for its webhook. */
  /** Batches that the edge told to come later. */
  refused: () => number;
  connect: (connections: number) => { once: (i: number) => Promise<number>; close: () => void };
}

/** Cusp and the floor, each in a workerd of its own, and a receiver for both. */
export async function startBoth({ cuspPort, floorPort }: { cuspPort: number; floorPort: number }) {
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
    port: cuspPort,
    folder: path.join(folder, "cusp"),
    siteFile: () => withChat(readFileSync("edge/test/shop.yaml", "utf8")),
  });
  const floor = await startEdge({
    ...shared,
    port: floorPort,
    folder: path.join(folder, "floor"),
    entry: "floor.js",
    secrets: cusp.secrets,
  });
  const users = new Map<string, Batch["user"]>();
  let webhookBytes = 2000;

  async function userOf(visitor: string): Promise<Batch["user"]> {
    const user = users.get(visitor) ?? (await signedIn(visitor, cusp.secrets.IDENTITY_PK_DEMO));
    users.set(visitor, user);
    return user;
  }

  function side(name: SideName): Side {
    const { url } = name === "floor" ? floor : cusp;
    let refused = 0;
    const passes = new Map<string, string>();
    const visitorFor = crowd();
    return {
      name,
      refused: () => refused,
      connect(connections) {
        const { post, close } = poster(url, connections);
        return {
          close,
          async once(i) {
            const visitor = visitorFor(i);
            const pass = passes.get(visitor);
            const user = name === "signed_in" && (await userOf(visitor));
            const batch = hesitatingBatch(visitor, { ...(pass !== undefined && { pass }), ...(user && { user }) });
            const body = JSON.stringify(name === "floor" ? { ...batch, webhook_bytes: webhookBytes } : batch);
            const came = receiver.came(batch.session.id);
            const sentAt = performance.now();
            let answer = await post(body);
            // As the library does.
            for (; answer.status === 503 && performance.now() - sentAt < givenUpAfterMs; answer = await post(body)) {
              refused += 1;
              await after(answer.retryAfterMs);
            }
            if (answer.status === 503) return Number.POSITIVE_INFINITY;
            if (answer.status !== 202) throw new Error(`${name} answered ${answer.status}: ${answer.text}`);
            const reply = JSON.parse(answer.text) as { pass?: string };
            if (reply.pass) passes.set(visitor, reply.pass);
            return (await came) - sentAt;
          },
        };
      },
    };
  }

  return {
    side,
    cusp,
    receiver,
    /** From now on the floor's webhooks are as long as Cusp's were last. */
    evenOut: () => {
      webhookBytes = receiver.bytes() - 90;
    },
    async stop() {
      await Promise.all([cusp.stop(), floor.stop()]);
      receiver.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
