import { expect, test } from "vitest";
import { siteFile } from "../../site/schema/site-file.ts";
import type { Content } from "../content.ts";
import { inkOn } from "./brand.ts";
import { type Mail, mails } from "./mail.ts";
import type { MailParts } from "./values.ts";

const written = {
  version: 1,
  site: "pk_demo",
  origins: ["https://shop.example"],
  currency: "EUR",
  brand: { name: "The Shop", colour: "#0b6e4f", address: "1 High Street, London" },
  email: { language: "en-GB", image_origins: ["https://cdn.shop.example"] },
};
const items = [
  {
    ...{ id: "sku-1", name: "Trail shoe", price: 99.9, quantity: 1 },
    ...{ url: "https://shop.example/p/9?size=42#top", image_url: "https://cdn.shop.example/9.jpg" },
  },
  { id: "sku-2", name: "Merino socks", price: 14.95, quantity: 2 },
];
const content: Content = {
  template: "cart",
  subject: "15% off your cart",
  preheader: "Until tomorrow",
  blocks: [
    { id: "hook", text: "Only 3 left in your size.\nReally." },
    { id: "items", items },
    { id: "timer", text: "For 24 hours", deadline: "2026-11-24T18:00:00.000Z" },
  ],
  html: null,
  text: null,
  action: { label: "Return to cart", url: "https://shop.example/cart?cusp_m=msg_a_1" },
  offer: { id: "cart15", percent: 15, code: "C15-8Q2K", starts_at: "", ends_at: "2026-11-24T19:03:00.000Z" },
};

function mailOf(change: Partial<Content> = {}, file: object = {}, parts: Partial<MailParts> = {}): Mail {
  const site = siteFile.parse({ ...written, ...file });
  const unsubscribeUrl = "https://edge.example/u/9c1f";
  const common = { file: site, message: {}, messageId: "msg_a_1", timeZone: "Europe/Paris", unsubscribeUrl };
  const mail = mails(parts.file ?? site)({ ...common, content: { ...content, ...change }, ...parts });
  if ("missing" in mail) throw new Error(mail.missing);
  return mail;
}

test("the text part says all that the mail says, readably, with its links written out", () => {
  expect(mailOf().text).toBe(
    [
      "Only 3 left in your size.\nReally.",
      "- Trail shoe, €99.90\n  https://shop.example/p/9?size=42&cusp_m=msg_a_1#top\n- 2 × Merino socks, €14.95",
      "For 24 hours\nValid until Tuesday 24 November at 19:00",
      "Your code: C15-8Q2K\nValid until Tuesday 24 November at 20:03",
      "Return to cart:\nhttps://shop.example/cart?cusp_m=msg_a_1",
      "--\nThe Shop, 1 High Street, London\nUnsubscribe: https://edge.example/u/9c1f",
    ].join("\n\n"),
  );
});

test("every link of the site in a mail bears the message's id", () => {
  const { html, text } = mailOf();
  const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
  expect(links).toHaveLength(4);
  for (const link of links.filter((one) => !one.includes("/u/"))) expect(link).toMatch(/[?&]cusp_m=msg_a_1(#|$)/);
  expect(html).toContain('href="https://shop.example/p/9?size=42&amp;cusp_m=msg_a_1#top"');
  expect(text.match(/cusp_m=msg_a_1/g)).toHaveLength(2);
});

test("what others said is quoted, with who said it where that is known", () => {
  const said = [{ text: "They fit.", author: "A customer", rating: 5 }, { text: "Warm." }];
  const { html, text } = mailOf({ blocks: [{ id: "reviews", items: said }] });
  expect(text).toMatch(/^- “They fit\.”, A customer\n- “Warm\.”\n/);
  expect(html).toMatch(/“They fit\.”.*A customer, 5\/5[\s\S]*“Warm\.”<\/span><\/td>/);
});

test("links that stand in a layout are tagged too, where they lead to the site", () => {
  const layout = `<a class="b" href="https://shop.example/help?a=1&amp;b=2">Help</a> <a href="/terms">Terms</a>
    <a href="https://social.example/shop">Us</a> <link href="https://shop.example/x.css">`;
  const own = { email: { layout: "./a.mjml" } };
  const file = { ...siteFile.parse({ ...written, ...own }), layouts: { "./a.mjml": layout } };
  expect(mailOf({}, own, { file }).html.match(/(?<=href=")[^"]*/g)).toEqual([
    "https://shop.example/help?a=1&amp;b=2&amp;cusp_m=msg_a_1",
    "https://shop.example/terms?cusp_m=msg_a_1",
    "https://social.example/shop",
    "https://shop.example/x.css",
  ]);
});

test("what a mail lacks leaves no hole: no code, no action, no pictures, no address, no way out", () => {
  const plain = { ...content, blocks: [{ id: "hook", text: "Hello" }] };
  const { offer: _, action: __, preheader: ___, ...bare } = plain;
  const site = siteFile.parse({ ...written, brand: undefined });
  const mail = mails(site)({ file: site, message: {}, content: bare, messageId: "msg_a_1", timeZone: "UTC" });
  expect(mail).toEqual({
    html: expect.not.stringMatching(/\{[{%]|undefined|null|NaN|>Unsubscribe|Valid until/),
    text: "Hello\n\n--\nshop.example",
  });
});

test("a mail that would say nothing but its subject is not sent", () => {
  const { offer: _, action: __, ...bare } = content;
  const site = siteFile.parse(written);
  const said = { ...bare, blocks: [] };
  expect(mails(site)({ file: site, message: {}, content: said, messageId: "msg_a_1", timeZone: "UTC" })).toHaveProperty(
    "missing",
  );
});

test("a mail too large for mail programs is not sent, and says why", () => {
  const text = "x".repeat(20_000);
  const blocks = Array.from({ length: 6 }, (_, i) => ({ id: `b${i}`, text }));
  expect(() => mailOf({ blocks })).toThrow("the mail is larger than 100 KB");
});

test("dates and prices are written in the language of the texts, by the person's own clock", () => {
  const french = { email: { language: "fr", words: { until: "Valable jusqu’au" } } };
  const { text } = mailOf({}, french, { timeZone: "Europe/Paris" });
  expect(text).toContain("Valable jusqu’au mardi 24 novembre");
  expect(text).toMatch(/99,90\s€/);
  expect(mailOf({}, french).html).toContain('lang="fr"');
  expect(mailOf({}, { email: {} }, { language: '"><script>' }).html).toContain('lang="en"');
});

test("what stands on a button can be read, whatever colour the brand has", () => {
  expect(["#ffffff", "#ffe600", "#000000", "#0b6e4f", "#1f1f24"].map(inkOn)).toEqual([
    ...["#000000", "#000000", "#ffffff", "#ffffff", "#ffffff"],
  ]);
});
