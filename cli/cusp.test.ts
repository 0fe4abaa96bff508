import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { push } from "./push.ts";

const root = path.join(import.meta.dirname, "..");
const demo = path.join(root, "demo-site/cusp.yaml");
const folder = mkdtempSync(path.join(tmpdir(), "cusp-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cusp = (args: string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], {
    env: { PATH: process.env.PATH, ...env },
    encoding: "utf8",
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
};

const broken = path.join(folder, "broken.yaml");
writeFileSync(broken, "version: 1\nsite: pk_demo\norigins: [nowhere]\n");

test("a good file is said to be fine, a broken one is explained by file, line and column", () => {
  expect(cusp(["check", demo])).toMatchObject({ status: 0, stdout: `${demo} is fine: 3 triggers for pk_demo` });
  expect(cusp(["check", broken])).toMatchObject({
    status: 1,
    stderr: `${broken}:3:11  an origin is scheme, host and port only, like https://shop.example`,
  });
  expect(JSON.parse(cusp(["check", broken, "--json"]).stdout)).toMatchObject({ ok: false, mistakes: [{ line: 3, column: 11 }] });
});

test("what is wrong with the command line is said, with the remedy", () => {
  expect(cusp(["check"])).toMatchObject({ status: 2, stderr: "name the site file, like `cusp check cusp.yaml`" });
  expect(cusp(["check", "absent.yaml"])).toMatchObject({ status: 2, stderr: "absent.yaml cannot be read" });
  expect(cusp(["push", demo])).toMatchObject({ status: 2, stderr: "say which edge, like --edge https://edge.example" });
  expect(cusp(["push", demo, "--edge", "http://127.0.0.1:1"]).stderr).toMatch(/^set CUSP_ADMIN_TOKEN/);
  expect(cusp(["frob"])).toMatchObject({ status: 2, stderr: expect.stringMatching(/^there is no command `frob`/) });
  expect(cusp(["check", "--frob"]).status).toBe(2);
  expect(cusp([]).stdout).toMatch(/^cusp: the site file/);
});

test("the admin token is sent unencrypted to this machine only", () => {
  const env = { CUSP_ADMIN_TOKEN: "the token" };
  for (const edge of ["http://edge.example", "http://127.0.0.1.edge.example", "http://user@127.0.0.2", "ftp://localhost"])
    expect(cusp(["push", demo, "--edge", edge], env), edge).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^the admin token would cross the network unencrypted; use --edge https:/),
    });
  for (const edge of ["http://localhost:1", "http://127.0.0.1:1"])
    expect(cusp(["push", demo, "--edge", edge], env).stderr, edge).toBe(`${edge} does not answer`);
});

const controls = /[^\n\P{Cc}]/u;

test("what a file says reaches the terminal without its escapes", () => {
  const hostile = path.join(folder, "hostile.yaml");
  writeFileSync(hostile, `${readFileSync(demo, "utf8")}"\\e]0;pwned\\a\\x9b2J\\ncusp.yaml:1:1": 1\n`);
  for (const args of [[], ["--json"]]) {
    const { status, stdout, stderr } = cusp(["check", hostile, ...args]);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("pwned");
    expect(stdout + stderr).not.toMatch(controls);
    expect((stdout + stderr).split("\n")).toHaveLength(1);
  }
});

test("a token that others on the machine can read is refused", () => {
  const token = path.join(folder, "token");
  writeFileSync(token, "secret");
  chmodSync(token, 0o644);
  const { status, stderr } = cusp(["push", demo, "--edge", "http://127.0.0.1:1"], { CUSP_ADMIN_TOKEN_FILE: token });
  expect({ status, stderr }).toEqual({ status: 2, stderr: `${token} can be read by others; run: chmod 600 ${token}` });
});

let edge: http.Server;
let replies: [status: number, body: string] = [200, '{"version":7}'];
let asked: { method: string | undefined; url: string | undefined; token: string | undefined };
beforeAll(async () => {
  edge = http.createServer((request, response) => {
    asked = { method: request.method, url: request.url, token: request.headers.authorization };
    request.resume().on("end", () => response.writeHead(replies[0]).end(replies[1]));
  });
  await new Promise<void>((resolve) => edge.listen(0, "127.0.0.1", resolve));
});
afterAll(() => edge.close());
afterEach(() => vi.restoreAllMocks());
const here = () => `http://127.0.0.1:${(edge.address() as AddressInfo).port}`;

test("push sends the file under its site's key, with the token", async () => {
  process.env.CUSP_ADMIN_TOKEN = "the token";
  await push.file(demo, here(), true);
  expect(asked).toEqual({ method: "PUT", url: "/v1/admin/sites/pk_demo/file", token: "Bearer the token" });
});

test("what an edge says reaches the terminal without its escapes", async () => {
  process.env.CUSP_ADMIN_TOKEN = "the token";
  const escapes = "\u001b]0;pwned\u0007\u009b2J";
  const said = vi.spyOn(console, "log").mockReturnValue();
  replies = [200, JSON.stringify({ version: escapes, site: escapes })];
  await push.file(demo, here(), false);
  await push.key(here(), false);
  await push.key(here(), true);
  replies = [422, JSON.stringify({ detail: escapes, mistakes: [{ line: escapes, column: 1, message: escapes }] })];
  const refusal = await push.key(here(), false).catch((error: Error) => error.message);
  const all = [...said.mock.calls.flat(), refusal];
  expect(all).toHaveLength(4);
  for (const text of all) {
    expect(text).toContain("pwned");
    expect(text).not.toMatch(controls);
  }
});
