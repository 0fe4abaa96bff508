import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import demo from "../demo-site/cusp.yaml?raw";
import fiveJobs from "../demo-site/five-jobs.yaml?raw";
import { objectName } from "./env.ts";
import type { AuditLine, VersionLine } from "./site/answers.ts";
import { checkSiteFile } from "./site/check.ts";
import { copyOf } from "./site/copies.ts";
import type { SiteFile } from "./site/schema/site-file.ts";
import { bindings, skip } from "./test/edge.ts";
import { as, fileOf, fileWith, get, newSite, push, root, send } from "./test/site.ts";

const object = (site: string) => bindings.SITE.getByName(objectName(site, "site", site));
const versionsOf = async (site: string) => (await get<{ versions: VersionLine[] }>(`/sites/${site}/versions`)).versions;
const auditOf = async (site: string, query = "") => (await get<{ audit: AuditLine[] }>(`/sites/${site}/audit${query}`)).audit;

test("every push is a version that says who, when and why, and can be read again", async () => {
  const site = await newSite();
  await push(site, fileOf(site), "?note=the%20first");
  expect(await push(site, fileOf(site, "currency: EUR\n"))).toMatchObject({ status: 200, version: 2, base: 1 });
  expect(await push(site, fileOf(site, "currency: EUR\n"))).toMatchObject({ status: 200, version: 2, changes: [] });
  expect(await versionsOf(site)).toMatchObject([
    { version: 2, who: "root", note: "", restores: null, pushed_at: expect.any(Number) },
    { version: 1, who: "root", note: "the first" },
  ]);
  const old = await as(root, `/sites/${site}/versions/1`);
  expect([old.headers.get("cusp-version"), await old.text()]).toEqual(["1", fileOf(site)]);
  expect((await as(root, `/sites/${site}/versions/3`)).status).toBe(404);
});

test("a push says what it changes, and a dry run says the same and changes nothing", async () => {
  const site = await newSite();
  await push(site, fileWith(site, "leaving", "waiting"));
  const next = fileWith(site, "staying", "waiting").replace("title: Hello", "title: Good day");
  const changes = [
    { pointer: "/triggers/leaving", what: "removed" },
    { pointer: "/triggers/staying", what: "added" },
    { pointer: "/messages/hello/onsite/title", what: "changed", from: "Hello", to: "Good day" },
  ];
  expect(await push(site, next, "?dry_run=true")).toMatchObject({ status: 200, version: 2, base: 1, changes, dry_run: true });
  expect(await versionsOf(site)).toHaveLength(1);
  expect(await push(site, next)).toMatchObject({ status: 200, version: 2, changes });
});

test("a push that was based on an older version is refused, with what to do", async () => {
  const site = await newSite();
  await push(site, fileOf(site));
  await push(site, fileOf(site, "currency: EUR\n"), "?base=1");
  expect(await push(site, fileOf(site, "currency: USD\n"), "?base=1")).toMatchObject({
    status: 409,
    detail: expect.stringMatching(/^your file is based on version 1, and the newest is 2: .* push again based on 2$/),
  });
  expect(await versionsOf(site)).toHaveLength(2);
});

test("of two pushes based on the same version one is taken", async () => {
  const site = await newSite();
  await push(site, fileOf(site));
  const both = await Promise.all(["EUR", "USD"].map((money) => push(site, fileOf(site, `currency: ${money}\n`), "?base=1")));
  expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
});

test("a rollback makes an old file the newest version, if it still holds", async () => {
  const site = await newSite();
  await push(site, fileOf(site));
  await push(site, fileOf(site, "currency: EUR\n"));
  const back = await send(root, "POST", `/sites/${site}/rollback`, { to: 1, note: "too soon" });
  expect(await back.json()).toMatchObject({ version: 3, changes: [{ pointer: "/currency", what: "removed", from: "EUR" }] });
  expect(await (await as(root, `/sites/${site}/file`)).text()).toBe(fileOf(site));
  expect(await versionsOf(site)).toMatchObject([{ version: 3, restores: 1, note: "too soon" }, {}, {}]);
  expect((await send(root, "POST", `/sites/${site}/rollback`, { to: 9 })).status).toBe(404);

  await runInDurableObject(object(site) as never, (_site, { storage }) => {
    storage.sql.exec("UPDATE versions SET source = 'version: 0' WHERE version = 2");
  });
  const refused = await send(root, "POST", `/sites/${site}/rollback`, { to: 2 });
  expect([refused.status, (await refused.json<{ mistakes: unknown[] }>()).mistakes.length]).toEqual([422, expect.any(Number)]);
});

/** The newest file as an isolate gets it. */
const read = async (site: string) => JSON.parse((await object(site).read(0))?.file ?? "null") as SiteFile | null;

test.each([
  ["demo-site/cusp.yaml", demo],
  ["demo-site/five-jobs.yaml", fiveJobs],
])("%s comes to an isolate exactly as the check returned it", async (_name, written) => {
  const site = await newSite();
  const source = written.replaceAll("pk_demo", site).replaceAll("PK_DEMO", site.toUpperCase());
  const checked = checkSiteFile(source);
  expect(await push(site, source)).toMatchObject({ status: 200 });
  expect(await read(site)).toStrictEqual(checked.ok && checked.file);
});

test("a file that an earlier build took is checked by this one, once; where it fails, isolates go on with what they know", async () => {
  const site = await newSite();
  await push(site, fileOf(site, "currency: EUR\n"));
  const sql = (statement: string) =>
    runInDurableObject(object(site) as never, (_site, { storage }) => storage.sql.exec(statement).toArray());

  await sql("DELETE FROM parsed");
  expect(await read(site)).toMatchObject({ currency: "EUR" });
  await sql("UPDATE parsed SET checked_by = 'another', file = '{}'");
  expect(await Promise.all([read(site), read(site)])).toMatchObject([{ currency: "EUR" }, { currency: "EUR" }]);
  expect(await sql("SELECT version, file LIKE '%EUR%' AS is_whole FROM parsed")).toEqual([{ version: 1, is_whole: 1 }]);

  await sql("UPDATE versions SET source = 'version: 0'");
  await sql("DELETE FROM parsed");
  expect(await object(site).read(0)).toEqual({ version: 1, switches: { off: false, triggers: [] }, isFollowed: false });
  expect((await send(root, "PUT", `/sites/${site}/switches`, { off: true })).status).toBe(200);
});

test("what is pushed or brought back is copied for the door", async () => {
  const site = await newSite();
  const copied = async () => {
    const { version, file } = (await copyOf(bindings.SITES as KVNamespace, site)) ?? {};
    return { version, currency: file?.currency };
  };
  await push(site, fileOf(site, "currency: EUR\n"));
  await vi.waitFor(async () => expect(await copied()).toEqual({ version: 1, currency: "EUR" }));
  await push(site, fileOf(site, "currency: USD\n"));
  await vi.waitFor(async () => expect(await copied()).toEqual({ version: 2, currency: "USD" }));
  await send(root, "POST", `/sites/${site}/rollback`, { to: 1 });
  await vi.waitFor(async () => expect(await copied()).toEqual({ version: 3, currency: "EUR" }));
});

test("a file that grows beyond 1 MiB by its aliases is refused, and told why", async () => {
  const site = await newSite();
  const variants = Array.from({ length: 10 }, (_, i) => `{ id: v${i}, text: "${"x".repeat(990)}" }`).join(", ");
  const blocks = Array.from({ length: 10 }, (_, i) => `{ id: b${i}, choose: split, variants: [${variants}] }`).join(", ");
  const message = (i: number, what: string) => `  m${i}: { purpose: service, subject: Hello, blocks: ${what} }\n`;
  const first = message(0, `&all [${blocks}]`);
  const others = Array.from({ length: 15 }, (_, i) => message(i + 1, "*all"));
  const answer = await push(site, fileOf(site, `messages:\n${first}${others.join("")}`));
  expect(answer).toMatchObject({ status: 422 });
  expect(JSON.stringify(answer)).toContain("larger than 1 MiB");
});

test("500 versions and 10,000 lines of the log are kept", async () => {
  const site = await newSite();
  await push(site, fileOf(site));
  await runInDurableObject(object(site) as never, (_site, { storage }) => {
    const upTo = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <";
    storage.sql.exec(`${upTo} 600) INSERT INTO versions SELECT i, '', 0, 'root', '', NULL, NULL FROM n`);
    storage.sql.exec(`${upTo} 12000) INSERT INTO audit SELECT i, 0, 'root', 'push', 1, '' FROM n`);
  });
  await push(site, fileOf(site, "currency: EUR\n"));
  const counts = await runInDurableObject(object(site) as never, (_site, { storage }) =>
    ["versions", "audit"].map((table) => storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n),
  );
  expect(counts).toEqual([500, 10_000]);
});

test("a secret stays with the host, or the vendor, that it was first used with", async () => {
  const site = await newSite();
  const secret = `DEST_${site.toUpperCase()}_TOOL`;
  const to = (where: string) => fileOf(site, `destinations:\n  tool: { ${where}, channels: [email], secret: ${secret} }\n`);
  expect(await push(site, to("url: 'https://a.example/hook'"))).toMatchObject({ status: 200 });
  expect(await push(site, to("url: 'https://a.example/other'"))).toMatchObject({ status: 200 });
  for (const elsewhere of [
    "url: 'https://b.example/hook'",
    "vendor: resend, mode: rendered, settings: { from: news@shop.example }",
  ])
    expect(await push(site, to(elsewhere))).toMatchObject({ status: 422, pointer: "/destinations/tool/url" });
});

test("a switch needs no new version, and stays through pushes and rollbacks until it is put back", async () => {
  const site = await newSite();
  const turn = async (order: object) => await (await send(root, "PUT", `/sites/${site}/switches`, order)).json();
  expect((await send(root, "PUT", `/sites/${site}/switches`, { off: true })).status).toBe(404);
  await push(site, fileWith(site, "leaving", "waiting"));
  expect(await turn({ triggers: { leaving: false } })).toEqual({ off: false, triggers: ["leaving"] });
  expect(await turn({ off: true })).toEqual({ off: true, triggers: ["leaving"] });
  await push(site, fileWith(site, "waiting"));
  await send(root, "POST", `/sites/${site}/rollback`, { to: 1 });
  expect(await get(`/sites/${site}/versions`)).toMatchObject({ switches: { off: true, triggers: ["leaving"] } });
  expect(await turn({ off: false, triggers: { leaving: true } })).toEqual({ off: false, triggers: [] });
  expect(await versionsOf(site)).toHaveLength(3);
});

test("a trigger that is not in the file cannot be switched: a typing error would leave it running", async () => {
  const site = await newSite();
  await push(site, fileWith(site, "leaving"));
  for (const [order, pointer] of [
    [{ triggers: { leavign: false } }, "/triggers/leavign"],
    [{ triggers: { __proto: false } }, "/triggers/__proto"],
    [{}, ""],
    [{ off: "yes" }, "/off"],
  ] as const) {
    const answer = await send(root, "PUT", `/sites/${site}/switches`, order);
    expect([answer.status, (await answer.json<{ pointer: string }>()).pointer]).toEqual([422, pointer]);
  }
});

test("each change leaves one line in the log, in order; what is refused or only tried leaves none", async () => {
  const site = await newSite();
  await push(site, fileWith(site, "leaving"), "?note=first");
  await push(site, fileWith(site, "staying"), "?dry_run=true");
  await push(site, "version: 0");
  await push(site, fileWith(site, "leaving", "waiting"));
  await send(root, "POST", `/sites/${site}/rollback`, { to: 1 });
  await send(root, "PUT", `/sites/${site}/switches`, { off: true, triggers: { leaving: false } });
  const made = await send(root, "POST", `/sites/${site}/tokens`, { role: "read", note: "the board" });
  const { id } = await made.json<{ id: string }>();
  await as(root, `/sites/${site}/tokens/${id}`, { method: "DELETE" });
  const log = await auditOf(site);
  expect(log.map(({ who, what, version, detail }) => [who, what, version, detail])).toEqual([
    ["root", "push", 1, "first"],
    ["root", "push", 2, ""],
    ["root", "rollback", 3, "to 1"],
    ["root", "switch", 3, "the site off, leaving off"],
    ["root", "token_made", null, `${id}, to read: the board`],
    ["root", "token_revoked", null, `${id}: the board`],
  ]);
  expect(await auditOf(site, `?after=${log[3]?.seq}`)).toEqual(log.slice(4));
});

test("the tail tells what happens while somebody looks, each line once, and nothing when nobody does", async () => {
  const site = await newSite();
  const tell = (text: string) => object(site).tell([{ at: 1, person: "p", what: "sent", text }]);
  const look = async (after = 0) =>
    (await get<{ lines: { seq: number; text: string }[] }>(`/sites/${site}/tail?after=${after}`)).lines;
  await tell("before anybody looked");
  expect(await look()).toEqual([]);
  await tell("one");
  await tell("two");
  const seen = await look();
  expect(seen.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(await look(seen[1]?.seq)).toEqual([]);
  for (let i = 0; i < 600; i++) await tell(`line ${i}`);
  const many = await look(seen[1]?.seq);
  expect([many.length, many.at(-1)?.text]).toEqual([500, "line 599"]);
  await skip(61_000);
  await tell("after the last look");
  expect(await look(many.at(-1)?.seq)).toEqual([]);
});
