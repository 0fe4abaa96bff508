import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { workerd } from "../scripts/workerd.ts";

const root = path.join(import.meta.dirname, "..");

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

type Ask = (at: string, init?: RequestInit) => Promise<Response>;

/** The shipped configuration on a port of its own, in a folder of its own. */
async function withEdge(
  secrets: Record<string, string>,
  act: (status: (...asked: Parameters<Ask>) => Promise<number>, ask: Ask) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-production-"));
  const port = await freePort();
  const shipped = readFileSync(path.join(root, "workerd.capnp"), "utf8");
  expect(shipped.split("127.0.0.1:8080")).toHaveLength(2);
  mkdirSync(path.join(folder, "data"));
  writeFileSync(path.join(folder, "workerd.capnp"), shipped.replace("127.0.0.1:8080", `127.0.0.1:${port}`));
  for (const part of ["dist/worker", "dist/scripts"]) cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  const child = spawn(workerd, ["serve", "workerd.capnp"], { cwd: folder, env: { ...process.env, ...secrets }, stdio: "ignore" });
  let how: string | undefined;
  const ended = new Promise<void>((resolve) =>
    child.once("exit", (code, signal) => {
      how = `workerd ended with ${code ?? signal}`;
      resolve();
    }),
  );
  const ask: Ask = (at, init) => fetch(`http://127.0.0.1:${port}${at}`, init);
  const status = async (...asked: Parameters<Ask>) => (await ask(...asked)).status;
  try {
    await expect.poll(async () => how ?? (await status("/healthz").catch(() => 0))).not.toBe(0);
    expect(how).toBeUndefined();
    await act(status, ask);
    expect(how).toBeUndefined();
  } finally {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

const worker = (module: string) => readFileSync(path.join(root, "dist/worker", module), "utf8");
const modules = readdirSync(path.join(root, "dist/worker"));

test("the production modules hold nothing of the demo", () => {
  for (const module of modules)
    for (const word of [
      "pk_demo",
      "/dev/clock",
      "skip_ms",
      "RECEIVER",
      "SHOP",
      "INBOX",
      "cuspClock",
      "127.0.0.1",
      "inbox.example",
    ])
      expect(worker(module), `${word} in ${module}`).not.toContain(word);
});

test("what only a push needs is in a module that nothing else loads", () => {
  expect(modules.sort()).toEqual(["adapters.js", "chunk.js", "edge.js", "feeds.js", "operations.js", "site-check.js"]);
  const loaded = (module: string) => [...worker(module).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, name]) => name);
  expect([loaded("edge.js"), loaded("chunk.js")]).toEqual([["chunk.js"], []]);
  for (const word of ["recipe/cart-recovery", "BLOCK_AS_IMPLICIT_KEY"]) {
    expect(worker("site-check.js"), word).toContain(word);
    expect(worker("edge.js") + worker("chunk.js"), word).not.toContain(word);
  }
});

test("without secrets of 32 bytes everything but the script and its health is shut", async () => {
  await withEdge({ EDGE_SECRET: "short", ADMIN_TOKEN: "short" }, async (status) => {
    expect(await status("/v1/sites/pk_demo")).toBe(503);
    expect(await status("/v1/admin/sites", { method: "POST", ...bearer("short") })).toBe(503);
    expect(await status("/cusp.js")).toBe(200);
  });
});

test("an edge with an EDGE_SECRET and no admin token keeps the admin API shut", async () => {
  await withEdge({ EDGE_SECRET: "e".repeat(32) }, async (status) => {
    expect(await status("/v1/admin/sites", { method: "POST" })).toBe(503);
  });
});

test("a new key takes a site file, the demo's key and its clock are unknown", async () => {
  const token = "t".repeat(40);
  await withEdge({ EDGE_SECRET: "e".repeat(32), ADMIN_TOKEN: token }, async (status, ask) => {
    expect(await status("/v1/admin/sites", { method: "POST", ...bearer("wrong") })).toBe(401);
    const { site } = (await (await ask("/v1/admin/sites", { method: "POST", ...bearer(token) })).json()) as {
      site: string;
    };
    const file = `version: 1\nsite: ${site}\norigins: [https://shop.example]\n`;
    expect(await status(`/v1/admin/sites/${site}/file`, { method: "PUT", body: file, ...bearer(token) })).toBe(200);
    expect(await status(`/v1/sites/${site}`)).toBe(200);
    expect(await status("/v1/sites/pk_demo")).toBe(401);
    expect(await status("/v1/admin/sites/pk_demo/file", { method: "PUT", body: file, ...bearer(token) })).toBe(404);
    expect(await status("/dev/clock", { method: "POST", body: "{}" })).toBe(404);
    expect(await status("/inbox")).toBe(404);
  });
});
