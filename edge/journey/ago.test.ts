import { expect, test } from "vitest";
import { ago } from "./ago.ts";

const minute = 60_000;
const hour = 60 * minute;

test.each([
  ["1 s", -5000],
  ["1 s", 0],
  ["59 s", 59_999],
  ["59 min", 59.8 * minute],
  ["24 h", 24 * hour],
  ["47 h", 48 * hour - 1],
  ["2 d", 48 * hour],
  ["6 d", 7 * 24 * hour - 1],
])("how long is said is never longer than it was, nor negative: %s", (said, ms) => {
  expect(ago(ms)).toBe(said);
});
