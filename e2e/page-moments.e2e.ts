import type { Tab } from "./browsers/tab.ts";
import { expect, scroll, skip, test } from "./cusp.ts";

/** What a touchpoint on the page says; empty while there is none. */
const said = (tab: Tab) =>
  tab.evaluate(() => document.querySelector("cusp-message")?.shadowRoot?.querySelector("section")?.textContent ?? "");

const shows = (tab: Tab, what: string) =>
  tab.until(
    (title) => !!document.querySelector("cusp-message")?.shadowRoot?.querySelector("section")?.textContent.includes(title),
    what,
  );

const press = (tab: Tab, selector: string) =>
  tab.evaluate((css) => document.querySelector("cusp-message")?.shadowRoot?.querySelector<HTMLElement>(css)?.click(), selector);

const look = (tab: Tab) => tab.evaluate(() => document.querySelector("cusp-message")?.getAttribute("look"));

/** Waits until the panel's timeline says so. */
const decided = (tab: Tab, what: string) =>
  tab.until((text) => !!document.querySelector(".timeline")?.textContent?.includes(text), what);

const form = { name: "A", email: "a@b.example", address: "Q 4", postcode: "1", city: "G" };

test("comparison of plans: who lingers on the prices is helped to choose; the answer takes the button's place", async ({
  open,
  tab,
}) => {
  await open("/pricing");
  await scroll(tab, 700);
  await skip(tab, 21_000);
  await shows(tab, "Count the cups");
  expect(await look(tab)).toBe("card");
  await press(tab, ".go");
  await shows(tab, "About 30: Harbour.");
});

test("what is sent away stays away: not on the next page, not for another moment of the same kind", async ({ open, tab }) => {
  await open("/pricing");
  await scroll(tab, 700);
  await skip(tab, 21_000);
  await shows(tab, "Count the cups");
  await press(tab, ".x");
  expect(await said(tab)).toBe("");
  await open("/pricing");
  await scroll(tab, 700);
  await skip(tab, 21_000);
  await decided(tab, "pricing-hint led nowhere");
  expect(await said(tab)).toBe("");
});

test("onboarding for the new: a badge for who lingers on a first coffee, with the rest behind it", async ({ open, tab }) => {
  await open("/p/harbour-blend");
  await scroll(tab, 700);
  await skip(tab, 31_000);
  await shows(tab, "New on the quay?");
  expect(await look(tab)).toBe("badge");
  expect(await tab.evaluate(() => document.querySelector("cusp-message")?.shadowRoot?.querySelector("details")?.open)).toBe(
    false,
  );
});

test("comparison support: back and forth between two coffees brings both side by side", async ({ open, tab }) => {
  await open("/p/harbour-blend");
  await open("/p/lighthouse-espresso");
  await open("/p/harbour-blend");
  await shows(tab, "Harbour or Lighthouse?");
  expect(await look(tab)).toBe("sheet");
});

test("returns help: ten seconds into the policy, beside it; not for who only passes", async ({ open, tab }) => {
  await open("/p/harbour-blend");
  await open("/returns");
  await skip(tab, 7000);
  expect(await said(tab)).toBe("");
  await skip(tab, 14_000);
  await shows(tab, "Was it not right?");
  expect(await look(tab)).toBe("inline");
  await press(tab, ".go");
  await shows(tab, "Keep the bag.");
});

test("help when a payment fails, at once, and no button for a chat where nobody is there", async ({ open, tab }) => {
  await open("/p/harbour-blend");
  await tab.click("[data-add]");
  await open("/checkout");
  for (const [name, value] of Object.entries(form)) await tab.fill(`[name=${name}]`, value);
  await tab.click("[value=card]");
  await tab.click("[data-order] button");
  await shows(tab, "Your bank said no. We did not.");
  expect(await said(tab)).toContain("How can I pay?");
});

test("while somebody is at the counter the same help opens the shop's chat", async ({ open, tab }) => {
  await open("/p/harbour-blend");
  await tab.click("[data-add]");
  await open("/checkout");
  await tab.click(".stage [role=switch]:nth-of-type(3)");
  await tab.until(() => document.querySelector(".stage [role=switch]:nth-of-type(3)")?.ariaChecked === "true");
  for (const [name, value] of Object.entries(form)) await tab.fill(`[name=${name}]`, value);
  await tab.click("[value=card]");
  await tab.click("[data-order] button");
  await shows(tab, "Talk to the counter");
  await press(tab, ".go");
  await tab.until(() => document.querySelector<HTMLDialogElement>("dialog.counter")?.open);
});

test("priority for the loyal: who has bought here before goes first, by the same small print", async ({ open, tab }) => {
  await open("/p/harbour-blend");
  await tab.click("[data-add]");
  await open("/checkout");
  for (const [name, value] of Object.entries(form)) await tab.fill(`[name=${name}]`, value);
  await tab.click("[data-order] button");
  await open("/p/harbour-blend");
  await open("/returns");
  await skip(tab, 12_000);
  await tab.until(() => document.body.textContent.includes("waits: its condition"));
  await skip(tab, 12_000);
  await skip(tab, 7000);
  await shows(tab, "so you go first");
});
