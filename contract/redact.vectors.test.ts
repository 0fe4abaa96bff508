import { expect, test } from "vitest";
import { redacted, redactVectors } from "./redact.vectors.ts";

test.each(redactVectors)("$kind $input is told as $expected, and so again the second time", (vector) => {
  expect(redacted(vector)).toEqual(vector.expected);
  if (vector.expected !== null) expect(redacted(vector, 2)).toEqual(vector.expected);
});
