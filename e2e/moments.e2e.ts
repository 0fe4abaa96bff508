import type { Page } from "@playwright/test";
import { hesitatingBatch } from "../bench/load.ts";
import { expect, ready, scroll, skip, test } from "./cusp.ts";
import type { Hook, Moment } from "./receiver.ts";

async function arrived(hooks: Hook[], count: number): Promise<Hook> {
  await expect.poll(() => hooks.length).toBe(count);
  return hooks[count - 1] as Hook;
}

/** The noisy OR of what the webhook names, to the tenth. The shares in it are rounded to a thousandth: hence the two bounds. */
function fitsItsEvidence({ score, evidence }: Moment): void {
  const combined = (off: number) => Math.round(100 * (1 - evidence.reduce((rest, { adds }) => rest * (1 - adds - off), 1))) / 10;
  expect(score).toBeGreaterThanOrEqual(combined(-0.0005));
  expect(score).toBeLessThanOrEqual(combined(0.0005));
}

const names = ({ evidence }: Moment) => evidence.map(({ name }) => name);

/**
 * What has come when everything has: two minutes later the page has gone, and with it all it had to send, and a message of
 * somebody who came after it has arrived.
 */
async function settled(page: Page, hooks: Hook[]): Promise<Hook[]> {
  const { request } = page;
  if (page.url() === "about:blank") await request.post("/dev/clock", { data: { skip_ms: 120_000 } });
  else await skip(page, 120_000);
  const origin = new URL((await request.get("/healthz")).url()).origin;
  await page.goto("/inbox");
  const after = hesitatingBatch(crypto.randomUUID());
  await request.post("/v1/batches", { headers: { "content-type": "text/plain", origin }, data: JSON.stringify(after) });
  const isAfter = ({ body }: Hook) => body.data.correlation.session === after.session.id;
  await expect.poll(() => hooks.some(isAfter)).toBe(true);
  return hooks.filter((hook) => !isAfter(hook));
}

async function leaveOverTheTop(page: Page): Promise<void> {
  await page.mouse.move(500, 300);
  for (const y of [200, 100, 40, 2]) await page.mouse.move(500, y);
  await page.mouse.move(500, -5);
}

test("20 s on pricing, scrolled and nothing clicked: one message, hesitation", async ({ page, hooks }) => {
  await page.goto("/pricing");
  await ready(page);
  await scroll(page, 700);
  await skip(page, 21_000);
  const { body } = await arrived(hooks, 1);
  expect(body).toMatchObject({
    type: "message.send",
    data: {
      why: { trigger: "pricing-hesitation", moment: { kind: "hesitation", band: "now" } },
      content: { template: "compare-plans" },
    },
  });
  const moment = body.data.why?.moment as Moment;
  fitsItsEvidence(moment);
  expect(moment.score).toBe(7.7);
  expect(names(moment)).toEqual(["money_page", "dwell", "no_click", "scroll"]);
  expect(await settled(page, hooks)).toHaveLength(1);
});

test("the pointer leaves over the top after 15 s untouched: one message, exit", async ({ page, hooks }) => {
  await page.goto("/p/harbour-blend");
  await ready(page);
  await skip(page, 15_500);
  await leaveOverTheTop(page);
  await skip(page, 300);
  const { body } = await arrived(hooks, 1);
  expect(body.data.why).toMatchObject({ trigger: "leaving", moment: { kind: "exit", band: "now" } });
  const moment = body.data.why?.moment as Moment;
  fitsItsEvidence(moment);
  expect(moment.score).toBeGreaterThanOrEqual(7);
  expect(names(moment).sort()).toEqual(["exit", "key_page", "no_interaction"]); // how strong the exit is depends on its speed
  expect(await settled(page, hooks)).toHaveLength(1);
});

test("a checkout form begun, half filled and left after 45 s: one message, form_abandon", async ({ page, hooks }) => {
  await page.goto("/checkout");
  await ready(page);
  const fields = page.locator("form input:visible, form textarea:visible");
  await fields.nth(0).fill("Somebody");
  await fields.nth(1).fill("somebody@example.com");
  await fields.nth(2).fill("0123");
  await skip(page, 46_000);
  await page.goto("/returns");
  const { body } = await arrived(hooks, 1);
  expect(body.data.why).toMatchObject({ trigger: "checkout-left", moment: { kind: "form_abandon", band: "now" } });
  const moment = body.data.why?.moment as Moment;
  fitsItsEvidence(moment);
  expect(moment.score).toBeGreaterThanOrEqual(7);
  expect(names(moment)).toEqual(expect.arrayContaining(["time", "filled"]));
  expect(await settled(page, hooks)).toHaveLength(1);
  expect(hooks.map(({ text }) => text).join()).not.toMatch(/somebody/i);
});

test("a bounce after 3 s: a moment.detected and no message", async ({ page, request, hooks }) => {
  await page.goto("/");
  await ready(page);
  await skip(page, 3200);
  await page.goto("about:blank");
  await expect
    .poll(async () => {
      await request.post("/dev/clock", { data: { skip_ms: 11_000 } });
      return hooks.length;
    })
    .toBe(1);
  expect(hooks[0]?.body).toMatchObject({ type: "moment.detected", data: { moment: { kind: "bounce" } } });
  fitsItsEvidence(hooks[0]?.body.data.moment as Moment);
  expect((await settled(page, hooks)).map(({ body }) => body.type)).toEqual(["moment.detected"]);
});

test("a calm visit: nothing", async ({ page, hooks }) => {
  await page.goto("/");
  await ready(page);
  await scroll(page, 400);
  await skip(page, 5000);
  await page.click("a[href='/pricing']");
  await ready(page);
  await skip(page, 6000);
  await page.click("a[href='/returns']");
  await ready(page);
  expect(await settled(page, hooks)).toHaveLength(0);
});
