import { listDurableObjectIds } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bindings, call, skip } from "./test/edge.ts";
import { as, fileOf, fileWith, get, newSite, push, root, send } from "./test/site.ts";

const tokenFor = async (site: string, more: object) =>
  await (await send(root, "POST", `/sites/${site}/tokens`, more)).json<{ token: string; id: string }>();

const paths = (site: string): Record<string, [method: string, path: string, body?: unknown]> => ({
  "reads the file": ["GET", `/sites/${site}/file`],
  "lists versions": ["GET", `/sites/${site}/versions`],
  "reads a version": ["GET", `/sites/${site}/versions/1`],
  "reads the log": ["GET", `/sites/${site}/audit`],
  "follows the tail": ["GET", `/sites/${site}/tail`],
  "tries a push": ["PUT", `/sites/${site}/file?dry_run=true`, fileOf(site, "currency: EUR\n")],
  pushes: ["PUT", `/sites/${site}/file`, fileOf(site)],
  "rolls back": ["POST", `/sites/${site}/rollback`, { to: 1 }],
  switches: ["PUT", `/sites/${site}/switches`, { off: false }],
  "lists tokens": ["GET", `/sites/${site}/tokens`],
  "makes a token": ["POST", `/sites/${site}/tokens`, { role: "write" }],
  "revokes a token": ["DELETE", `/sites/${site}/tokens/AAAAAAAA`],
  "makes a site": ["POST", "/sites"],
});
const reads = ["reads the file", "lists versions", "reads a version", "reads the log", "follows the tail", "tries a push"];
const writes = ["pushes", "rolls back", "switches"];

/** What a token may do at a site: all that is not refused. */
async function allowed(token: string, site: string): Promise<string[]> {
  const may: string[] = [];
  for (const [name, [method, path, body]] of Object.entries(paths(site))) {
    const init = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const { status } = await as(token, path, { method, ...init });
    if (status < 300 || status === 404) may.push(name);
  }
  return may;
}

test("a token opens its own site as far as its role goes, and nothing else", async () => {
  const [site, other] = [await newSite(), await newSite()];
  await push(site, fileOf(site));
  await push(other, fileOf(other));
  const reader = await tokenFor(site, { role: "read" });
  const writer = await tokenFor(site, { role: "write" });
  expect(await allowed(reader.token, site)).toEqual(reads);
  expect(await allowed(writer.token, site)).toEqual([...reads, ...writes]);
  expect(await allowed(writer.token, other)).toEqual([]);
  expect(await allowed(root, site)).toEqual(Object.keys(paths(site)));
  const elsewhere = await as(writer.token, `/sites/${other}/file`);
  expect([elsewhere.status, (await elsewhere.json<{ detail: string }>()).detail]).toEqual([
    403,
    "this admin token is for another site",
  ]);
});

test("a token is told once, and never again: lists, log and storage hold its id alone", async () => {
  const site = await newSite();
  await push(site, fileOf(site));
  const { token, id } = await tokenFor(site, { role: "write", note: "the build", expires: "30d" });
  const tokens = await (await as(root, `/sites/${site}/tokens`)).text();
  expect(JSON.parse(tokens)).toMatchObject({ tokens: [{ id, role: "write", note: "the build" }] });
  const log = await (await as(root, `/sites/${site}/audit`)).text();
  const secret = token.slice(token.indexOf(id) + id.length + 1);
  for (const text of [tokens, log]) expect(text).not.toContain(secret);
  await push(site, fileOf(site, "currency: EUR\n"), "", token);
  expect(await get(`/sites/${site}/versions`)).toMatchObject({ versions: [{ version: 2, who: id }, {}] });
});

test("a token that was revoked, or has expired, opens nothing", async () => {
  const site = await newSite();
  await push(site, fileOf(site));
  const [gone, old] = [await tokenFor(site, { role: "write" }), await tokenFor(site, { role: "write", expires: "1h" })];
  expect((await as(root, `/sites/${site}/tokens/${gone.id}`, { method: "DELETE" })).status).toBe(200);
  expect(await allowed(gone.token, site)).toEqual([]);
  expect((await as(old.token, `/sites/${site}/file`)).status).toBe(200);
  await skip(3_600_000);
  expect(await allowed(old.token, site)).toEqual([]);
  expect((await as(root, `/sites/${site}/tokens/${gone.id}`, { method: "DELETE" })).status).toBe(404);
});

test("a token that this edge did not seal reaches no object", async () => {
  const site = await newSite();
  const { token } = await tokenFor(site, { role: "write" });
  const unused = await newSite();
  const objects = async () => (await listDurableObjectIds(bindings.SITE as never)).length;
  const before = await objects();
  const letter = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), letter, fc.boolean(), async (at, put, elsewhere) => {
      const from = elsewhere ? token.replace(site, unused) : token;
      const forged = from.slice(0, at) + put + from.slice(at + 1);
      fc.pre(forged !== token);
      expect((await as(forged, `/sites/${elsewhere ? unused : site}/file`)).status).toBe(401);
    }),
    { numRuns: 200 },
  );
  for (const wrong of ["", "x", root.slice(1), `${root}x`, token.slice(1), `${token}A`, "adm_", `adm_${"a".repeat(5000)}`])
    expect((await as(wrong, `/sites/${unused}/file`)).status).toBe(401);
  expect(await objects()).toBe(before);
});

test("what is asked for in another shape is refused with its name, and never quoted", async () => {
  const site = await newSite();
  const shapes: [string, string, unknown, string][] = [
    ["POST", `/sites/${site}/tokens`, { role: "root" }, "/role"],
    ["POST", `/sites/${site}/tokens`, { role: "read", expires: "9000d" }, "/expires"],
    ["POST", `/sites/${site}/tokens`, { role: "read", note: "x".repeat(201) }, "/note"],
    ["POST", `/sites/${site}/tokens`, { role: "read", secretly: 1 }, ""],
    ["POST", `/sites/${site}/rollback`, { to: -1 }, "/to"],
    ["PUT", `/sites/${site}/file?base=one`, fileOf(site), "/base"],
    ["PUT", `/sites/${site}/file?dry_run=yes`, fileOf(site), "/dry_run"],
    ["PUT", `/sites/${site}/file?dryrun=true`, fileOf(site), ""],
  ];
  for (const [method, path, body, pointer] of shapes) {
    const answer = await send(root, method, path, body);
    const text = await answer.text();
    expect([answer.status, (JSON.parse(text) as { pointer: string }).pointer], path).toEqual([422, pointer]);
    expect(text).not.toMatch(/secretly|9000d|xxx/);
  }
  expect((await send(root, "POST", `/sites/${site}/rollback`, "{")).status).toBe(400);
});

test("a path that is not there, and a key this edge did not make, are 404; who holds no token is told nothing", async () => {
  const site = await newSite();
  expect((await as(root, "/nothing")).status).toBe(404);
  expect((await as(root, `/sites/${site}/nothing`)).status).toBe(404);
  expect((await as(root, "/sites/pk_AAAAAAAAAAAAAAAAAAAAAA/versions")).status).toBe(404);
  expect((await as(root, `/sites/${site}/file`)).status).toBe(404);
  expect((await call("/v1/admin/nothing")).status).toBe(401);
});

test("a site has 100 tokens at most", async () => {
  const site = await newSite();
  await push(site, fileWith(site, "leaving"));
  for (let i = 0; i < 100; i++) await tokenFor(site, { role: "read" });
  expect((await send(root, "POST", `/sites/${site}/tokens`, { role: "read" })).status).toBe(409);
});

test("a secret for user tokens that is too short to hold is told whoever pushes, by name and without its value", async () => {
  const site = await newSite();
  const secrets = bindings as unknown as Record<string, string>;
  const name = `IDENTITY_${site.toUpperCase()}`;
  const warned = async (secret: string) => {
    secrets[name] = secret;
    const { warnings } = (await push(site, fileOf(site), "?dry_run=true")) as unknown as { warnings: { message: string }[] };
    return warnings.map(({ message }) => message).filter((message) => message.includes(name));
  };
  const long = "s".repeat(32);
  expect(await warned(`${long} too-short`)).toEqual([expect.stringContaining("shorter than 32 bytes")]);
  expect((await warned("too-short")).join()).not.toContain("too-short");
  for (const fine of [long, `${long} ${long}`, ""]) expect(await warned(fine)).toEqual([]);
  delete secrets[name];
});
