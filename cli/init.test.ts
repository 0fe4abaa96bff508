import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { checkSiteFile } from "../edge/site/check.ts";
import { recipes } from "../edge/site/recipes/recipes.ts";
import { firstFile, init } from "./init.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-init-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

test.each(Object.keys(recipes))("the first file with %s passes the check and stays short", (recipe) => {
  const source = firstFile(recipe, "pk_mine");
  const checked = checkSiteFile(source);
  expect(checked).toMatchObject({ ok: true, file: { site: "pk_mine" } });
  expect(checked.ok && Object.keys(checked.file.triggers).length).toBeGreaterThan(0);
  expect(source.trim().split("\n").length).toBeLessThanOrEqual(14);
});

test("a file is written once, with the next command, and never over another", () => {
  const said = vi.spyOn(console, "log").mockReturnValue();
  const out = path.join(folder, "cusp.yaml");
  init({ out, site: "pk_mine" });
  expect(said).toHaveBeenCalledWith(`${out} is written, with recipe/cart-recovery@1. Next: cusp check ${out}`);
  const written = readFileSync(out, "utf8");
  expect(() => init({ out, recipe: "browse" })).toThrow(`${out} is there already and stays as it is`);
  expect(readFileSync(out, "utf8")).toBe(written);
});

test("a recipe goes by the beginning of its name; one that does not exist is answered with those that do", () => {
  vi.spyOn(console, "log").mockReturnValue();
  init({ out: path.join(folder, "payment.yaml"), recipe: "payment help" });
  expect(readFileSync(path.join(folder, "payment.yaml"), "utf8")).toContain("use: recipe/payment-help@1");
  expect(() => init({ out: path.join(folder, "no.yaml"), recipe: "soup" })).toThrow(
    /^there is no recipe `soup`; there are recipe\/cart/,
  );
  expect(() => init({ out: path.join(folder, "no.yaml"), site: "shop" })).toThrow(/^a site key starts with pk_/);
});
