import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "@playwright/test";
import type { Content } from "../edge/content/content.ts";
import { mails } from "../edge/content/mail/mail.ts";
import { siteFile } from "../edge/site/schema/site-file.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const written = {
  version: 1,
  site: "pk_demo",
  origins: ["https://shop.example"],
  currency: "EUR",
  brand: { name: "Harbour & Pine", address: "12 Quay Street, Bristol" },
  email: { language: "en-GB" },
};
const content: Content = {
  template: "cart",
  subject: "15% off, and your cart is still here",
  preheader: "We kept everything as you left it",
  blocks: [
    { id: "hook", text: "Your cart is waiting, and we have kept what you chose." },
    {
      id: "items",
      items: [
        { id: "sku-1", name: "Trail shoe", price: 99.9, url: "https://shop.example/p/1" },
        { id: "sku-2", name: "Merino socks for long days in the hills, two pairs", price: 14.95, quantity: 2 },
        { text: "They fit from the first day.", author: "A customer", rating: 5 },
      ],
    },
    { id: "timer", text: "The discount is yours for 24 hours.", deadline: "2026-11-24T10:00:00.000Z" },
  ],
  html: null,
  text: null,
  action: { label: "Return to your cart", url: "https://shop.example/cart?cusp_m=msg_a_1" },
  offer: { id: "cart15", percent: 15, code: "COME-BACK-15", starts_at: "", ends_at: "2026-11-24T19:03:00.000Z" },
};

function htmlIn(colour: string): string {
  const file = siteFile.parse({ ...written, brand: { ...written.brand, colour } });
  const unsubscribeUrl = "https://edge.example/u/9c1f";
  const mail = mails(file)({ file, message: {}, content, messageId: "msg_a_1", timeZone: "Europe/Paris", unsubscribeUrl });
  if ("missing" in mail) throw new Error(mail.missing);
  return mail.html;
}

interface Axe {
  run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}
/** A mail is shown within the page of a mail program. */
const ofPagesOnly = { region: { enabled: false }, "landmark-one-main": { enabled: false } };

const colours = { light: "rgb(243, 243, 245)", dark: "rgb(18, 18, 20)" } as const;

for (const scheme of ["light", "dark"] as const)
  for (const [device, width] of [
    ["a phone", 360],
    ["a desk", 1000],
  ] as const)
    test(`a mail can be read in ${scheme} on ${device}, by everybody, and loads nothing`, async ({ page }) => {
      const asked: string[] = [];
      await page.route("**", (route) => {
        asked.push(route.request().url());
        return route.abort();
      });
      await page.setViewportSize({ width, height: 1000 });
      await page.emulateMedia({ colorScheme: scheme });
      for (const colour of ["#0b6e4f", "#ffd400"]) {
        await page.setContent(htmlIn(colour));
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(colours[scheme]);
        await page.evaluate(axe);
        const violations = await page.evaluate(async (rules) => {
          const { axe } = globalThis as unknown as { axe: Axe };
          return (await axe.run({ rules })).violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
          );
        }, ofPagesOnly);
        expect(violations).toEqual([]);
      }
      expect(asked).toEqual([]);
    });
