import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer } from "node:net";

export const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

const upWithinMs = 10_000;

/** Starts a program in a group of its own, which ends with this process at the latest. Ready when its port answers. */
export async function startGroup(
  command: string,
  args: string[],
  env: Record<string, string> = {},
  port?: number,
): Promise<() => Promise<void>> {
  const child = spawn(command, args, { detached: true, stdio: "ignore", env: { ...process.env, ...env } });
  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      failure = error;
      resolve();
    });
  });
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch {
      // the whole group has ended by itself
    }
  };
  process.once("exit", kill);
  const untilMs = Date.now() + upWithinMs;
  do {
    await new Promise((resolve) => setTimeout(resolve, port ? 50 : 300));
    if (failure ?? child.exitCode !== null) throw failure ?? new Error(`${command} ended with ${child.exitCode}`);
    if (Date.now() > untilMs) throw new Error(`${command} does not answer`);
  } while (port && !(await answers(port)));
  return async () => {
    kill();
    await ended;
    process.off("exit", kill);
  };
}

interface Process {
  pid: number;
  parent: number;
  /** At most 15 characters, says the kernel. */
  name: string;
}

function processes(): Process[] {
  const all: Process[] = [];
  for (const entry of readdirSync("/proc")) {
    try {
      const [, pid, name, parent] = /^(\d+) \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, "utf8")) ?? [];
      if (pid && name) all.push({ pid: Number(pid), parent: Number(parent), name });
    } catch {
      // not a process, or it has ended since
    }
  }
  return all;
}

/** Kills those descended from `ancestor` that bear this name, and no others. */
export function endProcesses(ancestor: number, name: string): void {
  const all = processes();
  const isOurs = (pid: number): boolean =>
    pid === ancestor || all.some((one) => one.pid === pid && one.parent > 1 && isOurs(one.parent));
  const ours = all.filter((one) => one.name === name.slice(0, 15) && isOurs(one.pid));
  if (!ours.length) throw new Error(`no process ${name} to kill`);
  for (const { pid } of ours) process.kill(pid, "SIGKILL");
}
