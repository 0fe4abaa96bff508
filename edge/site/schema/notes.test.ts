import { expect, test } from "vitest";
import { eachKey, siteFileJsonSchema } from "./json-schema.ts";
import { notes } from "./notes.ts";

test("every key has a note and an example, and no note is of a key that is gone", () => {
  const keys = new Set<string>();
  eachKey(siteFileJsonSchema(), (path) => keys.add(path));
  expect([...keys].filter((key) => !notes[key])).toEqual([]);
  expect(Object.keys(notes).filter((key) => !keys.has(key))).toEqual([]);
});
