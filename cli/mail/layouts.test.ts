import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { check } from "../check.ts";
import { push } from "../push.ts";
import { testEdge } from "../test-edge.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cusp-layouts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, "cusp.yaml");
const layout = path.join(folder, "emails/brand.mjml");
mkdirSync(path.dirname(layout));
const source = "version: 1\nsite: pk_test\norigins: [https://shop.example]\nemail: { layout: ./emails/brand.mjml }\n";
writeFileSync(file, source);
const wayOut = '{% if unsubscribe_url %}<a href="{{ unsubscribe_url }}">Leave</a>{% endif %}';
const lay = (inner: string) =>
  writeFileSync(
    layout,
    `<mjml>\n  <mj-body>\n    <mj-section>\n      <mj-column>\n        ${inner}\n      </mj-column>\n    </mj-section>\n  </mj-body>\n</mjml>\n`,
  );

const at = testEdge();

test("a layout is compiled and pushed beside its file, with the Liquid left in", async () => {
  lay(`<mj-text>Hello {{ subject }} ${wayOut}</mj-text>`);
  at.answer(() => ({ body: { base: 0, version: 1, changes: [] } }));
  await push(file, { edge: at.edge });
  const [, , pushed] = at.asked.length === 3 ? at.asked : [undefined, ...at.asked];
  const { file: sent, layouts } = JSON.parse(pushed?.body ?? "{}") as { file: string; layouts: Record<string, string> };
  expect(sent).toBe(source);
  expect(layouts["./emails/brand.mjml"]).toMatch(/^<!doctype html>[\s\S]*Hello \{\{ subject \}\}/);
});

test.each([
  ['<mj-text colour="red">x</mj-text>', `${layout}:5:1  mj-text: Attribute colour is illegal`],
  ["<mj-txt>x</mj-txt>", `${layout}:5:1  mj-txt: Element mj-txt doesn't exist or is not registered`],
  [
    '<mj-include path="../secret.txt" type="html" />',
    `${layout}:5:1  \`mj-include\` reads other files: write what it holds here`,
  ],
  [`<mj-text>{{ subjekt }} ${wayOut}</mj-text>`, `${layout}:5:21  there is no value \`subjekt\` for a layout`],
  [
    `<mj-text><a href="{{ subject }}">x</a> ${wayOut}</mj-text>`,
    `${layout}:5:30  \`{{ subject }}\`: in \`href\` a value is all there is, and is an address: put \`| link\` behind it`,
  ],
  ["<mj-text>No way out</mj-text>", `${layout}:1:1  it has no way to unsubscribe: `],
])("a layout with %s is explained by file and line", async (inner, message) => {
  lay(inner);
  at.answer(() => ({ body: {} }));
  const said = await check(file, {}).then(
    () => "fine",
    (error: Error) => error.message,
  );
  expect(said.slice(0, message.length)).toBe(message);
});

test("a layout that is not there, or not beneath the site file, is told", async () => {
  at.answer(() => ({ body: {} }));
  rmSync(layout);
  await expect(check(file, {})).rejects.toThrow(`${layout} cannot be read: the site file names it as a layout`);
  for (const outside of ["../brand.mjml", "/etc/brand.mjml", "./a/../../b.mjml", "./.git/b.mjml"]) {
    writeFileSync(file, source.replace("./emails/brand.mjml", outside));
    await expect(check(file, {}), outside).rejects.toThrow("a layout is a .mjml file beside the site file or below it");
  }
});
