// Runs a Worker of ours under plain workerd, as a self-hoster would, in a process group of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { constants } from "node:os";
import path from "node:path";

/** The path of the binary. */
export const { default: workerd } = createRequire(import.meta.url)("workerd") as { default: string };
const dist = path.join(import.meta.dirname, "../dist");

export interface EdgeOptions {
  port: number;
  /** Holds the configuration and, below `state/`, everything the edge remembers. */
  folder: string;
  /** Environment that holds EDGE_SECRET, ADMIN_TOKEN and the secrets of sites and destinations; named ones become bindings. */
  secrets: Record<string, string>;
  /** Port of a receiver on this machine; without one the demo's inbox receives. */
  receiverPort?: number;
  /** File in dist/edge: `dev.js`, or the Worker of a bench. */
  entry?: string;
  quiet?: boolean;
}

export interface Running {
  url: string;
  process: ChildProcess;
  /** Ends the whole group; workerd outlives a parent that is killed alone. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
}

function configuration({ port, folder, secrets, receiverPort }: EdgeOptions): string {
  const shared = `compatibilityDate = "2026-08-01", durableObjectStorage = (localDisk = "state")`;
  const secret = (name: string) => `(name = "${name}", fromEnvironment = "${name}")`;
  const receiver = receiverPort
    ? `(name = "receiver", external = (address = "127.0.0.1:${receiverPort}", http = ()))`
    : `(name = "receiver", worker = .inbox)`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    ${receiver},
    (name = "shop", disk = (path = "${path.join(dist, "demo")}")),
    (name = "scripts", disk = (path = "${path.join(dist, "scripts")}")),
    (name = "state", disk = (path = "${path.join(folder, "state")}", writable = true)),
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true)))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "edge")]
);
const edge :Workerd.Worker = (
  modules = [(name = "edge.js", esModule = embed "edge.js")],
  ${shared},
  durableObjectNamespaces = [
    (className = "Person", uniqueKey = "cusp-person", enableSql = true),
    (className = "Site", uniqueKey = "cusp-site", enableSql = true),
    (className = "Address", uniqueKey = "cusp-address", enableSql = true),
    (className = "Endpoint", uniqueKey = "cusp-endpoint", enableSql = true)
  ],
  bindings = [
    (name = "PERSON", durableObjectNamespace = "Person"),
    (name = "SITE", durableObjectNamespace = "Site"),
    (name = "ADDRESS", durableObjectNamespace = "Address"),
    (name = "ENDPOINT", durableObjectNamespace = "Endpoint"),
    (name = "RECEIVER", service = "receiver"),
    (name = "SHOP", service = "shop"),
    (name = "SCRIPTS", service = "scripts"),
    (name = "DRIVEN", text = "yes"),
    (name = "EDGE_URL", text = "http://127.0.0.1:${port}"),
    ${Object.keys(secrets).map(secret).join(",\n    ")}
  ]
);
const inbox :Workerd.Worker = (
  modules = [(name = "inbox.js", esModule = embed "inbox.js")],
  ${shared},
  durableObjectNamespaces = [(className = "Inbox", uniqueKey = "cusp-inbox", enableSql = true)],
  bindings = [
    (name = "INBOX", durableObjectNamespace = "Inbox"),
    (name = "EDGE", service = "edge"),
    (name = "WEBHOOK_SECRET", fromEnvironment = "DEST_PK_DEMO_EMAIL"),
    (name = "FEEDBACK_SECRET", fromEnvironment = "DEST_PK_DEMO_EMAIL_FEEDBACK")
  ]
);
`;
}

/** A port that answers already belongs to somebody else: their edge would be taken for ours. */
async function freePort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", () => reject(new Error(`port ${port} is in use; choose another, like --port ${port + 1}`)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Starts an edge and waits until it answers. */
export async function startEdge(options: EdgeOptions): Promise<Running> {
  const { folder, port, secrets, entry = "dev.js", quiet = false } = options;
  await freePort(port);
  mkdirSync(path.join(folder, "state"), { recursive: true });
  cpSync(path.join(dist, "edge", entry), path.join(folder, "edge.js"));
  cpSync(path.join(dist, "edge/inbox.js"), path.join(folder, "inbox.js"));
  const config = path.join(folder, "workerd.capnp");
  writeFileSync(config, configuration(options));

  // However this process goes, the group goes with it, and before whoever waits for the exit removes the folder.
  let end = (_signal: NodeJS.Signals): void => undefined;
  const orphaned = () => end("SIGKILL");
  const interrupted = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
  process.prependOnceListener("exit", orphaned);
  for (const signal of interruptions) process.once(signal, interrupted);

  const child = spawn(workerd, ["serve", config], {
    env: { ...process.env, ...secrets },
    stdio: ["ignore", quiet ? "ignore" : "inherit", quiet ? "ignore" : "inherit"],
    detached: true,
  });
  end = (signal) => {
    if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, signal);
  };
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    end(signal);
    await ended;
    process.off("exit", orphaned);
    for (const interruption of interruptions) process.off(interruption, interrupted);
  };
  const url = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + 20_000;
  for (;;) {
    const how = child.exitCode ?? child.signalCode;
    if (how !== null) {
      await stop();
      throw new Error(`workerd ended with ${how}`);
    }
    const up = await fetch(`${url}/healthz`).then(
      (r) => r.ok,
      () => false,
    );
    if (up) return { url, process: child, stop };
    if (Date.now() > untilMs) {
      await stop("SIGKILL");
      throw new Error(`the edge did not answer on ${url} within 20 s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
