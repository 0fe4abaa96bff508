import type { Page } from "@playwright/test";
import { expect, ready, scroll, skip, test } from "./cusp.ts";
import type { Hook } from "./receiver.ts";

async function arrived(hooks: Hook[], count: number): Promise<Hook> {
  await expect.poll(() => hooks.length).toBe(count);
  return hooks[count - 1] as Hook;
}

/** Leaves time enough for a webhook that must not come: the edge has answered everything the page sent. */
async function settled(page: Page): Promise<void> {
  await skip(page, 120_000);
  await page.waitForLoadState("networkidle");
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
  const moment = body.data.why?.moment;
  expect(moment?.score).toBeGreaterThanOrEqual(7);
  expect(moment?.evidence.map((piece) => piece.name)).toEqual(
    expect.arrayContaining(["dwell", "money_page", "no_click", "scroll"]),
  );
  await settled(page);
  expect(hooks).toHaveLength(1);
});

test("the pointer leaves over the top after 15 s untouched: one message, exit", async ({ page, hooks }) => {
  await page.goto("/p/harbour-blend");
  await ready(page);
  await skip(page, 15_500);
  await leaveOverTheTop(page);
  await skip(page, 300);
  const { body } = await arrived(hooks, 1);
  expect(body.data.why).toMatchObject({ trigger: "leaving", moment: { kind: "exit", band: "now" } });
  expect(body.data.why?.moment.evidence.map((piece) => piece.name)).toEqual(
    expect.arrayContaining(["no_interaction", "exit", "key_page"]),
  );
  await settled(page);
  expect(hooks).toHaveLength(1);
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
  await settled(page);
  expect(hooks).toHaveLength(0);
});
