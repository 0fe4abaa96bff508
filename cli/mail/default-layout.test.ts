import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { layoutMistake } from "../../edge/content/mail/layout-mistake.ts";
import { understood } from "../../edge/content/mail/mail.ts";
import { full } from "../../edge/content/mail/samples.ts";
import { compiled } from "./mjml.ts";

const source = readFileSync(path.join(import.meta.dirname, "../../edge/content/mail/default.mjml"), "utf8");

async function html(mjml: string): Promise<string> {
  const made = await compiled(mjml);
  if ("faults" in made) throw new Error(JSON.stringify(made.faults));
  return made.html;
}

test("our own layout is what MJML takes without a complaint, with all its Liquid left in, and passes what others must", async () => {
  const made = await html(source);
  const liquidIn = (text: string) => text.match(/\{\{.*?\}\}|\{%.*?%\}/gs) ?? [];
  expect(liquidIn(source).length).toBeGreaterThan(40);
  for (const part of liquidIn(source)) expect(made).toContain(part);
  expect(layoutMistake(made, ["https://shop.example"])).toBeUndefined();
});

test("it asks for dark colours where a reader has them, and loads nothing from elsewhere", async () => {
  const made = await html(source);
  expect(made).toContain('<meta name="color-scheme" content="light dark">');
  expect(made).toContain("@media (prefers-color-scheme: dark)");
  expect(made).not.toMatch(/<link|@import|fonts\.googleapis/);
});

test("the HTML is what it was when somebody last looked at it", async () => {
  await expect(understood(await html(source), ["https://shop.example"])(full)).toMatchFileSnapshot("default-layout.snapshot.txt");
});

test("what MJML does not take is told with its line, and no other file is read", async () => {
  const body = (inner: string) =>
    `<mjml>\n<mj-body>\n<mj-section><mj-column>\n${inner}\n</mj-column></mj-section></mj-body></mjml>`;
  expect(await compiled(body('<mj-text colour="red">x</mj-text>'))).toMatchObject({
    faults: [{ line: 4, message: expect.stringContaining("colour") }],
  });
  expect(await compiled(body('<mj-include path="/etc/passwd" type="html" />'))).toMatchObject({
    faults: [{ line: 4, message: expect.stringContaining("mj-include") }],
  });
  expect(await compiled(body("<mj-text>{% for a in blocks %}x{% endfor %}</mj-text>\n{{ subject }}"))).toMatchObject({
    faults: [{ message: expect.stringContaining("<mj-raw>") }],
  });
});
