import { expect, test } from "vitest";
import type { ConditionFacts } from "../decide/conditions.ts";
import type { KnownItem } from "../profile/items.ts";
import { message as messageSchema, offer as offerSchema } from "../site/schema/messages.ts";
import { type Content, type ContentParts, renderContent } from "./content.ts";
import { templateMistake } from "./liquid.ts";

const nowMs = Date.UTC(2026, 10, 22, 19, 3);
const facts = {
  cart: {
    count: 2,
    value: 129.8,
    items: [{ id: "sku-1", price: 99.9 }],
    top: { id: "sku-1", size_known: false, size_left: 0 },
  },
  page: { type: "cart" },
} as unknown as ConditionFacts;
const items = new Map<string, KnownItem>([["sku-1", { atMs: 0, name: "Trail shoe", url: "https://shop.example/p/9" }]]);
const traits = { first_name: { type: "string", default: "" } } as const;
const offers = { cart15: offerSchema.parse({ percent: 15, code: { fixed: "C15" }, valid_for: "24h", min_cart: 40 }) };

function said(written: object, change: Partial<ContentParts> = {}): Content | { missing: string } {
  return renderContent({
    file: {
      origins: ["https://shop.example"],
      offers,
      pages: { cart: { match: ["/cart"], key: true } },
      currency: "EUR",
      traits,
      answers: {},
    },
    message: messageSchema.parse(written),
    template: "cart",
    channel: "email",
    facts,
    items,
    messageId: "msg_a_1",
    timeZone: "Europe/Paris",
    holds: (when) => when === "yes",
    reads: () => [],
    shareOf: () => 0.5,
    nowMs,
    ...change,
  });
}

test("a message names its offer, the product, and the way back, by the person's own clock", () => {
  const action = { label: "Return to cart", link: "{{ cart.restore_url }}" };
  const push = { title: "{{ cart.top.name }}", body: "{{ offer.percent }}% off until {{ offer.ends_at | date: '%H:%M' }}" };
  const written = { subject: "{{ offer.percent }}% off {{ cart.top.name }}", offer: "cart15", push, action };
  expect(said(written)).toMatchObject({
    subject: "15% off Trail shoe",
    offer: {
      id: "cart15",
      percent: 15,
      code: "C15",
      ends_at: "2026-11-23T19:03:00.000Z",
      min_cart: { amount: 40, currency: "EUR" },
    },
    action: { label: "Return to cart", url: "https://shop.example/cart?cusp_m=msg_a_1" },
  });
  expect(said(written, { channel: "push" })).toMatchObject({ push: { title: "Trail shoe", body: "15% off until 20:03" } });
  expect(said(written, { channel: "sms" })).toEqual({ missing: "the message has no form for sms" });
});

test("a message that lacks what it says does not go out, and a block that does is left out", () => {
  expect(said({ subject: "Your size {{ cart.top.size }}" })).toHaveProperty("missing");
  expect(said({ subject: "{{ person.first_name }}, hello" })).toMatchObject({ missing: expect.stringContaining("person") });
  const blocks = [
    { id: "reviews", list: "cart.top.reviews" },
    { id: "items", list: "cart.items", limit: 1 },
    { id: "hole", text: "Hello {{ profile.name }}" },
    { id: "timer", text: "Ends soon", deadline: "offer.ends_at" },
  ];
  expect(said({ subject: "Hello", blocks })).toMatchObject({
    blocks: [{ id: "items", items: [{ id: "sku-1", name: "Trail shoe", price: 99.9 }] }],
  });
});

test("the first variant that holds is said, or one by weight, with how likely it was", () => {
  const variants = [
    { id: "low-stock", when: "no", text: "Only {{ cart.top.size_left }} left" },
    { id: "hole", text: "{{ nothing }}" },
    { id: "saved", text: "Saved for you" },
    { id: "plain", text: "Still there", weight: 3 },
  ];
  const first = { subject: "Hello", blocks: [{ id: "hook", variants }] };
  expect(said(first)).toMatchObject({
    blocks: [{ id: "hook", variant: "saved", text: "Saved for you", probability: 1, alternatives: ["plain"] }],
  });
  const split = { subject: "Hello", blocks: [{ id: "hook", choose: "split", variants }] };
  expect(said(split)).toMatchObject({ blocks: [{ variant: "plain", probability: 0.75, alternatives: ["saved"] }] });
  const saved = (name: string) => (name === "block hook saved" ? 0.9 : 0.5);
  expect(said(split, { shareOf: saved })).toMatchObject({ blocks: [{ variant: "saved", probability: 0.25 }] });
});

test("the texts of a channel are made of blocks: without the block there is no such text, unless it has a default", () => {
  const hook = (when: string) => [{ id: "hook", variants: [{ id: "last", when, text: "Two left, {{ cart.top.name }}" }] }];
  const sms = { text: "{{ blocks.hook }}: {{ cart.url | link }}" };
  expect(said({ sms, blocks: hook("yes") }, { channel: "sms" })).toMatchObject({
    sms: { text: "Two left, Trail shoe: https://shop.example/cart?cusp_m=msg_a_1" },
    blocks: [{ id: "hook", variant: "last" }],
  });
  expect(said({ sms, blocks: hook("no") }, { channel: "sms" })).toHaveProperty("missing");
  const sure = { text: "{{ blocks.hook | default: 'Still there' }}" };
  expect(said({ sms: sure, blocks: hook("no") }, { channel: "sms" })).toMatchObject({ sms: { text: "Still there" } });
});

test("a link in a text names its message, and in a block the block too; one that leads off the site is none", () => {
  const blocks = [{ id: "low-stock", text: "See {{ cart.top.url | link }}" }];
  const url = "https://shop.example/p/9?cusp_m=msg_a_1";
  expect(said({ subject: "Hello", blocks })).toMatchObject({ blocks: [{ text: `See ${url}-low-stock` }] });
  const elsewhere = new Map([["sku-1", { atMs: 0, name: "Shoe", url: "https://evil.example/p" }]]);
  expect(said({ subject: "Hello", blocks }, { items: elsewhere })).toMatchObject({ blocks: [] });
});

test("the other action takes the place of one that is not to be shown", () => {
  const action = { label: "Chat now", chat: "open", shown_if: "no", else: { label: "Read", link: "/help#top" } };
  expect(said({ subject: "Hello", action })).toMatchObject({
    action: { label: "Read", url: "https://shop.example/help?cusp_m=msg_a_1#top" },
  });
});

test("what people and pages told cannot lead off the site, hide text or loop", () => {
  const hostile = new Map([["sku-1", { atMs: 0, name: "Shoe\u202e\r\nBcc: x", url: "https://evil.example/p" }]]);
  const link = { subject: "{{ cart.top.name }}", action: { label: "Go", link: "{{ cart.top.url }}" } };
  expect(said(link, { items: hostile })).toEqual({ missing: "the link leads off the site" });
  expect(said({ subject: "{{ cart.top.name }}" }, { items: hostile })).toMatchObject({ subject: "Shoe Bcc: x" });
  for (const url of ["https://shop.example.evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
    expect(said(link, { items: new Map([["sku-1", { atMs: 0, name: "Shoe", url }]]) }), url).toHaveProperty("missing");
});

test("a template with a loop, an unknown filter or an unknown value is a mistake", () => {
  const isKnown = (path: string) => path.startsWith("cart.");
  expect(templateMistake("Hello {{ cart.value | round }}{% if cart.count > 1 %}s{% endif %}", isKnown)).toBeUndefined();
  expect(templateMistake("Hello {{ card.value }}", isKnown)).toEqual({
    offset: 9,
    message: "there is no value `card.value` for a text",
  });
  for (const bad of [
    "{% for a in cart.items %}x{% endfor %}",
    "{{ cart.value | raw }}",
    "{{ cart.value | nofilter }}",
    "{% assign a = 1 %}",
    "{{ cart.value",
    "{% raw %}x{% endraw %}",
    "{% include 'x' %}",
  ])
    expect(templateMistake(bad, isKnown), bad).toBeDefined();
});
