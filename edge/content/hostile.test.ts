import { expect, test } from "vitest";
import type { ConditionFacts } from "../decide/conditions.ts";
import { message as messageSchema } from "../site/schema/messages.ts";
import { channels } from "../site/schema/words.ts";
import { harmful, hostileTexts, hostileValues, textsIn } from "../test/hostile.ts";
import { type Content, type ContentParts, renderContent } from "./content.ts";
import { oneLine } from "./one-line.ts";

const origin = "https://shop.example";
const traits = {
  city: { type: "string", default: "" },
  first_name: { type: "string", default: "" },
} as const;

/** What a message says of somebody of whom this is known. */
function said(written: object, channel: ContentParts["channel"], known: Record<string, unknown>): Content | { missing: string } {
  const facts = { profile: known, claimed: known, cart: { items: [], top: {} }, page: { type: "cart" } };
  return renderContent({
    file: {
      origins: [origin],
      offers: {},
      answers: {},
      pages: { cart: { match: ["/cart"], key: true } },
      currency: "EUR",
      traits,
    },
    message: messageSchema.parse(written),
    template: "hello",
    channel,
    facts: facts as unknown as ConditionFacts,
    items: new Map(),
    messageId: "msg_a_1",
    timeZone: "Europe/Paris",
    holds: () => true,
    reads: () => [],
    shareOf: () => 0.5,
    nowMs: 0,
  });
}

const text = "In {{ profile.city }}, yes";
const spoken = {
  subject: text,
  preheader: text,
  push: { title: text, body: text },
  sms: { text: `${text}: {{ cart.url | link }}` },
  chat: { text, context: ["profile.city"] },
  onsite: { title: text, body: text },
  team: { text },
  blocks: [
    {
      id: "hook",
      variants: [
        { id: "named", text },
        { id: "plain", text: "In town" },
      ],
    },
    { id: "timer", text: "Until then", deadline: "profile.city" },
  ],
  action: { label: text, link: "/cart" },
};

const all = Object.entries(hostileValues);
const cases = channels.flatMap((channel) => all.map(([name, value]) => [channel, name, value] as const));

test("there are 30 hostile values and more", () => expect(all.length).toBeGreaterThanOrEqual(30));

test.each(cases)("by %s: %s is said as plain text on one line, or not at all", (channel, _, value) => {
  const content = said(spoken, channel, { city: value });
  const plain = typeof value === "string" || typeof value === "number" ? oneLine(String(value)) : "";
  for (const one of textsIn(content)) {
    expect(one).not.toMatch(harmful);
    expect(one.length).toBeLessThan(400);
  }
  if ("missing" in content) {
    expect(typeof value === "string" ? plain : "").toBe("");
    return;
  }
  expect(new Set(textsIn(content).filter((one) => one.endsWith(", yes")))).toEqual(new Set([`In ${plain}, yes`]));
  if (content.sms) expect(content.sms.text).toBe(`In ${plain}, yes: ${origin}/cart?cusp_m=msg_a_1`);
  expect(content.blocks).toMatchObject([{ id: "hook", text: `In ${plain}, yes` }]);
  expect(content.action).toMatchObject({ url: `${origin}/cart?cusp_m=msg_a_1` });
  expect({}).not.toHaveProperty("polluted");
});

test.each(all)("a link that %s is put into stays on the site and tags its message, or there is none", (_, value) => {
  for (const link of ["{{ profile.city }}", "/c/{{ profile.city }}", "/c?q={{ profile.city }}"]) {
    const content = said({ subject: "Hello", action: { label: "Go", link } }, "email", { city: value });
    if ("missing" in content) continue;
    const url = String(content.action?.url);
    expect(url, link).not.toMatch(/["'<>`\\\s]/);
    expect(new URL(url).origin, link).toBe(origin);
    expect(new URL(url).searchParams.getAll("cusp_m"), link).toEqual(["msg_a_1"]);
  }
});

test.each(all)("whoever is called %s is greeted by a name, or as somebody without one", (name, value) => {
  const content = said({ subject: "Hello {{ profile.first_name | default: 'you' }}!" }, "email", { first_name: value });
  if ("missing" in content) return;
  const [, called = ""] = /^Hello (.+)!$/.exec(String(content.subject)) ?? [];
  expect([...called].length, name).toBeLessThanOrEqual(40);
  expect(called).not.toMatch(/[<>{}\\/@:]|\w\w\.\w\w|\d ?\d ?\d ?\d ?\d/);
});

test("a name of 40 letters is said, and one of 41 counts as not known: nobody is greeted with half a name", () => {
  const greeted = (first_name: string) =>
    said({ subject: "Hello {{ profile.first_name | default: 'you' }}" }, "email", { first_name });
  expect(greeted("Á".repeat(40))).toMatchObject({ subject: `Hello ${"Á".repeat(40)}` });
  expect(greeted("Á".repeat(41))).toMatchObject({ subject: "Hello you" });
  for (const name of ["J.R.R.", "Zoë-Anne", "O’Neill", "Nguyễn Thị", "سارة", "X Æ A-12", "St. John"])
    expect(greeted(name), name).toMatchObject({ subject: `Hello ${name}` });
  expect(said({ subject: "Hello {{ profile.first_name }}" }, "email", { first_name: hostileTexts["very long"] })).toHaveProperty(
    "missing",
  );
});
