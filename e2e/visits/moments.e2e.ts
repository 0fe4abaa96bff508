import type { APIRequestContext } from "@playwright/test";
import type { Tab } from "../browsers/tab.ts";
import { expect, hesitatingShopper, ready, scroll, skip, test } from "../cusp.ts";
import type { Hook, Moment } from "../receiver.ts";

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
async function settled(tab: Tab, request: APIRequestContext, hooks: Hook[]): Promise<Hook[]> {
  if (await tab.evaluate(() => location.href === "about:blank")) await request.post("/dev/clock", { data: { skip_ms: 120_000 } });
  else await skip(tab, 120_000);
  const { origin } = new URL((await request.get("/healthz")).url());
  await tab.goto(`${origin}/inbox`);
  const after = await hesitatingShopper(origin);
  await request.post("/v1/batches", { headers: { "content-type": "text/plain", origin }, data: JSON.stringify(after) });
  const isAfter = ({ body }: Hook) => body.data.correlation.session === after.session.id;
  await expect.poll(() => hooks.some(isAfter)).toBe(true);
  return hooks.filter((hook) => !isAfter(hook));
}

test("20 s on pricing, scrolled and nothing clicked: one message, hesitation", async ({ open, tab, request, hooks }) => {
  await open("/pricing");
  await scroll(tab, 700);
  await skip(tab, 21_000);
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
  expect(await settled(tab, request, hooks)).toHaveLength(1);
});

test("the pointer leaves over the top after 15 s untouched: one message, exit", async ({ open, tab, request, hooks }) => {
  await open("/p/harbour-blend");
  await skip(tab, 15_500);
  await tab.leaveOverTheTop();
  await skip(tab, 300);
  const { body } = await arrived(hooks, 1);
  expect(body.data.why).toMatchObject({ trigger: "leaving", moment: { kind: "exit", band: "now" } });
  const moment = body.data.why?.moment as Moment;
  fitsItsEvidence(moment);
  expect(moment.score).toBeGreaterThanOrEqual(7);
  expect(names(moment).sort()).toEqual(["exit", "key_page", "no_interaction"]); // how strong the exit is depends on its speed
  expect(await settled(tab, request, hooks)).toHaveLength(1);
});

test("a checkout form begun, half filled and left after 45 s: one message, form_abandon", async ({
  open,
  tab,
  request,
  hooks,
}) => {
  await open("/checkout");
  await tab.fill("[name=name]", "Somebody");
  await tab.fill("[name=email]", "somebody@example.com");
  await tab.fill("[name=phone]", "0123");
  await skip(tab, 46_000);
  await open("/returns");
  const { body } = await arrived(hooks, 1);
  expect(body.data.why).toMatchObject({ trigger: "checkout-left", moment: { kind: "form_abandon", band: "now" } });
  const moment = body.data.why?.moment as Moment;
  fitsItsEvidence(moment);
  expect(moment.score).toBeGreaterThanOrEqual(7);
  expect(names(moment)).toEqual(expect.arrayContaining(["time", "filled"]));
  expect(await settled(tab, request, hooks)).toHaveLength(1);
  expect(hooks.map(({ text }) => text).join()).not.toMatch(/somebody/i);
});

test("a bounce after 3 s: a moment.detected and no message", async ({ open, tab, request, hooks }) => {
  await open("/");
  await skip(tab, 3200);
  await tab.goto("about:blank");
  await expect
    .poll(async () => {
      await request.post("/dev/clock", { data: { skip_ms: 11_000 } });
      return hooks.length;
    })
    .toBe(1);
  expect(hooks[0]?.body).toMatchObject({ type: "moment.detected", data: { moment: { kind: "bounce" } } });
  fitsItsEvidence(hooks[0]?.body.data.moment as Moment);
  expect((await settled(tab, request, hooks)).map(({ body }) => body.type)).toEqual(["moment.detected"]);
});

test("a calm visit: nothing", async ({ open, tab, request, hooks }) => {
  await open("/");
  await scroll(tab, 400);
  await skip(tab, 5000);
  await tab.click("a[href='/pricing']");
  await ready(tab);
  await skip(tab, 6000);
  await tab.click("a[href='/returns']");
  await ready(tab);
  expect(await settled(tab, request, hooks)).toHaveLength(0);
});
