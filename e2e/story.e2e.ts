import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { demoFile, newSecrets, startDemo } from "../scripts/demo.ts";
import { tabOf } from "./browsers/chromium.ts";
import { ready, scroll, skip, turnToLeave } from "./cusp.ts";

test.use({ viewport: { width: 1280, height: 900 } });

const second = 1000;
/** Pictures are taken when asked for: `CUSP_PICTURES=docs/images npx playwright test e2e/story.e2e.ts`. */
const pictures = process.env.CUSP_PICTURES;

/** Once nothing moves any more. */
async function picture(page: Page, name: string, clip: { x: number; y: number; width: number; height: number }): Promise<void> {
  if (!pictures) return;
  await page.evaluate(async () => {
    const drawn = document.querySelector("cusp-message")?.shadowRoot?.getAnimations() ?? [];
    await Promise.all(drawn.map(({ finished }) => finished));
  });
  await page.screenshot({ path: path.join(pictures, `story-${name}.png`), clip });
}
const bring = (what: Locator) => what.evaluate((one) => one.scrollIntoView({ block: "center", behavior: "instant" }));

const panel = { x: 908, width: 372 };
const hint = (page: Page) => page.locator("cusp-message section");
const timeline = (page: Page) => page.locator(".timeline");
const webhooks = (page: Page) => page.locator(".webhooks");
const press = (page: Page, name: string) => page.getByRole("button", { name }).click();
const flip = (page: Page, name: string) => page.getByRole("switch", { name }).click();

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await ready(tabOf(page));
}

async function lingers(page: Page, url: string): Promise<void> {
  await open(page, `${url}/pricing`);
  await scroll(tabOf(page), 700);
}

/** With a bag in the cart, which they look at for 20 s. */
async function hesitatesAtTheCart(page: Page, url: string): Promise<void> {
  await open(page, `${url}/p/harbour-blend`);
  await page.click("[data-add]");
  await open(page, `${url}/cart`);
  await tabOf(page).wheel(100);
  await skip(tabOf(page), 21 * second);
}

/** How often each mail of the inbox came in. */
async function mails(page: Page): Promise<string[]> {
  const arrivals = (await (await page.request.get("/inbox/messages")).json()) as {
    type: string;
    repeats: number;
    body: { data: { content?: { template: string } } };
  }[];
  return arrivals.flatMap(({ type, repeats, body }) =>
    type === "message.send" ? `${body.data.content?.template} ${repeats + 1}` : [],
  );
}

test("the story: a hint, a webhook, data that is missing, an edge that dies, a purchase elsewhere, the night, and what a change would do", async ({
  browser,
}) => {
  test.setTimeout(90 * second);
  if (pictures) mkdirSync(pictures, { recursive: true });
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-story-"));
  const options = { port: 8952, folder: path.join(folder, "edge"), secrets: newSecrets() };
  let demo = await startDemo(options);
  const { url } = demo;
  const somebody = async () => await (await browser.newContext({ baseURL: url })).newPage();
  try {
    const page = await somebody();

    // The score rises, piece of evidence by piece of evidence; then the hint, and the webhook with its milliseconds.
    await lingers(page, url);
    const meter = page.locator(".meter[data-kind=hesitation]");
    await expect(meter).toHaveAttribute("data-state", "building");
    await skip(tabOf(page), 12 * second);
    await expect(meter.getByText(/^waiting for 20 s/)).toBeVisible();
    await picture(page, "1", { ...panel, y: 0, height: 560 });
    await skip(tabOf(page), 9 * second);
    await expect(meter.getByText(/^caught 7\.\d · now/)).toBeVisible();
    await expect(hint(page)).toContainText("Count the cups");
    await expect(webhooks(page)).toContainText(/message\.send.*pricing-hesitation.*\d+ ms.*signal → webhook/s);
    const parts = await meter.locator(".legend b").allTextContents();
    const score = Number(await meter.locator(".score").textContent());
    expect(parts.reduce((sum, part) => sum + Number(part), 0)).toBeCloseTo(score, 5);
    await bring(webhooks(page));
    await picture(page, "2", { x: 500, y: 420, width: 780, height: 480 });

    // What is left of a bag, while the shop tells it; without it the line is another one, and has no hole.
    await flip(page, "Stock data");
    await expect(page.getByRole("switch", { name: "Stock data" })).toBeChecked();
    await hesitatesAtTheCart(page, url);
    await expect(hint(page)).toContainText("Only 3 bags of Harbour Blend (250 g) are left of this roast.");
    await picture(page, "3", { x: 500, y: 660, width: 408, height: 240 });
    await flip(page, "Stock data");
    await expect(page.getByRole("switch", { name: "Stock data" })).not.toBeChecked();
    const other = await somebody();
    await hesitatesAtTheCart(other, url);
    await expect(hint(other)).toContainText("Harbour Blend stays in your cart until you have decided.");
    await expect(hint(other)).not.toContainText(/undefined|null|\{|\( ?\)| {2}/);
    await picture(other, "4", { x: 500, y: 660, width: 408, height: 240 });
    await other.context().close();

    // The network is cut, and the edge killed; what was seen meanwhile is told once both are back, and once only.
    const before = await mails(page);
    await lingers(page, url);
    await flip(page, "Network");
    await skip(tabOf(page), 21 * second);
    await expect(page.locator(".flush")).toContainText("no answer, kept");
    await bring(page.locator(".flush"));
    await picture(page, "5", { ...panel, y: 560, height: 340 });
    await demo.stop("SIGKILL");
    demo = await startDemo(options);
    await flip(page, "Network");
    await expect.poll(() => mails(page)).toEqual(["compare-plans 1", ...before]);
    await expect(webhooks(page).locator("li[data-type=send]")).toHaveCount(before.length + 1);

    // A checkout stalls; the same shopper buys on the phone, and is not reminded of it.
    await open(page, `${url}/checkout`);
    await skip(tabOf(page), 70 * second);
    await expect(timeline(page)).toContainText("checkout-stalled begins: still-waiting");
    await press(page, "Bought on the phone");
    await expect(timeline(page)).toContainText(/"still-waiting" not sent: bought \d+ s ago/);
    await picture(page, "6", { ...panel, y: 252, height: 300 });

    // It is night: what advertises waits for the morning.
    await open(page, `${url}/`);
    await Promise.all([page.waitForEvent("load"), press(page, "22:10")]);
    await ready(tabOf(page));
    expect(await page.evaluate(() => new Date().toTimeString().slice(0, 5))).toBe("22:10");
    await open(page, `${url}/pricing`);
    await page.mouse.move(500, 400);
    await turnToLeave(tabOf(page));
    await expect(timeline(page)).toContainText(/"before-you-go" waits: .*09:00/);
    await picture(page, "7", { ...panel, y: 0, height: 420 });
    expect(await mails(page)).toEqual(["compare-plans 1", ...before]);

    // What a change of the file would do is told before it is pushed.
    const sixes = path.join(folder, "six.yaml");
    writeFileSync(sixes, readFileSync(demoFile, "utf8").replace("now: 7", "now: 6"));
    const cli = (...args: string[]) => execFileSync(process.execPath, ["dist/cli.js", ...args], { encoding: "utf8" });
    const said = cli("simulate", demoFile, sixes, "--sessions", "1500");
    expect(said).toMatch(/This change would reach \d+ people instead of \d+\./);
    if (pictures) {
      const lines = said
        .slice(said.search(/^.*This change would reach/m))
        .trim()
        .split("\n")
        .slice(0, 12);
      await page.setViewportSize({ width: 780, height: 400 });
      await page.setContent(
        `<body style="margin:0"><pre style="margin:0;padding:22px 26px;min-height:100vh;box-sizing:border-box;background:#0f1618;color:#e3eae7;font:14px/1.5 monospace;white-space:pre-wrap"></pre>`,
      );
      await page.locator("pre").evaluate(
        (pre, text) => {
          pre.textContent = text;
        },
        `$ cusp simulate cusp.yaml six.yaml   # bands: { now: 7 → 6 }\n\n${lines.join("\n")}`,
      );
      await page.screenshot({ path: path.join(pictures, "story-8.png") });
    }
  } finally {
    await demo.stop("SIGKILL"); // a stream of events may still be open
    rmSync(folder, { recursive: true, force: true });
  }
});
