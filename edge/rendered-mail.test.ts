import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { objectName } from "./env.ts";
import type { SiteFile } from "./site/schema/site-file.ts";
import { batchOf, bindings, call, hesitation, post, pushDemo, receiver } from "./test/edge.ts";
import { as, fileOf, get, newSite, push, root } from "./test/site.ts";

const mails = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
brand: { name: The Shop, address: "1 High Street, London" }
pages: { pricing: { match: [/pricing*], key: true } }
triggers:
  lingering: { on: [hesitation], when: page.type == "pricing", band: now, re_entry: always, message: hint }
messages:
  hint: { purpose: marketing, topic: news, subject: Which one fits?, blocks: [{ id: hook, text: Compare them. }], action: { label: See plans, link: /pricing } }
destinations:
  email: { url: "https://tool.example/hook", mode: rendered, channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

beforeEach(() => pushDemo(() => mails));
afterEach(() => vi.restoreAllMocks());

type Content = { html: string | null; text: string | null; unsubscribe_url: string; action: { url: string } };

test("a mail for a destination that sends what it is given carries its HTML and its text, with the way out in both", async () => {
  const came = receiver();
  const batch = batchOf(hesitation, {});
  await post(batch);
  await vi.waitFor(() => expect(came.filter(({ text }) => text.includes(batch.session.id))).toHaveLength(1));
  const [hook] = came.filter(({ text }) => text.includes(batch.session.id));
  const { html, text, unsubscribe_url, action } = (hook as unknown as { body: { data: { content: Content } } }).body.data.content;
  expect(html).toMatch(/^<!doctype html>/);
  for (const said of ["Which one fits?", "Compare them.", "See plans", "The Shop", unsubscribe_url]) expect(html).toContain(said);
  expect(html?.replaceAll("&amp;", "&")).toContain(action.url);
  expect(action.url).toContain(`cusp_m=${hook?.id}`);
  expect(text).toBe(
    `Compare them.\n\nSee plans:\n${action.url}\n\n--\nThe Shop, 1 High Street, London\nUnsubscribe: ${unsubscribe_url}`,
  );
});

const wayOut = '{% if unsubscribe_url %}<a href="{{ unsubscribe_url }}">Leave</a>{% endif %}';
const named = "email: { layout: ./emails/brand.mjml }\n";
const layout = (said: string) => ({ "./emails/brand.mjml": `<h1>${said} {{ subject }}</h1>${wayOut}` });

async function pushWith(site: string, file: string, layouts: object) {
  const answer = await call(`/v1/admin/sites/${site}/file`, {
    method: "PUT",
    headers: { authorization: `Bearer ${root}`, "content-type": "application/json" },
    body: JSON.stringify({ file, layouts }),
  });
  return { status: answer.status, ...(await answer.json<Record<string, unknown>>()) };
}

const rollback = async (site: string, body: object) =>
  (await as(root, `/sites/${site}/rollback`, { method: "POST", body: JSON.stringify(body) })).json();

test("a file and its layouts are one version: one that changes is a new version, and a rollback brings both back", async () => {
  const site = await newSite();
  const file = fileOf(site, named);
  expect(await pushWith(site, file, layout("Old"))).toMatchObject({ status: 200, version: 1 });
  expect(await pushWith(site, file, layout("Old"))).toMatchObject({ status: 200, version: 1, changes: [] });
  const changes = [{ pointer: "/layouts/.~1emails~1brand.mjml", what: "changed" }];
  expect(await pushWith(site, file, layout("New"))).toMatchObject({ status: 200, version: 2, changes });
  expect(await rollback(site, { to: 1, dry_run: true })).toMatchObject({ dry_run: true, changes });
  expect(await rollback(site, { to: 1 })).toMatchObject({ version: 3, changes });
  expect(await pushWith(site, file, layout("Old"))).toMatchObject({ status: 200, version: 3, changes: [] });
  const { file: kept } = (await bindings.SITE.getByName(objectName(site, "site", site)).read(0)) ?? {};
  expect((JSON.parse(kept ?? "{}") as SiteFile).layouts).toEqual(layout("Old"));
  expect(await get(`/sites/${site}/versions`)).toMatchObject({ versions: [{ version: 3, restores: 1 }, {}, {}] });
});

test("what the layout of a mail may not hold, and a layout that did not come along, is refused where the file names it", async () => {
  const site = await newSite();
  const file = fileOf(site, named);
  const at = { line: 4, column: 18, pointer: "/email/layout" };
  expect(await push(site, file)).toMatchObject({
    status: 422,
    mistakes: [{ ...at, message: expect.stringContaining("`cusp push` sends") }],
  });
  expect(await pushWith(site, file, layout("{{ profile.tier }}"))).toMatchObject({
    status: 422,
    mistakes: [{ ...at, message: "./emails/brand.mjml: there is no value `profile` for a layout" }],
  });
  expect(await pushWith(site, file, layout("x".repeat(101 * 1024)))).toMatchObject({
    status: 422,
    mistakes: [{ message: expect.stringContaining("a mail has at most 100") }],
  });
  expect(await pushWith(site, file, layout("x".repeat(1_600_000)))).toMatchObject({ status: 413 });
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`./${i}.mjml`, "x"]));
  expect(await pushWith(site, file, many)).toMatchObject({ status: 422, detail: "a site has at most 10 layouts" });
});
