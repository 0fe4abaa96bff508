import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readSiteFile } from "../check.ts";
import { quickTally, reach, type SimulateOptions, simulate } from "./simulate.ts";
import type { Tally } from "./tally.ts";
import { peopleFor, sampleWeek } from "./week/sample-week.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-simulate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const at = (name: string) => path.join(import.meta.dirname, "../../demo-site", name);
const demo = at("cusp.yaml");
const fiveJobs = at("five-jobs.yaml");
function written(name: string, source: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  return file;
}
/** A file, with who is at 6 or more treated as who is at 7 now. */
const from6 = (file: string, name: string) => written(name, readFileSync(file, "utf8").replace("now: 7", "now: 6"));
const sixes = from6(demo, "six.yaml");
const fiveSixes = from6(fiveJobs, "five-six.yaml");

async function said(file: string, other: string | undefined, options: SimulateOptions): Promise<string> {
  const log = vi.spyOn(console, "log").mockReturnValue();
  await simulate(file, other, options);
  const text = String(log.mock.calls[0]?.[0]);
  log.mockRestore();
  return text;
}

const slowMs = 240_000;

let week: Tally;
beforeAll(async () => {
  week = await quickTally(readSiteFile(fiveJobs).file, 5000);
}, slowMs);

test("at the default bands 1–5 % of the sample week's sessions reach 7", () => {
  expect(week.sessions).toBe(5000);
  expect(week.now / week.sessions).toBeGreaterThan(0.01);
  expect(week.now / week.sessions).toBeLessThan(0.05);
  const { cart_abandon, hesitation, exit } = week.kinds;
  for (const kind of [cart_abandon, hesitation, exit]) expect(kind?.now).toBeGreaterThan(0);
});

test("the figures of a week belong together", () => {
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  expect(sum(week.histogram)).toBe(week.sessions);
  expect(sum(week.messages_per_person)).toBe(week.people);
  expect(week.reached).toBe(week.people - (week.messages_per_person["0"] ?? 0));
  const sent = Object.values(week.triggers).flatMap((of) => Object.values(of.sent).map(sum));
  expect(sent.reduce((a, b) => a + b, 0)).toBe(week.messages);
  for (const of of Object.values(week.triggers)) expect(of.sessions).toBeLessThanOrEqual(of.entered);
});

test(
  "who turns to leave is still there for a moment, and sees what is shown on the page",
  async () => {
    const onPage = readFileSync(demo, "utf8")
      .replace("subject: We kept your place", "onsite: { title: We keep your place }")
      .replace("channels: [email]", "channels: [email, onsite]");
    const { triggers } = await quickTally(readSiteFile(written("on-page.yaml", onPage)).file, 5000);
    const { onsite = 0 } = triggers.leaving?.sent["before-you-go"] ?? {};
    expect(onsite).toBeGreaterThan((triggers.leaving?.entered ?? 0) / 2);
  },
  slowMs,
);

test("what a tool without an adapter would send is counted, and told apart", () => {
  expect(week.messages_without_adapter).toBeGreaterThan(0);
  expect(week.messages_without_adapter).toBeLessThan(week.messages);
  expect(week.triggers["cart-left"]?.not_sent.no_adapter).toBeUndefined();
});

test(
  "from 7 to 6: the people that the change would add are counted and shown before anything is pushed",
  async () => {
    const { before, after, difference, examples } = JSON.parse(await said(demo, sixes, { sessions: "1500", json: true }));
    expect(after.reached).toBeGreaterThan(before.reached);
    expect(difference).toMatchObject({ added: after.reached - before.reached, lost: 0 });
    expect(examples).toHaveLength(3);
    expect(examples[0]).toMatchObject({ change: "added", text: expect.stringMatching(/ sent by .*; before not: /) });
    const jobs = JSON.parse(await said(fiveJobs, fiveSixes, { sessions: "1500", json: true }));
    expect(jobs.difference.added).toBeGreaterThan(0);
    expect(await said(demo, sixes, { sessions: "300" })).toMatch(/This change would reach \d+ (person|people) instead of \d+\./);
  },
  slowMs,
);

test(
  "on several cores the figures are the same, and into a pipe no progress is drawn",
  async () => {
    const cli = path.join(import.meta.dirname, "../../dist/cli.js");
    const args = [cli, "simulate", demo, "--sessions", "2800", "--json"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await said(demo, undefined, { sessions: "2800", json: true })));
  },
  slowMs,
);

test(
  "recorded batches are rehearsed as the sample week is",
  async () => {
    const { file } = readSiteFile(demo);
    const batchesOf = sampleWeek(file, 1);
    const { people, visitsOfLast } = peopleFor(300, 1);
    const received = Array.from({ length: people }, (_, i) =>
      batchesOf(i + 1, i + 1 === people ? visitsOfLast : undefined),
    ).flat();
    const lines = received.map(({ receivedAtMs, batch }) => JSON.stringify({ received_at: receivedAtMs, ...batch }));
    const batches = written("recorded.ndjson", `${lines.reverse().join("\n")}\n`);
    const { seed: _, ...sample } = JSON.parse(await said(demo, undefined, { sessions: "300", json: true }));
    expect(JSON.parse(await said(demo, undefined, { batches, json: true }))).toEqual({ ...sample, batches });
  },
  slowMs,
);

test("a line that is no batch is named with what is wrong with it", async () => {
  const wrong = (text: string) => simulate(demo, undefined, { batches: written("wrong.ndjson", text) });
  await expect(wrong("\n{")).rejects.toThrow("wrong.ndjson:2:1  is not JSON");
  await expect(wrong("{}")).rejects.toThrow("wrong.ndjson:1:1  says no `received_at`");
  await expect(wrong('{"received_at":1,"v":2}')).rejects.toThrow("wrong.ndjson:1:1  /v");
  await expect(wrong("")).rejects.toThrow("holds no batches");
  await expect(simulate(demo, undefined, { batches: "absent.ndjson" })).rejects.toThrow("absent.ndjson cannot be read");
});

test(
  "a file that is not live yet is rehearsed as if it were",
  async () => {
    const { file } = readSiteFile(demo);
    expect(await reach({ ...file, live: false }, 1000)).toEqual(await reach(file, 1000));
  },
  slowMs,
);
