import { expect, test } from "vitest";
import { checkSiteFile, type Mistake } from "./check.ts";

declare global {
  interface ImportMeta {
    glob: (files: string, how: object) => Record<string, string>;
  }
}

/** Site files with something wrong in them. Their first lines say what `check` must say, and where. */
const files = import.meta.glob("./broken/*.yaml", { query: "?raw", import: "default", eager: true });

const told = (word: string, mistakes: readonly Mistake[]): string[] =>
  mistakes.map(({ line, column, message }) => `# ${word} ${line}:${column} ${message}`);

test("there are 60 broken files and more", () => {
  expect(Object.keys(files).length).toBeGreaterThanOrEqual(60);
});

test.each(Object.entries(files))("%s is told of where it is wrong, and what to do", (_, source) => {
  const expected = source.split("\n").filter((line) => /^# (expect|warn) /.test(line));
  const checked = checkSiteFile(source);
  expect([...told("expect", checked.ok ? [] : checked.mistakes), ...told("warn", checked.warnings)]).toEqual(expected);
  expect(expected.length).toBeGreaterThan(0);
});
