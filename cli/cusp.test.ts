import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("a token that others on the machine can read is refused", () => {
  const token = path.join(folder, "token");
  writeFileSync(token, "secret");
  chmodSync(token, 0o644);
  const { status, stderr } = cusp(["push", demo, "--edge", "http://127.0.0.1:1"], { CUSP_ADMIN_TOKEN_FILE: token });
  expect({ status, stderr }).toEqual({ status: 2, stderr: `${token} can be read by others; run: chmod 600 ${token}` });
});

let edge: http.Server;
let asked: { method: string | undefined; url: string | undefined; token: string | undefined };
beforeAll(async () => {
  edge = http.createServer((request, response) => {
    asked = { method: request.method, url: request.url, token: request.headers.authorization };
    request.resume().on("end", () => response.end('{"version":7}'));
  });
  await new Promise<void>((resolve) => edge.listen(0, "127.0.0.1", resolve));
});
afterAll(() => edge.close());

test("push sends the file under its site's key, with the token", async () => {
  process.env.CUSP_ADMIN_TOKEN = "the token";
  await push.file(demo, `http://127.0.0.1:${(edge.address() as AddressInfo).port}`, true);
  expect(asked).toEqual({ method: "PUT", url: "/v1/admin/sites/pk_demo/file", token: "Bearer the token" });
});
