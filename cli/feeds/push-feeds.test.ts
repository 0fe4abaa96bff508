import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Stop } from "../stop.ts";
import { testEdge } from "../test-edge.ts";
import { pushWithFeeds } from "./push-feeds.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-feeds-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string | Buffer): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const siteFile = write("site.yaml", "version: 1\nsite: pk_test\norigins: [https://shop.example]\n");

const at = testEdge();
const push = async (feed: string[], more: object = {}) =>
  await pushWithFeeds(undefined, { edge: at.edge, site: "pk_test", feed, ...more });
const takes = () =>
  at.answer(({ body }) => ({ body: { rows: (JSON.parse(body) as { rows: [] }).rows.length, at: Date.UTC(2026, 10, 23) } }));

/** What stops a push of this file, where; without the name of the file. */
async function stopped(name: string, text: string | Buffer): Promise<string[]> {
  takes();
  const file = write(name, text);
  const stop = (await push([file]).catch((error: unknown) => error)) as Stop;
  expect(at.asked).toEqual([]);
  return stop.message.replaceAll(file, "").split("\n");
}

test("a table is pushed as typed rows, under the kind that its name says or that is said", async () => {
  takes();
  const products = write(
    "products.csv",
    '\ufeffID,Name,Price,Sizes,Image URL\r\nsku-1,"Trail ""5"", red",99.90,41|42,https://cdn.example/1.jpg\r\n\r\nsku-2,Socks,,,\r\n',
  );
  const levels = write("levels.tsv", "id\tvariant\tleft\nsku-1\t42\t3\n");
  await push([products, `stock=${levels}`], { at: "2026-11-23T06:00:00Z" });
  expect(at.asked.map(({ method, url, token }) => [method, url, token])).toEqual([
    ["PUT", "/v1/admin/sites/pk_test/feeds/products", "Bearer the token"],
    ["PUT", "/v1/admin/sites/pk_test/feeds/stock", "Bearer the token"],
  ]);
  expect(at.asked.map(({ body }) => JSON.parse(body) as object)).toEqual([
    {
      at: "2026-11-23T06:00:00Z",
      rows: [
        { id: "sku-1", name: 'Trail "5", red', price: 99.9, sizes: ["41", "42"], image_url: "https://cdn.example/1.jpg" },
        { id: "sku-2", name: "Socks" },
      ],
    },
    { at: "2026-11-23T06:00:00Z", rows: [{ id: "sku-1", size: "42", left: 3 }] },
  ]);
  expect(at.printed).toEqual(["products: 2 rows as of 2026-11-23T00:00:00.000Z", "stock: 1 row as of 2026-11-23T00:00:00.000Z"]);
});

test("rows as JSON, as a list or one on each line, are the same rows", async () => {
  takes();
  const rows = [{ text: "Good\u2028shop", author: "Ada" }, { text: "Quick" }];
  const said = [{ text: "Good shop", author: "Ada" }, { text: "Quick" }];
  await push([
    write("quotes.json", JSON.stringify(rows)),
    `reviews=${write("r.ndjson", rows.map((row) => JSON.stringify(row)).join("\n"))}`,
  ]);
  expect(at.asked.map(({ body }) => (JSON.parse(body) as { rows: object[] }).rows)).toEqual([said, said]);
});

test("every wrong cell of a table is named by line and column, with what to write instead", async () => {
  expect(
    await stopped(
      "products.csv",
      'id,name,price,margin,url\nsku-1,"two\nlines",€12,low,https://shop.example/p\nsku-2,,1,huge,\nsku-1,Again,1,,javascript:alert(1)\n',
    ),
  ).toEqual([
    ":3:8  `price` must be a number with a point, like 99.90: no currency, no other signs",
    ":4:7  `name` is missing: every row needs one",
    ":4:10  `margin` must be low, medium or high",
    ":5:16  `url` must be the whole address of a page, like https://shop.example/p/9",
    ":5:1  row 1 has the same id: keep one of the two",
  ]);
});

test.each([
  [
    "a row with a comma too many",
    "id,left\na,1\nb,1,5\n",
    ":3:1  has 3 cells, and the first line names 2: put a cell with a comma in it in quotes",
  ],
  ["a column that is missing", "id,size\na,42\n", ":1:1  there is no column `left`, and every row needs one"],
  ["a column that is there twice", "id,left,left\na,1,2\n", ":1:9  the column `left` is there twice: keep one"],
  [
    "a quote that is not closed",
    'id,left\n"a,1\n',
    ':2:1  a cell that begins with a quote is not closed: write a quote within a cell twice, ""',
  ],
  ["no rows", "id,left\n", ":1:1  there are no rows: an export that failed looks so; to take a feed away, DELETE it"],
  ["no file at all", "", ":1:1  there is no column `id`, and every row needs one"],
])("a table with %s is refused", async (_, text, said) => {
  expect((await stopped("stock.csv", text))[0]).toBe(said);
});

test("JSON that is none, or no rows, is refused where it is wrong", async () => {
  expect(await stopped("stock.ndjson", '{"id":"a","left":1}\n\n{"id":\n')).toEqual([
    ":3:1  is not JSON: write one row on each line",
  ]);
  expect(await stopped("stock.json", '{"rows": []}')).toEqual([":1:1  must be a list of rows: [{…}, {…}]"]);
  expect(await stopped("stock.json", '[\n  {"id": "a,{", "left": 1},\n  7, {"id": "b", "left": -1}\n]')).toEqual([
    ":3:3  must be a row with id, size, left",
    ":3:6  `left` must be a whole number of pieces, 0 or more, like 3",
  ]);
});

test("a file that is too large, in another encoding, of no kind or twice of one is not pushed", async () => {
  const rows = "sku,1\n".repeat(20_001);
  expect((await stopped("stock.csv", `id,left\n${rows}`))[0]).toContain("there are 20001 rows, and a feed may have 20000");
  expect((await stopped("stock.csv", `id,left\n${"x".repeat(5_000_000)}`))[0]).toContain("has 5.0 MB, and a feed may have 5");
  expect((await stopped("stock.csv", Buffer.from("id,left\nSchuh gr\xf6\xdfe,1\n", "latin1")))[0]).toContain("is not in UTF-8");
  expect((await stopped("export.csv", "id,left\n"))[0]).toMatch(/^say what feed .* like --feed products=/);
  const stock = write("stock.csv", "id,left\na,1\n");
  await expect(push([stock, `stock=${stock}`])).rejects.toThrow("two files are the feed stock");
  await expect(push([stock], { at: "yesterday" })).rejects.toThrow("--at takes an instant");
});

test("a column that no feed has is left out, and told of", async () => {
  takes();
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await push([write("stock.csv", "id,colour,left,lefft\na,red,1,2\n")]);
  expect(JSON.parse(at.asked[0]?.body ?? "{}")).toMatchObject({ rows: [{ id: "a", left: 1 }] });
  expect(said.mock.calls.join()).toMatch(/1:4 {2}the column `colour` is none of a feed of stock, and is left out/);
  expect(said.mock.calls.join()).toContain(
    "1:16  the column `lefft` is none of a feed of stock, and is left out; did you mean `left`?",
  );
});

test("what the edge refuses is told by its place in the file", async () => {
  at.answer(() => ({
    status: 422,
    body: { detail: "no", mistakes: [{ pointer: "/rows/1/url", message: "`url` must be ours\u001b[2J" }] },
  }));
  const file = write("products.csv", "id,name,url\na,A,https://shop.example/a\nb,B,https://elsewhere.example/b\n");
  await expect(push([file])).rejects.toThrow(`the edge refused ${file}\n${file}:3:5  \`url\` must be ours [2J`);
});

test("with a site file its key and its origins are known, and both are pushed; a dry run pushes neither", async () => {
  at.answer(({ url }) => ({ body: url.includes("/feeds/") ? { rows: 1, at: 0 } : { version: 2, base: 1, changes: [] } }));
  const ours = write("products.csv", "id,name,url\na,A,https://shop.example/a\n");
  const run = async (more: object) => await pushWithFeeds(siteFile, { edge: at.edge, feed: [ours], yes: "1000000", ...more });
  await run({ "dry-run": true });
  expect(at.asked.every(({ url }) => url.includes("dry_run") || url.endsWith("/file"))).toBe(true);
  await run({});
  expect(at.asked.at(-1)?.url).toBe("/v1/admin/sites/pk_test/feeds/products");
  const asked = at.asked.length;
  write("products.csv", "id,name,url\na,A,https://elsewhere.example/a\n");
  await expect(run({})).rejects.toThrow(":2:5  `url` must be an address of the site's own, on https://shop.example");
  expect(at.asked).toHaveLength(asked);
});
