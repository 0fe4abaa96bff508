import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { codesIn } from "../edge/site/codes.ts";
import { push } from "./push.ts";
import { testEdge } from "./test-edge.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-codes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const offer = (pool: string) => `{ percent: 15, code: { pool: ${pool} }, valid_for: 24h }`;
const file = written(
  "cusp.yaml",
  `version: 1\nsite: pk_test\norigins: [https://shop.example]\noffers:\n  ten: ${offer("cart15")}\n  pay: ${offer("pay10")}\n`,
);
const codes = written("codes.csv", 'code;value\r\nC15-A;15\r\n"C15-B";15\r\n\r\nC15-A;15\r\n');
const others = written("others.json", '["P-1", "P-2"]');

const at = testEdge();
const obliging = () =>
  at.answer(({ url }) =>
    url.endsWith("/pools")
      ? { body: { pools: [{ pool: "cart15", left: 3 }] } }
      : url.includes("/pools/")
        ? { body: { added: 1200, had: 12, left: 1300 } }
        : { body: { version: 8, base: 7, changes: [] } },
  );

test("codes go to their pools before the file goes to the edge", async () => {
  obliging();
  await push(file, { edge: at.edge, codes: `cart15=${codes},pay10=${others}` });
  expect(at.asked.map(({ method, url }) => `${method} ${url.replace(/\?.*/, "")}`)).toEqual([
    "PUT /v1/admin/sites/pk_test/pools/cart15",
    "PUT /v1/admin/sites/pk_test/pools/pay10",
    "GET /v1/admin/sites/pk_test/pools",
    "PUT /v1/admin/sites/pk_test/file",
    "PUT /v1/admin/sites/pk_test/file",
  ]);
  expect(at.asked[1]?.body).toBe('["P-1", "P-2"]');
  expect(at.printed[0]).toBe("The pool cart15 has 1,200 codes more (12 were known before): 1,300 are left.");
  await push(file, { edge: at.edge, codes: `cart15=${codes}`, json: true });
  expect(JSON.parse(at.printed.at(-1) ?? "")).toMatchObject({ pools: [{ pool: "cart15", added: 1200, had: 12, left: 1300 }] });
});

test("a push tells of a pool without codes", async () => {
  obliging();
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await push(file, { edge: at.edge });
  expect(said.mock.calls.join()).toContain(
    "the pool pay10 has no codes left, so its offer is not made: add some with --codes pay10=FILE",
  );
});

test("a dry run counts the codes and sends none", async () => {
  obliging();
  await push(file, { edge: at.edge, codes: `cart15=${codes}`, "dry-run": true });
  expect(at.asked.filter(({ url }) => url.includes("/pools/"))).toEqual([]);
  expect(at.printed[0]).toBe(`${codes} has 2 codes for the pool cart15.`);
});

test("a pool that no offer has, a file that is none and a line that is no code stop the push before it begins", async () => {
  obliging();
  const pushing = (codes: string) => push(file, { edge: at.edge, codes });
  await expect(pushing(`crt15=${codes}`)).rejects.toThrow(
    "no offer takes its code from the pool `crt15`; did you mean `cart15`?",
  );
  await expect(pushing(codes)).rejects.toMatchObject({ exitCode: 2 });
  await expect(pushing(`cart15=${folder}/none.csv`)).rejects.toMatchObject({ exitCode: 2 });
  const wrong = written("wrong.csv", "SAVE-1\nsecret code\n");
  const stop: Error = (await pushing(`cart15=${wrong}`).catch((error: Error) => error)) as Error;
  expect(stop.message).toBe(`${wrong}: line 2 is no code: 1–40 letters without accents, digits, - or _`);
  expect(at.asked).toEqual([]);
});

test.each([
  ["one a line", "A\nB\n", ["A", "B"]],
  ["a table of a spreadsheet", "\uFEFFDiscount code,from\r\nA,1\r\nB,2", ["A", "B"]],
  ["old line ends", "A\rB\rA", ["A", "B"]],
  ["a list", ' ["A", "B"]', ["A", "B"]],
])("codes are read from %s", (_, text, read) => {
  expect(codesIn(text)).toEqual({ ok: true, codes: read });
});

test.each([
  ["nothing", "\n\n", "there is no code in it"],
  ["a list that is broken", '["A"', "this is no list in JSON"],
  ["a number in a list", '["A", 12]', "entry 2 is no code: 1–40 letters without accents, digits, - or _"],
  ["a code of 41 letters", "A".repeat(41), "line 1 is no code: 1–40 letters without accents, digits, - or _"],
  ["too many", Array.from({ length: 100_001 }, (_, i) => i).join("\n"), "at most 100000 codes at a time"],
])("no codes are read from %s", (_, text, why) => {
  expect(codesIn(text)).toEqual({ ok: false, why });
});
