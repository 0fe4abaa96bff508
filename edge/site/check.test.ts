import fc from "fast-check";
import { expect, test } from "vitest";
import demo from "../../demo-site/cusp.yaml?raw";
import fiveJobs from "../../demo-site/five-jobs.yaml?raw";
import { checkSiteFile } from "./check.ts";
import { recipes } from "./recipes/recipes.ts";

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
    re_entry: { after: 7d }
    message: help
messages:
  help:
    subject: Can we help?
    action: { label: Ask, link: /help }
destinations:
  email: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;
const email = `destinations:
  email: { url: "https://tool.example/hook", channels: [email, onsite], secret: DEST_PK_DEMO_EMAIL }
`;

const mistakes = (source: string) => {
  const checked = checkSiteFile(source);
  return checked.ok ? [] : checked.mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`);
};
const warnings = (source: string) => checkSiteFile(source).warnings.map(({ line, message }) => `${line} ${message}`);

test("a site that sends text messages says where to, or its file is refused", () => {
  const texting = minimal.replace("channels: [email]", "channels: [email, sms]");
  expect(mistakes(texting)).toEqual([
    '18:64 nothing says which countries text messages go to: name yours by their dialling codes as `limits.sms_to`, like `sms_to: ["+33"]`',
  ]);
  expect(mistakes(`${texting}limits: { sms_to: ["+33"] }\n`)).toEqual([]);
});

test("the demo's file and a first file are fine", () => {
  expect(mistakes(demo)).toEqual([]);
  expect(mistakes(minimal)).toEqual([]);
  expect(warnings(minimal)).toEqual([]);
});

test("the five jobs are fine, and what their tools do is told", () => {
  expect(mistakes(fiveJobs)).toEqual([]);
  expect(warnings(fiveJobs).map((warning) => warning.replace(/^\d+ /, ""))).toEqual([
    "`klaviyo` decides once more whether to send: switch off Smart Sending in the flow that sends these",
  ]);
});

test("what an experiment of the five jobs pushes out of its window is told at the arm", () => {
  const pushed = fiveJobs.replace("after: 1h, before: 2h", "after: 1h, before: 4h");
  expect(pushed).not.toBe(fiveJobs);
  expect(mistakes(pushed)[0]).toMatch(
    /^\d+:7 in this arm: `proof` may come as late as 5h after the entry: the step before it may be sent until 4h/,
  );
});

test("a text that an arm tries out obeys the rules of every text, and is told where it is set", () => {
  const trying = (subject: string) =>
    `${fiveJobs.replace(
      "\nexperiments:\n",
      `\nexperiments:
  words:
    patch: messages.cart-proof
    arms:
      plain: { weight: 1, set: {} }
      other: { weight: 1, set: { subject: "${subject}" } }
`,
    )}`;
  expect(mistakes(trying("Others on {{ cart.top.name }}"))).toEqual([]);
  expect(mistakes(trying("Only 2 left, hurry")).map((mistake) => mistake.replace(/^\d+:/, ""))).toEqual([
    expect.stringMatching(/^44 “Only 2 left” is a claim without its data/),
    expect.stringMatching(/^57 “hurry” promises an end that nothing keeps/),
  ]);
});

test.each(Object.keys(recipes))("%s is fine in a file that says nothing else", (recipe) => {
  const source = `version: 1\nsite: pk_demo\norigins: [https://shop.example]\nuse: ${recipe}\n${email}`;
  expect(mistakes(source)).toEqual([]);
  expect(warnings(source)).toEqual([]);
});

test("all recipes go together in one file", () => {
  const source = `version: 1\nsite: pk_demo\norigins: [https://shop.example]\nuse: [${Object.keys(recipes).join(", ")}]\n${email}`;
  expect(mistakes(source)).toEqual([]);
});

test("what a file says itself holds over its recipe, step by step and key by key", () => {
  const checked = checkSiteFile(`version: 1
site: pk_demo
origins: [https://shop.example]
use: recipe/cart-recovery@1
pages:
  cart: { match: [/basket] }
journeys:
  cart-recovery:
    steps:
      - { id: cart-soon, after: 5m }
${email}`);
  if (!checked.ok) throw new Error(JSON.stringify(checked.mistakes));
  const { pages, journeys, triggers } = checked.file;
  expect(pages.cart).toEqual({ match: ["/basket"], key: true });
  expect(journeys["cart-recovery"]?.steps.map(({ id, after }) => [id, after / 60_000])).toEqual([
    ["cart-soon", 5],
    ["cart-hour", 60],
    ["cart-day", 1200],
  ]);
  expect(triggers["cart-exit"]?.priority).toBe(80);
});

test("a mistake in a condition is found at its letter, however the text is written", () => {
  const space = fc.constantFrom(" ", "  ");
  const layouts: ((condition: string) => string)[] = [
    (condition) => condition,
    (condition) => `'${condition.replace(/'/g, "''")}'`,
    (condition) => JSON.stringify(condition),
    (condition) => JSON.stringify(condition).replace("ß", "\\u00df").replace(" && ", " \\\n      && "),
    (condition) => `|\n      ${condition.replace(" && ", "\n        && ")}`,
    (condition) => `>-\n      ${condition.replace(" && ", "\n      && ")}`,
    (condition) => `>+2 # folded\n      ${condition.replace(" && ", "\n\n      && ")}`,
    (condition) => condition.replace(" && ", "\n      && "),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...layouts), space, fc.constantFrom("it's", "ß", 'a \\"b\\"', "x"), (layout, gap, word) => {
      const condition = `cart.currency != "${word}"${gap}== true && pagee.key`;
      const source = minimal.replace('page.type == "pricing"', layout(condition.replace("== true ", "|| page.key ")));
      const lines = source.split("\n");
      const line = lines.findIndex((one) => one.includes("pagee")) + 1;
      const column = (lines[line - 1] as string).indexOf("pagee") + 1;
      expect(mistakes(source).map((mistake) => mistake.split(" ")[0])).toEqual([`${line}:${column}`]);
    }),
  );
});

test("any file, however it is cut or bent, gets an answer and never an exception", () => {
  const characters = [..."{}[]:,-#&*!|>'\"%@` \n\tax1"];
  fc.assert(
    fc.property(fc.nat(demo.length), fc.nat(200), fc.constantFrom(...characters), (at, length, character) => {
      const checked = checkSiteFile(demo.slice(0, at) + character + demo.slice(at + length));
      for (const { line, column } of checked.ok ? [] : checked.mistakes) expect(Math.min(line, column)).toBeGreaterThan(0);
      expect(checked.ok || checked.mistakes.length > 0).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("a name that every object of the language has is refused; one that only looks like it is a name like any other", () => {
  const named = (name: string) =>
    mistakes(minimal.replaceAll("help", name).replace(`Can we ${name}?`, `"Hi {{ ${name}.${name} }}"`));
  for (const name of ["valueof", "tostring"]) expect(named(name)).toEqual([expect.stringMatching(/^15:21 there is no value/)]);
  expect(named("constructor")).toEqual([
    expect.stringMatching(/^12:14 /),
    expect.stringMatching(/^14:3 `constructor` cannot be/),
  ]);
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
  expect(mistakes(bomb)).toEqual(["1:1 the file uses more than 20 aliases, or is nested too deeply"]);
  expect(mistakes(`#${"x".repeat(300_000)}`)).toEqual(["1:1 the file is larger than 256 KiB"]);
  expect(mistakes("[".repeat(100_000)).length).toBeGreaterThan(0);
  expect(mistakes("just a text")).toEqual(["1:1 a site file is a map: `version: 1`, `site: …` and so on"]);
  expect(mistakes("")).toEqual(["1:1 a site file is a map: `version: 1`, `site: …` and so on"]);
});

test("a mistake in what an alias repeats is told where it is written", () => {
  const source = minimal.replace("subject: Can we help?", "subject: &help Last chance!\n    preheader: *help");
  expect(mistakes(source).map((mistake) => mistake.split(" ")[0])).toEqual(["15:20"]);
});

test("a setting that may be left out may be left out", () => {
  const to = "vendor: postmark, mode: rendered, channels: [email], secret: DEST_PK_DEMO_EMAIL";
  const mail = minimal.replace(
    /destinations:[\s\S]*/,
    `destinations: { email: { ${to}, settings: { from: news@shop.example } } }\n`,
  );
  expect(mail).toContain("postmark");
  expect(mistakes(mail)).toEqual([]);
});

test("a button for an answer that the file does not have is told of, unless a tool of the site's own takes what goes to the page", () => {
  const shown = minimal.replace(
    "subject: Can we help?\n    action: { label: Ask, link: /help }",
    "onsite: { title: Help? }\n    action: { label: How?, answer: ways }",
  );
  expect(warnings(shown)).toContain("16 there is no answer `ways` under `answers`, so the page shows no button for it");
  expect(warnings(`${shown}answers: { ways: By letter. }\n`)).toEqual([]);
  expect(
    warnings(shown.replace("channels: [email]", "channels: [email, onsite, chat]")).filter((one) => /answer/.test(one)),
  ).toEqual([]);
});
