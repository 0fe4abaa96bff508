import { expect, test } from "vitest";
import { observeElementSeen } from "./element-seen.ts";
import { stubInView } from "./test-in-view.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();
const seen = () => page.said.flatMap((said) => (said.kind === "element_seen" ? [[said.name, said.seen_ms]] : []));
const policy = () => document.querySelector("[data-cusp-seen]");
const add = (name = "returns-policy") =>
  document.body.insertAdjacentHTML("beforeend", `<p><i data-cusp-seen="${name}">We take it back</i></p>`);
const open = (name?: string) => {
  const layout = stubInView();
  add(name);
  page.watch(observeElementSeen);
  return layout;
};

test("an element in view is said at 3, 10 and 15 s, all its times together", async () => {
  const { show } = open();
  show(policy(), 0.6);
  await page.pass(2000);
  show(policy(), 0.4);
  await page.pass(60_000);
  show(policy(), 1);
  await page.pass(1100);
  expect(seen()).toEqual([["returns-policy", 3000]]);
  await page.pass(30_000);
  expect(seen()).toEqual([
    ["returns-policy", 3000],
    ["returns-policy", 10_000],
    ["returns-policy", 15_000],
  ]);
});

test("leaving says what came since, if that is a second or more", async () => {
  const { show } = open();
  show(policy(), 1);
  await page.pass(3500);
  page.hide();
  page.settle("hidden");
  expect(seen()).toEqual([["returns-policy", 3000]]);
  page.show();
  await page.pass(1000);
  page.end();
  expect(seen().at(-1)).toEqual(["returns-policy", 4500]);
});

test("what is higher than the window is in view when it fills half of it", async () => {
  const { show } = open();
  show(policy(), 0.1, 8000);
  await page.pass(3100);
  expect(seen()).toEqual([["returns-policy", 3000]]);
});

test("time in another tab is not seen", async () => {
  const { show } = open();
  show(policy(), 1);
  await page.pass(1000);
  page.hide();
  await page.pass(60_000);
  expect(seen()).toEqual([]);
  page.show();
  await page.pass(2100);
  expect(seen()).toEqual([["returns-policy", 3000]]);
});

test("what comes later is found when the page settles or a scroll ends, unless the site hides it", async () => {
  const { watching } = stubInView();
  page.watch(observeElementSeen);
  add();
  expect(watching.size).toBe(0);
  page.settle("crossing");
  expect(watching.size).toBe(1);
  add();
  document.body.insertAdjacentHTML("beforeend", "<p data-cusp-ignore><i data-cusp-seen='secret-plan'></i></p>");
  document.dispatchEvent(new Event("scrollend"));
  expect(watching.size).toBe(2);
});

test("an element that the page took away is still spoken of by its name, and not kept", async () => {
  const { show } = open();
  show(policy(), 1);
  await page.pass(2000);
  const gone = policy();
  gone?.parentElement?.remove();
  show(gone, 0);
  page.end();
  expect(seen()).toEqual([["returns-policy", 2000]]);
});

test("a name that tells too much is not said", async () => {
  const { show } = open("ada@example.com");
  show(policy(), 1);
  await page.pass(3100);
  expect(seen()).toEqual([["element", 3000]]);
});

test("a thousand marked elements are not a thousand watched", () => {
  const { watching } = stubInView();
  for (let i = 0; i < 1000; i++) add();
  page.watch(observeElementSeen);
  expect(watching.size).toBe(32);
});

test("nothing is watched once the page has ended", () => {
  const { watching } = open();
  page.end();
  expect(watching.size).toBe(0);
});

test("elements that are drawn anew, again and again, are watched each time", async () => {
  const { show, watching } = open();
  for (let i = 0; i < 40; i++) {
    policy()?.remove();
    add(`part-${i}`);
    page.settle("crossing");
    expect(watching.has(policy() as Element)).toBe(true);
  }
  show(policy(), 1);
  await page.pass(3100);
  expect(seen()).toEqual([["part-39", 3000]]);
});
