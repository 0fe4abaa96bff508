import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page, test as plain } from "@playwright/test";
import type { OnsiteContent, OnsiteMessage } from "../contract/wire.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const script = readFileSync("dist/onsite.js", "utf8");

/** A shop's page under a strict policy: no style and no script but what its own origin gives. */
const page = (body: string, dir = "ltr") => `<!doctype html><html lang="en" dir="${dir}"><title>A shop</title>
<meta name="viewport" content="width=device-width"><main><h1>Coffee</h1>${body}<p id="far">${"Beans. ".repeat(800)}</p></main></html>`;
const policy =
  "default-src 'none'; script-src 'self'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const form = '<form id="pay"><label>Card <input autocomplete="cc-number"></label></form>';
const bodies: Record<string, string> = {
  "/": '<p id="anchor">Returns within 30 days.</p><label>Name <input id="name"></label><button id="own">Own</button>',
  "/checkout": form,
};

const test = plain.extend<{ shop: Page }>({
  shop: async ({ page: tab }, use) => {
    await tab.route("https://shop.example/**", (route) => {
      const { pathname, searchParams } = new URL(route.request().url());
      if (pathname === "/onsite.js") return route.fulfill({ contentType: "text/javascript", body: script });
      return route.fulfill({
        contentType: "text/html",
        headers: { "content-security-policy": policy },
        body: page(bodies[pathname] ?? "", searchParams.get("dir") ?? "ltr"),
      });
    });
    await tab.goto("https://shop.example/");
    await use(tab);
  },
});

const content = (more: Partial<OnsiteContent> = {}): OnsiteContent => ({
  template: "hint",
  onsite: { look: "card", title: "Not sure which plan fits?", body: "Compare them in one minute." },
  blocks: [{ id: "why", text: "Harbour is roasted on Tuesdays." }],
  action: { label: "Compare plans", url: "/pricing" },
  ...more,
});

interface Told {
  told: string[];
}

/** Shows messages as the library does, and keeps what is told of them; the site's own hooks are kept as told too. */
const show = (tab: Page, contents: OnsiteContent[], hooks: string[] = []) =>
  tab.evaluate(
    async ({ all, hooks }) => {
      const url = "/onsite.js";
      const { show } = (await import(url)) as {
        show: (message: OnsiteMessage, tell: (what: string) => void, own: object) => void;
      };
      const here = globalThis as unknown as Told;
      here.told ??= [];
      const own = Object.fromEntries(hooks.map((hook) => [hook, ({ id }: OnsiteMessage) => here.told.push(`${hook} ${id}`)]));
      for (const [i, one] of all.entries()) {
        const message = {
          id: `msg_a_${i}`,
          expires_at: new Date(Date.now() + 60_000).toISOString(),
          content: one,
        } as OnsiteMessage;
        show(message, (what) => here.told.push(`${what} ${i}`), own);
      }
    },
    { all: contents, hooks },
  );

const entrance = (tab: Page) =>
  tab.evaluate(async () => {
    const root = document.querySelector("cusp-message")?.shadowRoot;
    await Promise.all(root?.getAnimations().map(({ finished }) => finished) ?? []);
  });

const told = (tab: Page) => tab.evaluate(() => (globalThis as unknown as Told).told);
const shown = (tab: Page) => tab.locator("cusp-message");

for (const look of ["card", "badge", "sheet", "inline"])
  for (const scheme of ["light", "dark"] as const)
    test(`a ${look} in ${scheme} is drawn under a strict policy, moves nothing, takes no focus and passes axe`, async ({
      shop: tab,
    }) => {
      await tab.emulateMedia({ colorScheme: scheme });
      await tab.evaluate(() => {
        const here = globalThis as unknown as { moved: number };
        here.moved = 0;
        const add = (entries: PerformanceEntry[]) => {
          for (const entry of entries) here.moved += (entry as unknown as { value: number }).value;
        };
        new PerformanceObserver((list) => add(list.getEntries())).observe({ type: "layout-shift", buffered: true });
      });
      await tab.locator("#own").focus();
      await show(tab, [
        content({ onsite: { look, near: "#anchor", title: "Need help with returns?", body: "We have got you covered." } }),
      ]);
      await expect(shown(tab)).toHaveAttribute("look", look);
      expect(await told(tab)).toEqual(["message_shown 0"]);
      expect(await tab.evaluate(() => document.activeElement?.id)).toBe("own");
      await entrance(tab); // axe measures contrast
      expect(await tab.evaluate(() => (globalThis as unknown as { moved: number }).moved)).toBe(0);
      await tab.evaluate(axe);
      const found = await tab.evaluate(() =>
        (globalThis as unknown as { axe: { run: (of: string) => Promise<{ violations: { id: string }[] }> } }).axe.run(
          "cusp-message",
        ),
      );
      expect(found.violations.map(({ id }) => id)).toEqual([]);
    });

test("one at a time: the next comes when the first is closed, by its button or by Escape", async ({ shop: tab }) => {
  await show(tab, [
    content(),
    content({ onsite: { look: "badge", title: "Second" } }),
    content({ onsite: { look: "card", title: "Third" } }),
  ]);
  await expect(shown(tab)).toHaveCount(1);
  await tab.getByRole("button", { name: "Close" }).click();
  await expect(shown(tab)).toHaveAttribute("look", "badge");
  await tab.getByRole("button", { name: "Close" }).focus();
  await tab.keyboard.press("Escape");
  await expect(tab.getByRole("heading", { name: "Third" })).toBeVisible();
  expect(await told(tab)).toEqual([
    "message_shown 0",
    "message_dismissed 0",
    "message_shown 1",
    "message_dismissed 1",
    "message_shown 2",
  ]);
});

test("who types is not disturbed: it is shown once the field is left", async ({ shop: tab }) => {
  await tab.locator("#name").focus();
  await show(tab, [content()]);
  await expect(shown(tab)).toHaveCount(0);
  expect(await told(tab)).toEqual([]);
  await tab.locator("#own").focus();
  await expect(shown(tab)).toHaveCount(1);
});

test("nothing lies over a payment form", async ({ shop: tab }) => {
  await tab.setViewportSize({ width: 390, height: 300 });
  await tab.goto("https://shop.example/checkout");
  await tab.evaluate(() => scrollTo(0, 0));
  await show(tab, [content()]);
  const box = await shown(tab)
    .boundingBox()
    .catch(() => null);
  const field = await tab.locator("#pay").boundingBox();
  if (box && field) expect(box.y >= field.y + field.height || box.y + box.height <= field.y).toBe(true);
  await tab.evaluate(() => scrollTo(0, 2000));
  await expect(shown(tab)).toHaveCount(1);
});

test("hostile words are words: nothing of a message becomes markup or a script's address", async ({ shop: tab }) => {
  const hostile = '<img src=x onerror="globalThis.hit=1">';
  await show(tab, [
    content({
      onsite: { look: "inline", near: "][", title: hostile, body: hostile },
      blocks: [{ id: "b", text: hostile }],
      action: { label: hostile, url: "javascript:globalThis.hit=1" },
    }),
  ]);
  await expect(shown(tab)).toHaveCount(1);
  expect(await tab.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
  expect(await tab.locator("cusp-message img, cusp-message a").count()).toBe(0);
  await expect(tab.getByRole("heading", { name: hostile })).toBeVisible();
});

test("an answer takes the place of its button, and a code is copied or there to read", async ({ shop: tab }) => {
  await show(tab, [content({ action: { label: "How?", answer: "In three steps." } })]);
  await tab.getByRole("button", { name: "How?" }).click();
  await expect(tab.getByText("In three steps.").first()).toBeVisible();
  expect(await tab.evaluate(() => document.querySelector("cusp-message")?.shadowRoot?.activeElement?.className)).toBe("x");
  await tab.getByRole("button", { name: "Close" }).click();
  const offer = { id: "o", code: "C15-8Q2K", starts_at: "", ends_at: "" };
  await show(tab, [content({ action: { label: "Copy the code", copy: "code" }, offer })]);
  await tab.getByRole("button", { name: "Copy the code" }).click();
  await expect(tab.getByText("C15-8Q2K").first()).toBeVisible();
});

const talk = (more: Partial<OnsiteContent> = {}): OnsiteContent => ({
  template: "talk",
  chat: { text: "May we help?", priority: false },
  blocks: [],
  action: { label: "Chat now", chat: "open" },
  ...more,
});

const widgets: [name: string, calls: unknown[]][] = [
  ["Intercom", ["show"]],
  ["zE", ["messenger", "open"]],
  ["$crisp", [["do", "chat:open"]]],
];

for (const [name, calls] of widgets)
  test(`a chat that is on the page is opened by its own call: ${name}`, async ({ shop: tab }) => {
    await tab.evaluate((widget) => {
      const here = globalThis as unknown as Record<string, unknown>;
      const call = (...given: unknown[]) => {
        here.called = given;
      };
      here[widget] = widget === "$crisp" ? { push: call } : call;
    }, name);
    await show(tab, [talk()]);
    await tab.getByRole("button", { name: "Chat now" }).click();
    expect(await tab.evaluate(() => (globalThis as { called?: unknown[] }).called)).toEqual(calls);
    expect(await told(tab)).toEqual(["message_shown 0", "message_clicked 0"]);
  });

test("the site's own chat goes before, also for a message that names no button", async ({ shop: tab }) => {
  await show(tab, [talk({ action: undefined as never })], ["chat"]);
  await tab.getByRole("button", { name: "Chat", exact: true }).click();
  expect(await told(tab)).toEqual(["message_shown 0", "message_clicked 0", "chat msg_a_0"]);
});

test("where there is no chat none is offered, and the next message has its turn; a help without it has no button for it", async ({
  shop: tab,
}) => {
  await show(tab, [talk(), content({ action: { label: "Chat now", chat: "open" } })]);
  await expect(tab.getByRole("heading", { name: "Not sure which plan fits?" })).toBeVisible();
  await expect(tab.getByRole("button", { name: "Chat now" })).toHaveCount(0);
  expect(await told(tab)).toEqual(["message_shown 1"]);
});

test("a call back is asked for where the site can be asked, and nowhere else", async ({ shop: tab }) => {
  const call = content({ action: { label: "Call me", call_back: true } });
  await show(tab, [call]);
  await expect(tab.getByRole("button", { name: "Call me" })).toHaveCount(0);
  await tab.getByRole("button", { name: "Close" }).click();
  await show(tab, [call], ["callBack"]);
  await tab.getByRole("button", { name: "Call me" }).click();
  expect(await told(tab)).toContain("callBack msg_a_0");
});

test("on a phone it is a sheet at the bottom, from right to left where the page is", async ({ shop: tab }) => {
  await tab.setViewportSize({ width: 390, height: 844 });
  await tab.goto("https://shop.example/?dir=rtl");
  await show(tab, [content()]);
  const box = await shown(tab).boundingBox();
  expect(box?.x).toBe(0);
  expect(box?.width).toBe(390);
  expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(844);
  const x = await tab.getByRole("button", { name: "Close" }).boundingBox();
  expect(x?.x).toBeLessThan(60);
});
