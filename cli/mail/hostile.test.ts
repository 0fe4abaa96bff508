// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Content } from "../../edge/content/content.ts";
import { mails } from "../../edge/content/mail/mail.ts";
import { siteFile } from "../../edge/site/schema/site-file.ts";

const site = siteFile.parse({ version: 1, site: "pk_demo", origins: ["https://shop.example"], currency: "EUR" });
const write = mails(site);

/** A mail in which everything that people and pages can tell is this. */
function mailOf(said: string) {
  const item = { id: said, name: said, text: said, price: 1, quantity: 2, url: said, image_url: said };
  const content: Content = {
    template: "cart",
    subject: `Hello ${said}`,
    preheader: said,
    blocks: [
      { id: "hook", text: said },
      { id: "items", items: [item, { ...item, name: "", title: said }] },
    ],
    html: null,
    text: null,
    action: { label: said, url: "https://shop.example/cart?cusp_m=msg_a_1" },
    offer: { id: "o", percent: 5, code: "C15", starts_at: "", ends_at: said },
  };
  const parts = { file: site, message: {}, content, messageId: "msg_a_1", timeZone: said, language: said };
  const mail = write({ ...parts, timeZone: "UTC", unsubscribeUrl: "https://edge.example/u/9c1f" });
  if ("missing" in mail) throw new Error(mail.missing);
  return mail;
}

/** Every element with the names of its attributes, and every address. */
function built(html: string): { shape: string[]; addresses: string[] } {
  const document = new DOMParser().parseFromString(html, "text/html");
  const all = [...document.querySelectorAll("*")];
  const names = (element: Element) => [...element.attributes].map(({ name }) => name).sort();
  return {
    shape: all.map((element) => [element.tagName, ...names(element)].join(" ")),
    addresses: all.flatMap((element) => ["href", "src", "background"].flatMap((name) => element.getAttribute(name) ?? [])),
  };
}

const harmless = built(mailOf("Trail shoe").html);

const hostile = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '"><svg onload=alert(1)>',
  "'><iframe src=//evil.example>",
  '" onmouseover="alert(1)',
  "' style='position:fixed;inset:0",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "//evil.example/p",
  "https://evil.example/p",
  "https://shop.example.evil.example/p",
  "https://shop.example@evil.example/p",
  "https://shop.example\\@evil.example",
  "/\\evil.example",
  "\\\\evil.example\\p",
  "</td></tr></table><h1>Your account is locked</h1>",
  "</style><style>*{display:none}</style>",
  "</title><script>alert(1)</script>",
  "--><script>alert(1)</script><!--",
  "<![endif]--><b>x</b><!--[if mso]>",
  "]]><b>x</b>",
  "{{ 7 | times: 7 }}{{ unsubscribe_url }}",
  "{% for i in (1..1000000) %}x{% endfor %}",
  "*|MC:SUBJECT|* %%[x]%% <%= x %> [[first_name]]",
  "Shoe\r\nBcc: victim@evil.example\r\n\r\n<b>x</b>",
  "\u202eelpmaxe.live\u2066\u200f",
  "&lt;script&gt;&#x3c;script&#62;",
  "\ud800<b>\u0000</b>\u2028",
  `${"A".repeat(100_000)}<b>`,
];

test.each(hostile.map((said) => [said.slice(0, 60), said]))("%j in a mail adds nothing to it and leads nowhere", (_, said) => {
  const { html, text } = ((): { html: string; text: string } => {
    try {
      return mailOf(said);
    } catch (error) {
      // Too large is said, never cut in the middle of an element.
      expect([String(error), said.length > 20_000]).toEqual([expect.stringContaining("larger than 100 KB"), true]);
      return mailOf(said.slice(-1000));
    }
  })();
  const { shape, addresses } = built(html);
  // A link or a picture is left out; a label that is empty takes its button with it.
  const more = shape.filter((one) => !harmless.shape.includes(one));
  expect(more).toEqual([]);
  const count = (all: string[]) => all.filter((one) => one !== "BR").length; // lines of a text
  expect(count(shape)).toBeLessThanOrEqual(count(harmless.shape));
  for (const address of addresses) expect(address).toMatch(/^https:\/\/(shop\.example[/?]|edge\.example\/u\/9c1f$)/);
  for (const part of [html, text]) {
    expect(part).not.toMatch(/\{\{|\{%|\*\||\[\[/);
    expect(part).not.toMatch(/[^\P{Cc}\n]|[\u2028\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
  }
  expect(new DOMParser().parseFromString(html, "text/html").title).not.toMatch(/[\r\n]/);
});
