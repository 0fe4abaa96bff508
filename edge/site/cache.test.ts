import fc from "fast-check";
import { expect, test } from "vitest";
import { checksHash } from "../../dist/script.js";
import type { Reading, SiteObject } from "../objects/site.ts";
import type { Told } from "./answers.ts";
import { type Sites, siteCache } from "./cache.ts";
import { checkSiteFile } from "./check.ts";
import type { FileCopy } from "./copies.ts";
import type { SiteFile } from "./schema/site-file.ts";

function parsed(source: string): SiteFile {
  const checked = checkSiteFile(source);
  if (!checked.ok) throw new Error(checked.mistakes[0]?.message);
  return checked.file;
}

const written = (money: string) => parsed(`version: 1\nsite: pk_demo\norigins: [https://shop.example]\ncurrency: ${money}\n`);
const fileOf = (money: string) => JSON.stringify(written(money));
const copyFrom = (checkedBy: string): FileCopy => ({ version: 1, checkedBy, file: written("USD") });
const on = { off: false, triggers: [] };

/** One isolate, its Site object and its copies, with a clock that is moved by hand. */
function isolate(copy?: FileCopy) {
  const at = { ms: 1_000_000 };
  const truth = { version: 1, file: fileOf("EUR"), switches: on as Reading["switches"], isFollowed: false };
  const told: Told[][] = [];
  /** Stands between the object and the isolate; a test may hold an answer back. */
  const gate = { answer: async <T>(value: T): Promise<T> => value };
  const stub = {
    read: (known: number) => {
      const { file, ...now } = truth;
      return gate.answer<Reading>(known === now.version ? now : { ...now, file });
    },
    tell: async (lines: Told[]) => void told.push(lines),
  };
  const namespace = () => ({ getByName: () => stub }) as unknown as DurableObjectNamespace<SiteObject>;
  const kv = { get: async () => copy ?? null } as unknown as KVNamespace;
  const sites: Sites = siteCache(
    namespace,
    () => at.ms,
    () => (copy ? kv : undefined),
  );
  return { at, truth, gate, sites, told };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("whatever is switched or pushed, an isolate acts on it within 10 s, and sends nothing on what is older than 5 s", async () => {
  const step = fc.record({ waitMs: fc.nat(12_000), change: fc.constantFrom("off", "on", "push", "none"), fresh: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { at, truth, sites } = isolate();
      const history = [{ atMs: 0, off: false, version: 1 }];
      for (const { waitMs, change, fresh } of steps) {
        at.ms += waitMs;
        if (change === "off" || change === "on") truth.switches = { off: change === "off", triggers: [] };
        if (change === "push") Object.assign(truth, { version: truth.version + 1, file: fileOf("USD") });
        if (change !== "none") history.push({ atMs: at.ms, off: truth.switches.off, version: truth.version });
        const config = await (fresh ? sites.fresh : sites.load)("pk_demo");
        const from = history.findLastIndex(({ atMs }) => atMs <= at.ms - (fresh ? 5000 : 10_000));
        const may = history.slice(Math.max(0, from)).map(({ off, version }) => `${off} ${version}`);
        expect(may).toContain(`${config?.switches.off} ${config?.version}`);
        await settled();
      }
    }),
    { numRuns: 50 },
  );
});

test("a switch that changed nothing leaves the compiled file as it is", async () => {
  const { at, sites } = isolate();
  const first = await sites.fresh("pk_demo");
  at.ms += 6000;
  expect(await sites.fresh("pk_demo")).toBe(first);
});

test("an answer that was overtaken by a later one changes nothing", async () => {
  const { at, truth, gate, sites } = isolate();
  await sites.fresh("pk_demo");
  at.ms += 6000;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  gate.answer = async (value) => {
    await held;
    return value;
  };
  const early = sites.fresh("pk_demo");
  truth.switches = { off: true, triggers: [] };
  gate.answer = async (value) => value;
  at.ms += 1;
  expect((await sites.fresh("pk_demo"))?.switches.off).toBe(true);
  release();
  expect((await early)?.switches.off).toBe(true);
  expect((await sites.load("pk_demo"))?.switches.off).toBe(true);
});

test("at the door a cold isolate takes the copy and does not wait; whoever decides or sends waits for the truth", async () => {
  const cold = () => isolate(copyFrom(checksHash));
  const door = cold();
  Object.assign(door.truth, { version: 2 });
  door.gate.answer = () => new Promise(() => {});
  expect((await door.sites.near("pk_demo"))?.version).toBe(1);
  expect((await door.sites.near("pk_demo"))?.version).toBe(1);

  const deciding = cold();
  Object.assign(deciding.truth, { version: 2 });
  await deciding.sites.near("pk_demo");
  expect((await deciding.sites.load("pk_demo"))?.version).toBe(2);
  expect((await deciding.sites.near("pk_demo"))?.version).toBe(2);
});

test("a copy that another build checked, or that is not there, costs a wait and nothing else", async () => {
  for (const door of [isolate(copyFrom("another")), isolate()])
    expect((await door.sites.near("pk_demo"))?.file.currency).toBe("EUR");
});

test("the Site object is told what happens only while somebody follows it, 50 lines a second at most", async () => {
  const { at, truth, sites, told } = isolate();
  const line = { atMs: 5, what: "sent", text: "a hint", trigger: "leaving", gate: undefined };
  await sites.fresh("pk_demo");
  sites.tell("pk_demo", "p", [line]);
  expect(told).toEqual([]);
  truth.isFollowed = true;
  at.ms += 6000;
  await sites.fresh("pk_demo");
  sites.tell("pk_demo", "p", [line]);
  expect(told).toEqual([[{ at: 5, person: "p", what: "sent", text: "a hint", trigger: "leaving" }]]);
  for (let i = 0; i < 100; i++) sites.tell("pk_demo", "p", [line]);
  expect(told.flat()).toHaveLength(50);
  at.ms += 1000;
  sites.tell("pk_demo", "p", [line]);
  expect(told.flat()).toHaveLength(51);
});
