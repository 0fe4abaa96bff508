import fc from "fast-check";
import { expect, test } from "vitest";
import { rendered } from "./rendered.ts";
import { mailMessage } from "./stand-in/mail-parcel.ts";

const offer = { id: "cart15", percent: 15, code: "C15-8Q2K", starts_at: "", ends_at: "" };

test("a mail says its subject, preheader, blocks, action and the way out, in both shapes", () => {
  const items = [{ id: "sku-1", name: "Trail shoe", url: "https://shop.example/p/9" }, { id: "sku-2" }];
  const { subject, text, html } = rendered(
    mailMessage({
      preheader: "Until tomorrow",
      blocks: [
        { id: "hook", text: "Only 3 left.\nReally." },
        { id: "list", items },
      ],
    }),
  );
  expect(subject).toBe("Still thinking?");
  expect(text).toBe(
    [
      "Only 3 left.\nReally.",
      "- Trail shoe: https://shop.example/p/9\n- sku-2",
      "Back to the cart: https://shop.example/cart?cusp_m=msg_1",
      "Unsubscribe: https://edge.example/u/9c1f",
    ].join("\n\n"),
  );
  expect(html).toContain("<p>Only 3 left.<br>Really.</p>");
  expect(html).toContain('<li><a href="https://shop.example/p/9">Trail shoe</a></li><li>sku-2</li>');
  expect(html).toContain('<a href="https://shop.example/cart?cusp_m=msg_1">Back to the cart</a>');
  expect(html).toContain('<a href="https://edge.example/u/9c1f">Unsubscribe</a>');
  expect(html).toContain('<div style="display:none">Until tomorrow</div>');
});

test("a code to copy is written out; what a mail cannot do is left out", () => {
  const copied = rendered(mailMessage({ action: { label: "Your code", copy: "code" }, offer }));
  expect(copied.text).toContain("Your code: C15-8Q2K");
  const chat = rendered(mailMessage({ action: { label: "Talk to us", chat: "open" } }));
  expect(chat.text + chat.html).not.toContain("Talk to us");
});

test("no text becomes markup, and no address becomes a script", () => {
  const text = fc.oneof(
    fc.constantFrom("<script>", '"><img src=x onerror=1>', "javascript:alert(1)", "</a>", "&lt;"),
    fc.string(),
  );
  const own =
    /^(?:!doctype html|\/?(?:html|head|body|title|p|ul|li|a)|html dir="auto"|meta charset="utf-8"|div style="display:none"|\/div|br)$/;
  fc.assert(
    fc.property(text, text, text, text, (subject, said, label, url) => {
      const blocks = [
        { id: "a", text: said },
        { id: "b", items: [{ id: "x", name: label, url }] },
      ];
      const { html } = rendered(mailMessage({ subject, preheader: said, blocks, action: { label, url } }));
      for (const [, tag = ""] of html.matchAll(/<([^>]*)>/g)) {
        const [, href] = /^a href="([^"<>]*)"$/.exec(tag) ?? [];
        expect(href === undefined ? own.test(tag) : /^https?:/.test(href), tag).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
