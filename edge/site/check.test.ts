import { expect, test } from "vitest";
import demo from "../../demo-site/cusp.yaml?raw";
import { checkSiteFile } from "./check.ts";

const minimal = `version: 1
site: pk_demo
origins: [https://shop.example]
pages:
  pricing: { match: [/pricing*], key: true }
triggers:
  hesitates:
    on: [hesitation]
    when: page.type == "pricing"
    band: now
    message: help
messages:
  help:
    subject: Can we help?
    action: { label: Ask, link: /help }
destinations:
  email: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

const mistakes = (source: string) => {
  const checked = checkSiteFile(source);
  return checked.ok ? [] : checked.mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

test("the demo's file and a first file are fine", () => {
  expect(mistakes(demo)).toEqual([]);
  expect(mistakes(minimal)).toEqual([]);
});

test.each<[string, [string, string], string]>([
  [
    "a fact that does not exist",
    ["page.type ==", "page.tipe =="],
    "9:16 there is no fact `page.tipe`; did you mean `page.type`?",
  ],
  ["an unknown variable", ["page.type ==", "paeg.type =="], "9:11 there is no fact `paeg.type`; did you mean `page.type`?"],
  [
    "a condition that is no yes or no",
    ['page.type == "pricing"', "page.dwell_s"],
    "9:11 a condition must be true or false, this one gives double",
  ],
  ["a comparison of unlike things", ['"pricing"\n', "7\n"], "9:11 no such overload: string == int"],
  [
    "a pattern, which could hold the edge for seconds",
    ['page.type == "pricing"', 'page.type.matches("^(a+)+$")'],
    "9:11 `matches` may not be used; allowed are size, startsWith, endsWith, contains, int, double, string",
  ],
  ["a message that does not exist", ["message: help", "message: halp"], "11:14 there is no message `halp`"],
  [
    "a kind that does not exist",
    ["on: [hesitation]", "on: [hesitaton]"],
    '8:10 Invalid option: expected one of "hesitation"|"exit"|"rapid_scroll"|"form_ab',
  ],
  ["a key that does not exist", ["    band: now", "    bandd: now\n    band: now"], "10:5 there is no key `bandd` here"],
  [
    "a secret written out",
    ["secret: DEST_PK_DEMO_EMAIL", "secret: whsec_abc"],
    "17:73 a secret is named, not written: NAMES_LIKE_THIS",
  ],
  [
    "a secret of somebody else",
    ["secret: DEST_PK_DEMO_EMAIL", "secret: ADMIN_TOKEN"],
    "17:73 the secret of this destination must be named DEST_PK_DEMO_EMAIL or DEST_PK_DEMO_EMAIL_…",
  ],
  [
    "a destination inside the network",
    ["https://tool.example/hook", "https://10.0.0.1/hook"],
    "17:17 the URL must name a host, not an IP address",
  ],
  [
    "a destination without TLS",
    ["https://tool.example/hook", "http://tool.example/hook"],
    "17:17 the URL must start with https://",
  ],
  ["a channel nobody takes", ["channels: [email]", "channels: [sms]"], "14:5 no destination takes the channel `email`"],
  [
    "an origin with a path",
    ["https://shop.example]", "https://shop.example/x]"],
    "3:11 an origin is scheme, host and port only, like https://shop.example",
  ],
  ["a link that runs something", ["link: /help", "link: javascript:alert(1)"], "15:33 a link starts with / or https://"],
  ["a key given twice", ["site: pk_demo", "site: pk_demo\nsite: pk_other"], "3:1 Map keys must be unique"],
  ["YAML that does not close", ["origins: [https://shop.example]", "origins: [https://shop.example"], "4:1 "],
])("%s is refused where it stands", (_name, [what, by], expected) => {
  const broken = minimal.replace(what, by);
  expect(broken).not.toBe(minimal);
  const [first = ""] = mistakes(broken);
  expect(first.slice(0, expected.length)).toBe(expected);
});

test("hostile conditions are refused at once", () => {
  for (const when of [
    `${"!".repeat(1900)}true`,
    "true".padEnd(1900, "||true"),
    "[".repeat(900),
    "a".repeat(3000),
    "((".repeat(500),
  ])
    expect(mistakes(minimal.replace('page.type == "pricing"', JSON.stringify(when))).length).toBeGreaterThan(0);
});

test("a bomb of aliases, a file too large and one that is no map are refused", () => {
  const bomb = `a: &a [x, x]\nb: [${"*a, ".repeat(30)}x]\n`;
  expect(mistakes(bomb)).toEqual(["1:1 uses more than 20 aliases, or is nested too deeply"]);
  expect(mistakes(`#${"x".repeat(300_000)}`)).toEqual(["1:1 the file is larger than 256 KiB"]);
  expect(mistakes("[".repeat(100_000)).length).toBeGreaterThan(0);
  expect(mistakes("just a text").length).toBe(1);
  expect(mistakes("").length).toBe(1);
});
