import { expect, test } from "vitest";
import { redacted, redactVectors } from "../contract/redact.vectors.ts";

test("the edge redacts every shared vector as the browser does", () => {
  expect(redactVectors.length).toBeGreaterThanOrEqual(80);
  for (const vector of redactVectors) expect([vector.input, redacted(vector)]).toEqual([vector.input, vector.expected]);
});
