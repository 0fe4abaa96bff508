import { expect, test } from "vitest";
import { switchTo } from "./switch.ts";
import { tail } from "./tail.ts";
import { testEdge } from "./test-edge.ts";
import { rollback, versions } from "./versions.ts";

const at = testEdge();
const site = "pk_test";

test("versions are listed with who pushed them and why, and what is switched off stands below", async () => {
  const pushed_at = Date.UTC(2026, 4, 1, 9, 30);
  at.answer(() => ({
    body: {
      versions: [
        { version: 12, pushed_at, who: "aB3dE6gH", note: "", restores: 3 },
        { version: 11, pushed_at, who: "root", note: "the spring sale", restores: null },
      ],
      switches: { off: false, triggers: ["cart-exit"] },
    },
  }));
  await versions({ site, edge: at.edge });
  expect(at.asked[0]).toMatchObject({ method: "GET", url: "/v1/admin/sites/pk_test/versions" });
  expect(at.printed).toEqual([
    "  12  2026-05-01 09:30  aB3dE6gH  brings back version 3",
    "  11  2026-05-01 09:30  root  the spring sale",
    "switched off: cart-exit",
  ]);
  await versions({ site, edge: at.edge, json: true });
  expect(JSON.parse(at.printed.at(-1) ?? "")).toMatchObject({ ok: true, switches: { triggers: ["cart-exit"] } });
});

test("a rollback names the version to bring back, and the newest, so that a push in between stops it", async () => {
  at.answer(({ method }) =>
    method === "GET"
      ? { body: { versions: [{ version: 12 }] } }
      : { body: { version: 13, changes: [{ pointer: "/triggers/a", what: "removed" }] } },
  );
  await rollback({ site, edge: at.edge, to: "3", note: "too loud" });
  expect(at.asked[1]).toMatchObject({ method: "POST", url: "/v1/admin/sites/pk_test/rollback" });
  expect(JSON.parse(at.asked[1]?.body ?? "")).toEqual({ to: 3, base: 12, note: "too loud" });
  expect(at.printed).toEqual(["  - triggers › a", "version 13 of pk_test is the file of version 3"]);
  await expect(rollback({ site, edge: at.edge })).rejects.toMatchObject({ exitCode: 2 });
  await expect(rollback({ edge: at.edge, to: "3" })).rejects.toThrow("say which site, like --site pk_…");
});

const source = "version: 1\nsite: pk_test\norigins: [https://shop.example]\n";

test("a rollback can be looked at first: what would change, and whom it would reach", async () => {
  const changes = [{ pointer: "/triggers/a", what: "removed" }];
  at.answer(({ method }) => (method === "GET" ? { body: source } : { body: { version: 13, base: 12, changes } }));
  await rollback({ site, edge: at.edge, to: "3", "dry-run": true }, async () => ({ people: 7, sessions: 1000 }));
  expect(at.asked.map(({ method, url }) => `${method} ${url.replace("/v1/admin/sites/pk_test", "")}`)).toEqual([
    "GET /versions/3",
    "POST /rollback",
    "GET /file",
  ]);
  expect(at.printed).toEqual([
    "  - triggers › a",
    "In the sample week of 1,000 sessions this would reach about 7 people instead of 7.",
    "Nothing was rolled back.",
  ]);
  at.answer(() => ({ status: 404, body: {} }));
  await expect(rollback({ site, edge: at.edge, to: "3", "dry-run": true })).rejects.toThrow("there is no version 3");
});

test("a trigger that is not in the file is named, with the one that was meant", async () => {
  const file = `${source}triggers:
  cart-exit: { on: [exit], when: page.key, message: stay, re_entry: { after: 7d } }
messages:
  stay: { purpose: service, subject: We kept your place, action: { label: Back, link: /cart } }
destinations:
  email: { url: https://tool.example/hook, channels: [email], secret: DEST_PK_TEST_EMAIL }
`;
  at.answer(({ method }) => (method === "GET" ? { body: file } : { status: 422, body: { detail: "no such trigger" } }));
  const typo = switchTo("off", { site, edge: at.edge, trigger: "cart-exti" });
  await expect(typo).rejects.toThrow("pk_test has no trigger `cart-exti`; did you mean `cart-exit`?");
  const known = switchTo("off", { site, edge: at.edge, trigger: "cart-exit" });
  await expect(known).rejects.toThrow("the edge refused (422): no such trigger");
});

test("a switch puts the site or one trigger off and on, and tells what is off then", async () => {
  at.answer(({ body }) => ({ body: { off: body.includes('"off":true'), triggers: [] } }));
  await switchTo("off", { site, edge: at.edge });
  await switchTo("on", { site, edge: at.edge, trigger: "cart-exit" });
  expect(at.asked.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
    ["PUT", { off: true }],
    ["PUT", { triggers: { "cart-exit": true } }],
  ]);
  expect(at.printed).toEqual([
    "pk_test is off, everywhere within 10 s; the site is switched off: nothing is sent",
    "cart-exit is on, everywhere within 10 s; nothing is switched off",
  ]);
  await expect(switchTo("of", { site, edge: at.edge })).rejects.toMatchObject({ exitCode: 2 });
});

test("the tail asks every second for what came since, prints each line once, and ends when it is told to", async () => {
  let seq = 100;
  at.answer(() => {
    seq += 1;
    return {
      body: {
        lines: [{ seq, at: seq, person: "p-0123456789", what: "not_sent", gate: "cap", trigger: "t", text: "line\u001b[2J" }],
      },
    };
  });
  let nowMs = 0;
  const waits: number[] = [];
  const watch = {
    now: () => nowMs,
    wait: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  await tail({ site, edge: at.edge, for: "2s" }, watch);
  expect(waits).toEqual([1000, 1000]);
  expect(at.asked.map(({ url }) => url.split("?")[1])).toEqual(["after=0", "after=101", "after=102"]);
  expect(at.printed[0]).toMatch(/^\d\d:\d\d:\d\d {2}p-012345 {2}not sent \(cap\) {2}t {2}line \[2J$/);
  await tail({ site, edge: at.edge, for: "1s", json: true }, watch);
  expect(JSON.parse(at.printed.at(-1) ?? "")).toMatchObject({ seq, gate: "cap" });
  await expect(tail({ site, edge: at.edge, for: "soon" })).rejects.toMatchObject({ exitCode: 2 });
});
