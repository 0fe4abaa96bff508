import { expect, test } from "vitest";
import { expected, scored } from "./score.vectors.ts";

test("every golden vector reaches its tenth, its band and its evidence, strongest first", () => {
  expect(scored()).toEqual(expected());
});
