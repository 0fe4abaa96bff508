import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";

const root = path.join(import.meta.dirname, "..");
const demo = path.join(root, "demo-site/cusp.yaml");
const fiveJobs = path.join(root, "demo-site/five-jobs.yaml");
const folder = mkdtempSync(path.join(tmpdir(), "cusp-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Each call is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

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
  expect(cusp(["check", demo])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/cusp.yaml is fine: \d+ triggers for pk_demo$/),
  });
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
  expect(cusp(["checks", demo]).stderr).toMatch(/^there is no command `checks`; did you mean `check`\?/);
  expect(cusp(["check", "--frob"])).toMatchObject({ status: 2, stderr: expect.stringMatching(/^there is no option `--frob`\n/) });
  expect(cusp(["simulate", demo, "--session", "3"]).stderr).toMatch(
    /^there is no option `--session`; did you mean `--sessions`\?/,
  );
  expect(cusp(["rollback", "--to"]).stderr).toMatch(/^`--to` needs a value behind it/);
  expect(cusp(["check", folder])).toMatchObject({
    status: 2,
    stderr: `${folder} is a folder; name the file in it, like ${folder}/cusp.yaml`,
  });
  expect(cusp(["init", "another"]).stderr).toMatch(/^`another` is one word too many/);
  expect(cusp(["check", demo, "another"]).stderr).toMatch(/^`another` is one word too many/);
  expect(cusp(["simulate", demo, "--sessions", "many"])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/whole number/),
  });
});

test("help is there for the program and for each command", () => {
  for (const args of [[], ["help"], ["--help"]])
    expect(cusp(args)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^cusp: the site file/) });
  const { stdout } = cusp(["help", "simulate"]);
  expect(stdout).toContain("--sessions N");
  expect(cusp(["simulate", "--help"]).stdout).toBe(stdout);
});

test("a warning is told and does not fail, unless that is asked for", () => {
  const doubtful = path.join(folder, "doubtful.yaml");
  writeFileSync(
    doubtful,
    readFileSync(fiveJobs, "utf8")
      .replace(/^limits:\n(?: .*\n)+/m, 'limits: { sms_to: ["+33"] }\n')
      .replaceAll(/re_entry: .*/g, "re_entry: always"),
  );
  const { status, stderr } = cusp(["check", doubtful]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^warning: .*doubtful.yaml:\d+:\d+ {2}/);
  expect(cusp(["check", doubtful, "--strict"]).status).toBe(1);
  expect(JSON.parse(cusp(["check", doubtful, "--json"]).stdout)).toMatchObject({
    ok: true,
    warnings: expect.arrayContaining([expect.anything()]),
  });
});

test("a file in another encoding than UTF-8 is refused", () => {
  const latin = path.join(folder, "latin.yaml");
  writeFileSync(latin, Buffer.from(`${readFileSync(demo, "utf8")}# caf\u00e9\n`, "latin1"));
  expect(cusp(["check", latin])).toMatchObject({ status: 1, stderr: `${latin} is not in UTF-8; save it in that encoding` });
});

test("the warnings are there in JSON beside the mistakes", () => {
  const both = path.join(folder, "both.yaml");
  writeFileSync(both, `${readFileSync(fiveJobs, "utf8")}`.replace("message: cart-tips", "message: cart-tip"));
  expect(JSON.parse(cusp(["check", both, "--json"]).stdout)).toMatchObject({
    ok: false,
    mistakes: [{ message: expect.stringContaining("did you mean `cart-tips`?") }],
    warnings: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining("klaviyo") })]),
  });
});

test("editors get the JSON Schema", () => {
  expect(JSON.parse(cusp(["schema"]).stdout)).toMatchObject({ type: "object", properties: { triggers: expect.anything() } });
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
    expect(stdout + stderr).toContain("a letter in this cannot be read");
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
