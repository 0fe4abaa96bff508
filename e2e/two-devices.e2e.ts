import type { Tab } from "./browsers/tab.ts";
import { expect, ready, scroll, skip, test } from "./cusp.ts";
import type { Hook } from "./receiver.ts";

interface Shop {
  shopper: { account(): { id: string; token?: string }; signIn(): Promise<void>; signOut(): void };
}

const shopperOf = (tab: Tab) => tab.evaluate(() => (globalThis as unknown as Shop).shopper.account().id);

/** Waits until the panel's timeline, the newest line first, says so. */
const says = (tab: Tab, what: RegExp) =>
  tab.until((source) => new RegExp(source, "i").test(document.querySelector(".timeline")?.textContent ?? ""), what.source);

/** What was sent to this shopper: others, of tests before this one, are written to when the clock goes on. */
const sent = (hooks: Hook[], to: string) =>
  hooks.filter(({ body }) => body.type === "message.send" && body.data.person?.id === to);

const buyer = { name: "A", email: "a@b.example", address: "Q 4", postcode: "1", city: "G" };

test("bought on the phone: the laptop's reminder is not sent, and its panel says why", async ({
  driver,
  edge,
  open,
  tab: laptop,
  request,
  hooks,
}) => {
  test.slow(); // two browsers and a checkout
  await open("/p/harbour-blend");
  const shopper = await shopperOf(laptop);
  await laptop.click("[data-add]");
  await open("/checkout");
  await skip(laptop, 70_000);
  await says(laptop, /still-waiting/);

  const phone = await driver.visitor();
  const tab = await phone.tab();
  await tab.goto(`${edge.url}/p/harbour-blend?me=${shopper}`);
  await ready(tab);
  expect(await shopperOf(tab)).toBe(shopper);
  await tab.click("[data-add]");
  await tab.goto(`${edge.url}/checkout`);
  await ready(tab);
  for (const [name, value] of Object.entries(buyer)) await tab.fill(`[name=${name}]`, value);
  await tab.click("[data-order] button");

  await says(laptop, /not sent: bought \d+ s ago/);
  await request.post("/dev/clock", { data: { skip_ms: 2 * 3_600_000 } });
  await says(laptop, /not sent: bought \d+ s ago/);
  expect(sent(hooks, shopper)).toHaveLength(0);
  await phone.end();
});

test("nobody is signed in: the message waits with its reason, and goes out once when they sign in", async ({
  open,
  tab,
  hooks,
}) => {
  await open("/");
  const shopper = await shopperOf(tab);
  await tab.evaluate(() => (globalThis as unknown as Shop).shopper.signOut());
  await open("/pricing");
  await scroll(tab, 700);
  await skip(tab, 21_000);
  await says(tab, /unreachable/);
  expect(sent(hooks, shopper)).toHaveLength(0);

  await tab.evaluate(() => (globalThis as unknown as Shop).shopper.signIn());
  await expect.poll(() => sent(hooks, shopper).length).toBe(1);
  expect(sent(hooks, shopper)[0]?.body.data.why).toMatchObject({ trigger: "pricing-hesitation", moment: { kind: "hesitation" } });
  await skip(tab, 120_000);
  await tab.goto("about:blank");
  expect(sent(hooks, shopper)).toHaveLength(1);
});
