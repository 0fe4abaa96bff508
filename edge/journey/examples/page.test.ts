import { expect, test } from "vitest";
import { checkSiteFile } from "../../site/check.ts";
import { examples, fileWith } from "./shop.ts";

const faults = (source: string) => {
  const checked = checkSiteFile(source);
  return [...(checked.ok ? [] : checked.mistakes), ...checked.warnings].map(({ line, message }) => `${line}: ${message}`);
};

test.each(examples)("%s is a file without a mistake or a warning, as docs/examples.md has it", (name) => {
  expect(faults(fileWith(name))).toEqual([]);
});

test("so are all of them together", () => {
  expect(faults(fileWith(...examples))).toEqual([]);
});

test("each of them is run here, under its own name", async () => {
  const files = await Promise.all([
    import("./browsing.test.ts?raw"),
    import("./carts.test.ts?raw"),
    import("./help.test.ts?raw"),
    import("./limits.test.ts?raw"),
  ]);
  const tests = files.map(({ default: text }) => text).join("\n");
  expect(examples.filter((name) => !tests.includes(`test("${name}: `))).toEqual([]);
});
