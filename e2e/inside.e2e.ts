import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { workerd } from "../scripts/workerd.ts";

const shipped = readFileSync(path.join(import.meta.dirname, "..", "workerd.capnp"), "utf8");

/** Fetches whatever it is asked for, with none of the edge's own checks before it. */
const careless = `export default { async fetch(request) {
  const url = new URL(request.url).searchParams.get("url");
  try { return new Response("answered " + (await fetch(url, { redirect: "manual" })).status); }
  catch (error) { return new Response("refused"); }
} };`;

const listening = (onConnection: () => void) =>
  new Promise<{ port: number; close: () => void }>((resolve) => {
    const server = createServer((socket) => {
      onConnection();
      socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"));
    });
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() }));
  });

/** The shipped configuration, its network included, around that worker. */
async function fetched(url: (port: number) => string, change: (config: string) => string = (config) => config) {
  let connections = 0;
  const inner = await listening(() => connections++);
  const probe = await listening(() => undefined);
  probe.close();
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-inside-"));
  mkdirSync(path.join(folder, "data"));
  mkdirSync(path.join(folder, "dist/scripts"), { recursive: true });
  const services = change(shipped.slice(0, shipped.indexOf("const edge :Workerd.Worker"))).replace(
    "127.0.0.1:8080",
    `127.0.0.1:${probe.port}`,
  );
  const worker = `const edge :Workerd.Worker = (compatibilityDate = "2026-08-01", modules = [(name = "w.js", esModule = embed "w.js")]);`;
  writeFileSync(path.join(folder, "w.js"), careless);
  writeFileSync(path.join(folder, "workerd.capnp"), services + worker);
  const child = spawn(workerd, ["serve", "workerd.capnp"], { cwd: folder, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const asked = `http://127.0.0.1:${probe.port}/?url=${encodeURIComponent(url(inner.port))}`;
    let said = "";
    await expect
      .poll(async () => {
        said = await fetch(asked).then(
          async (answer) => await answer.text(),
          () => "",
        );
        return said;
      })
      .not.toBe("");
    return { said, connections };
  } finally {
    child.kill("SIGKILL");
    await ended;
    inner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const host of ["localhost", "LOCALHOST.", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
  test(`under the shipped configuration ${host} gets no connection, whatever the edge were told`, async () => {
    expect(await fetched((port) => `http://${host}:${port}/`)).toEqual({ said: "refused", connections: 0 });
  });

test("with private networks allowed the same name is connected to: it is the configuration that refuses", async () => {
  const open = (config: string) => config.replace('allow = ["public"]', 'allow = ["public", "private"]');
  const { said, connections } = await fetched((port) => `http://localhost:${port}/`, open);
  expect(said).toBe("answered 204");
  expect(connections).toBeGreaterThan(0);
});
