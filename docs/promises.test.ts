import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, "..", file), "utf8");

const rows = read("docs/promises.md")
  .split("\n")
  .filter((line) => /^\| (\d+|[ABH]\d) /.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, id = "", , kept = ""]) => ({ id, kept }));

const testFiles = ["contract", "sdk", "edge", "cli", "e2e", "server"].flatMap((folder) =>
  readdirSync(path.join(import.meta.dirname, "..", folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(test|e2e)\.ts$/.test(file))
    .map((file) => read(path.join(folder, file))),
);

test("every known grievance and threat of people and journeys has its promise", () => {
  const asked = [...Array.from({ length: 28 }, (_, i) => String(i + 1)), ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `A${n}`)];
  expect(rows.map(({ id }) => id)).toEqual([...asked, "B1", "B2", "B3", "B4", "H6"]);
});

test("a promise is kept by tests that exist, or says why it is not", () => {
  for (const { id, kept } of rows) {
    const names = [...kept.matchAll(/“(.+?)”/g)].map(([, name = ""]) => name);
    expect(names.length > 0 || /^Not (kept|here)/.test(kept), `${id} names no test and no reason`).toBe(true);
    for (const name of names)
      expect(
        testFiles.some((text) => text.includes(name)),
        `${id}: there is no test “${name}”`,
      ).toBe(true);
  }
});
