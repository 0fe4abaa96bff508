import fc from "fast-check";
import { expect, test } from "vitest";
import { rendered } from "../../edge/content/liquid.ts";
import { checkRows } from "../../edge/site/feeds/check-rows.ts";
import { harmful } from "../../edge/test/hostile.ts";
import { readTable } from "./table.ts";

const seeds = [
  "{{ cart.value }}",
  "{% for a in (1..9) %}x{% endfor %}",
  "<img src=x onerror=alert(1)>",
  '=HYPERLINK("https://evil.example")',
  "@SUM(1+1)|cmd",
  "\r\nBcc: everybody@shop.example",
  "\u202egpj.exe",
  "\u{e0020}",
  "\u00ad\u200b",
  "\u001b]0;pwned\u0007",
  "\u0000",
  "\ud83d",
  "__proto__",
  'a","b',
  "a;b\tc",
  "javascript:alert(1)",
  "https://shop.example@evil.example/",
  "//evil.example",
];
const cell = fc.oneof(
  fc.constantFrom(...seeds),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.tuple(fc.string({ maxLength: 8 }), fc.constantFrom(...seeds)).map((parts) => parts.join("")),
);
const names = ["id", "name", "brand", "category", "price", "url", "image_url", "margin", "stock", "sizes"];
const address = fc.oneof(fc.constantFrom("", "https://shop.example/p/9"), cell);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
/** As a file holds it, in UTF-8. */
const tableOf = (rows: string[][]) => Buffer.from([names, ...rows].map((row) => row.map(quoted).join(",")).join("\n")).toString();
const origins = ["https://shop.example"];

test("whatever stands in a table is refused with its place, or stays a text that does nothing", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell, cell, address, cell), { minLength: 1, maxLength: 2 }), (rows) => {
      const source = tableOf(
        rows.map(([id, name, brand, category, url, sizes]) => [id, name, brand, category, "", url, "", "", "3", sizes]),
      );
      const table = readTable(source, "products");
      const checked = table.mistakes.length ? undefined : checkRows("products", table.rows, origins);
      if (!checked?.ok) {
        const lines = source.split("\n").length;
        const places = checked ? checked.mistakes.map(({ row, field }) => table.at(row, field)) : table.mistakes;
        expect(places.length).toBeGreaterThan(0);
        for (const { line, column } of places) expect(line >= 1 && line <= lines + 1 && column >= 1).toBe(true);
        return;
      }
      taken++;
      for (const row of checked.rows) {
        const texts = [row.id, row.name, row.brand ?? "", row.category ?? "", row.url ?? "", ...(row.sizes ?? [])];
        expect(texts.filter((text) => harmful.test(text))).toEqual([]);
        expect(Object.keys(row).filter((field) => !names.includes(field))).toEqual([]);
        if (row.url) expect(new URL(row.url).origin).toBe(origins[0]);
        // A template fills it in; it is none itself.
        expect(rendered("{{ product.name }}", () => ({ product: row }))).toBe(row.name);
      }
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(20);
});

test("a name of characters that nobody sees is a missing name", () => {
  const { rows } = readTable(tableOf([["9", "\u{e0020}\u00ad", "", "", "", "", "", "", "", ""]]), "products");
  expect(checkRows("products", rows)).toMatchObject({
    ok: false,
    mistakes: [{ row: 0, field: "name", message: "`name` is missing: every row needs one" }],
  });
});

test("a cell that is a plain text comes through a table as it was", () => {
  const plain = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .filter((text) => text.trim() === text && !harmful.test(text));
  fc.assert(
    fc.property(plain, plain, (id, name) => {
      const { rows } = readTable(tableOf([[id, name, "", "", "", "", "", "", "", ""]]), "products");
      const checked = checkRows("products", rows);
      expect(checked).toEqual({ ok: true, rows: [{ id, name }] });
    }),
    { numRuns: 300 },
  );
});
