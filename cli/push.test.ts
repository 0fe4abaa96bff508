import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { key, push, type Reach } from "./push.ts";
import { testEdge } from "./test-edge.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-push-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const source = (money: string) => `version: 1\nsite: pk_test\norigins: [https://shop.example]\ncurrency: ${money}\n`;
const file = path.join(folder, "cusp.yaml");
writeFileSync(file, source("EUR"));

const at = testEdge();
const running = { base: 7, version: 8, changes: [{ pointer: "/currency", what: "changed", from: "USD", to: "EUR" }] };
/** An edge that runs version 7. */
const obliging = () => at.answer(({ method }) => (method === "GET" ? { body: source("USD") } : { body: running }));
const byCurrency: (people: Record<string, number>) => Reach = (people) => async (of) => ({
  people: people[of.currency ?? ""] ?? 0,
  sessions: 100_000,
});

test("a push looks first, tells the difference and the reach, and goes out based on what it saw", async () => {
  obliging();
  await push(file, { edge: at.edge, note: "the euro" }, byCurrency({ USD: 212, EUR: 900 }));
  expect(at.asked.map(({ method, url, token }) => [method, url, token])).toEqual([
    ["PUT", "/v1/admin/sites/pk_test/file?note=the+euro&dry_run=true", "Bearer the token"],
    ["GET", "/v1/admin/sites/pk_test/file", "Bearer the token"],
    ["PUT", "/v1/admin/sites/pk_test/file?note=the+euro&base=7", "Bearer the token"],
  ]);
  expect(at.asked[2]?.body).toBe(source("EUR"));
  expect(at.printed).toEqual([
    "Version 8 of pk_test would change:",
    "  ~ currency: USD → EUR",
    "In the sample week of 100,000 sessions this would reach about 900 people instead of 212.",
    `${file} is version 8 of pk_test`,
  ]);
});

test("a push that would reach many more people than the file that runs waits for --yes", async () => {
  const reach = byCurrency({ USD: 212, EUR: 1940 });
  const many = { edge: at.edge } as const;
  obliging();
  await expect(push(file, many, reach)).rejects.toMatchObject({
    exitCode: 1,
    message:
      "In the sample week of 100,000 sessions this would reach about 1,940 people instead of 212. Nothing was pushed; if you mean it: --yes 1940",
  });
  await expect(push(file, { ...many, yes: "1939" }, reach)).rejects.toThrow("--yes 1940");
  expect(at.asked.filter(({ url }) => url.includes("base=7"))).toHaveLength(0);
  await push(file, { ...many, yes: "1940" }, reach);
  await push(file, many, byCurrency({ USD: 5000, EUR: 5000 }));
  await push(file, many, byCurrency({ USD: 0, EUR: 1000 }));
  expect(at.asked.filter(({ url }) => url.includes("base=7"))).toHaveLength(3);
});

test("what the edge warns of is told at every push, though nothing else is to be changed", async () => {
  const warnings = [{ line: 1, column: 1, pointer: "/site", message: "the edge's secret IDENTITY_PK_TEST is too short" }];
  for (const version of [7, 8]) {
    at.answer(() => ({ body: { ...running, version, warnings } }));
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await push(file, { edge: at.edge, "dry-run": true });
    expect(said.mock.calls.join()).toContain("IDENTITY_PK_TEST is too short");
    said.mockRestore();
  }
});

test("a dry run pushes nothing", async () => {
  obliging();
  await push(file, { edge: at.edge, "dry-run": true }, byCurrency({ EUR: 99_999 }));
  expect(at.printed.at(-1)).toBe("Nothing was pushed.");
  await push(file, { edge: at.edge, "dry-run": true, json: true }, byCurrency({ USD: 1, EUR: 2 }));
  expect(JSON.parse(at.printed.at(-1) ?? "")).toEqual({
    ok: true,
    dry_run: true,
    warnings: [],
    ...running,
    people: 2,
    people_before: 1,
    sessions: 100_000,
  });
  expect(at.asked.every(({ method, url }) => method === "GET" || url.includes("dry_run=true"))).toBe(true);
});

test("a file that is the newest version already is not pushed again", async () => {
  at.answer(() => ({ body: { version: 7, base: 7, changes: [] } }));
  await push(file, { edge: at.edge });
  expect([at.printed, at.asked.length]).toEqual([["nothing to push: version 7 of pk_test is this file"], 1]);
});

test("the version that a file was made from is named by --base, and a push in between stops it", async () => {
  at.answer(() => ({ status: 409, body: { detail: "your file is based on version 5, and the newest is 7" } }));
  await expect(push(file, { edge: at.edge, base: "5" })).rejects.toThrow("(409): your file is based on version 5");
  expect(at.asked[0]?.url).toContain("base=5");
  await expect(push(file, { edge: at.edge, base: "five" })).rejects.toMatchObject({ exitCode: 2 });
});

test("an environment has an edge and a token of its own", async () => {
  obliging();
  vi.stubEnv("CUSP_EDGE_STAGING", at.edge);
  vi.stubEnv("CUSP_ADMIN_TOKEN_STAGING", "the token of staging");
  await key({ env: "staging" });
  expect(at.asked[0]).toMatchObject({ method: "POST", url: "/v1/admin/sites", token: "Bearer the token of staging" });
  await expect(key({ env: "production" })).rejects.toThrow("or set CUSP_EDGE_PRODUCTION");
  await expect(key({ env: "production", edge: at.edge })).rejects.toThrow(/^set CUSP_ADMIN_TOKEN_PRODUCTION, /);
});

test("what an edge says reaches the terminal without its escapes, whatever shape it has", async () => {
  const controls = /[^\n\P{Cc}]/u;
  const escapes = "\u001b]0;pwned\u0007\u009b2J";
  const change = { pointer: `/${escapes}`, what: escapes, from: escapes };
  const body = { version: escapes, site: escapes, changes: [change, {}], base: 0 };
  at.answer(({ method }) => (method === "GET" ? { status: 404, body: {} } : { body }));
  await push(file, { edge: at.edge });
  await key({ edge: at.edge });
  await key({ edge: at.edge, json: true });
  at.answer(() => ({ status: 422, body: { detail: escapes, mistakes: [{ line: escapes, column: 1, message: escapes }] } }));
  const refusal = await key({ edge: at.edge }).catch((error: Error) => error.message);
  at.answer(() => ({ status: 422, body: { detail: 1, mistakes: "none" } }));
  await expect(key({ edge: at.edge })).rejects.toThrow("the edge refused (422): 1");
  const all = [...at.printed, String(refusal)];
  expect(all.join("\n")).toContain("pwned");
  expect(all.join("\n")).not.toMatch(controls);
});
