import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { browserOptions } from "../browser.ts";

type Params = Record<string, unknown>;

interface Said {
  id?: number;
  method?: string;
  params?: Params;
  result?: Params;
  error?: { message: string };
}

/** What is asked of the browser itself, or of one of its pages by that page's session. */
export interface Browser {
  ask: (method: string, params?: Params, session?: string) => Promise<Params>;
  on: (method: string, listener: (params: Params) => void) => () => void;
  close: () => Promise<void>;
}

const flags = [
  ...browserOptions.args,
  "--headless=new",
  "--no-sandbox",
  "--no-default-browser-check",
  "--disable-extensions",
  "--disable-gpu",
  "--window-size=1440,900",
  "--remote-debugging-port=0",
  "--autoplay-policy=no-user-gesture-required",
  // Not one name is looked up: what a library wants from its maker's servers fails at once.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  // Several of the field stay silent before what says it is a robot.
  "--disable-blink-features=AutomationControlled",
  "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
];

/**
 * A Chromium with nothing between it and the bench: the drivers switch on reports of every request and script, which cost the
 * page time of their own.
 */
export async function openBrowser(profile: string): Promise<Browser> {
  const child = spawn(browserOptions.executablePath, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: "ignore",
    detached: true,
  });
  child.on("error", () => {}); // what cannot be started opens no port either
  const [port, address] = await portOf(child, profile);
  const socket = new WebSocket(`ws://127.0.0.1:${port}${address}`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the browser does not answer"));
  });
  const asked = new Map<number, { resolve: (result: Params) => void; reject: (error: Error) => void }>();
  const listeners = new Set<{ method: string; listener: (params: Params) => void }>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id = 0, method, params = {}, result = {}, error } = JSON.parse(String(data)) as Said;
    const { resolve, reject } = asked.get(id) ?? {};
    asked.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
    for (const one of listeners) if (one.method === method) one.listener(params);
  };
  socket.onclose = () => {
    for (const { reject } of asked.values()) reject(new Error("the browser is gone"));
  };
  const ask: Browser["ask"] = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      asked.set(++last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, sessionId }));
    });
  return {
    ask,
    on(method, listener) {
      const entry = { method, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await ask("Browser.close").catch(() => undefined); // it may be gone before it answers
      await Promise.race([ended, after(5000)]);
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    },
  };
}

async function portOf(child: ChildProcess, profile: string): Promise<string[]> {
  const file = path.join(profile, "DevToolsActivePort");
  for (let tries = 0; tries < 200 && child.pid !== undefined && child.exitCode === null; tries++) {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    if (lines.length > 1) return lines;
    await after(50);
  }
  throw new Error(`${browserOptions.executablePath} does not start`);
}
