import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { APIRequestContext } from "@playwright/test";
import type { Demo } from "../scripts/demo.ts";
import { startDemo } from "../scripts/demo.ts";
import { test as base, expect, skip, turnToLeave } from "./cusp.ts";
import type { Hook } from "./receiver.ts";

const file = readFileSync(path.join(import.meta.dirname, "../demo-site/five-jobs.yaml"), "utf8");
const inbox = "https://inbox.example/hook, channels: [email, sms, push, chat, onsite, team], secret: DEST_PK_DEMO_EMAIL";

/** The five jobs, with the demo's inbox for their tools, and nothing that depends on the hour, on who somebody is or on the price of coffee. */
const jobs = file
  .replace(/^destinations:.*$/ms, `destinations:\n  email: { url: ${inbox} }\n`)
  .replace(/^ {2}(quiet_hours|holdout):.*\n/gm, "")
  .replace(/^ {6}(hour|control):.*\n/gm, "")
  .replace(/min_cart: \d+/g, "min_cart: 0");

const test = base.extend<object, { edge: Demo }>({
  edge: [
    async ({ receiver }, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), "cusp-jobs-"));
      const edge = await startDemo({ port: 8842, folder, receiverPort: receiver.port, siteFile: () => jobs });
      for (const pool of ["cart15", "pay10"])
        await fetch(`${edge.url}/v1/admin/sites/pk_demo/pools/${pool}`, {
          ...{ method: "PUT", headers: { authorization: `Bearer ${edge.secrets.ADMIN_TOKEN}` } },
          body: Array.from({ length: 100 }, (_, i) => `${pool}-${i}`).join("\n"),
        });
      await use(edge);
      await edge.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
});

const minute = 60_000;
const later = (request: APIRequestContext, ms: number) => request.post("/dev/clock", { data: { skip_ms: ms } });

async function arrived(hooks: Hook[], count: number): Promise<Hook["body"]["data"]> {
  await expect.poll(() => hooks.length).toBe(count);
  return (hooks[count - 1] as Hook).body.data;
}

test("jobs 1 and 5: whoever turns to leave a full cart is reminded 3 or 7 min after leaving, as the experiment has it", async ({
  open,
  tab,
  request,
  hooks,
}) => {
  await open("/p/harbour-blend");
  await skip(tab, 20_000);
  await tab.click("[data-add]");
  await open("/cart");
  await turnToLeave(tab);
  await tab.goto("about:blank");
  await later(request, 2.5 * minute);
  expect(hooks).toHaveLength(0);
  await later(request, 5 * minute);
  const data = await arrived(hooks, 1);
  expect(data).toMatchObject({
    why: { trigger: "cart-exit", journey: "cart-recovery", step: "last-chance", layer: "immediate", moment: { kind: "exit" } },
    send: { channel: "push", purpose: "marketing" },
    content: { template: "cart-last-chance", push: { title: "Your cart's waiting" }, offer: { percent: 15 } },
    cart: { items: [{ id: "harbour-blend", name: "Harbour Blend" }] },
    experiment: [{ id: "cart-first-touch", arm: expect.stringMatching(/^(three|seven)$/), probability: 0.5 }],
  });
});

test("job 1: a purchase before the reminder is due, and there is none", async ({ open, tab, request, hooks }) => {
  await open("/p/harbour-blend");
  await skip(tab, 20_000);
  await tab.click("[data-add]");
  await open("/cart");
  await turnToLeave(tab);
  await open("/checkout");
  for (const [name, value] of Object.entries({ name: "A", email: "a@b.example", address: "Q 4", postcode: "1", city: "G" }))
    await tab.fill(`[name=${name}]`, value);
  await tab.click("[data-order] button");
  await skip(tab, 1000);
  await tab.goto("about:blank");
  await later(request, 8 * minute);
  await later(request, 90 * minute);
  expect(hooks).toHaveLength(0);
});

test("job 2: lingering on the plans brings a hint at once, and what others say an hour later", async ({
  open,
  tab,
  request,
  hooks,
}) => {
  await open("/pricing");
  await tab.wheel(700);
  await skip(tab, 21_000);
  expect(await arrived(hooks, 1)).toMatchObject({
    send: { channel: "onsite" },
    content: { onsite: { look: "card", title: "Not sure which plan?" }, action: { label: "Compare plans" } },
  });
  await tab.goto("about:blank");
  await later(request, 62 * minute);
  expect(await arrived(hooks, 2)).toMatchObject({
    send: { channel: "email" },
    why: { step: "reviews", layer: "re-engagement" },
    content: { subject: "What customers say about the plan you looked at" },
  });
});

test("job 3: a card is refused and two minutes later nothing is paid: help, and 10 % off", async ({ open, tab, hooks }) => {
  await open("/p/harbour-blend");
  await tab.click("[data-add]");
  await open("/checkout");
  for (const [name, value] of Object.entries({ name: "A", email: "a@b.example", address: "Q 4", postcode: "1", city: "G" }))
    await tab.fill(`[name=${name}]`, value);
  await tab.click("[value=card]");
  await tab.click("[data-order] button");
  await skip(tab, 60_000);
  expect(hooks).toHaveLength(0);
  await skip(tab, minute);
  expect(await arrived(hooks, 1)).toMatchObject({
    why: { trigger: "payment-failed", moment: { kind: "checkout_stall" } },
    send: { channel: "chat", purpose: "service" },
    content: { chat: { team: "payments", context: { "checkout.payment_failures": 1 } }, offer: { percent: 10 } },
  });
});

test("job 4: the returns policy read, then turned to leave: help with returns", async ({ open, tab, hooks }) => {
  await open("/p/harbour-blend");
  await skip(tab, 6000);
  await open("/returns");
  await skip(tab, 25_000);
  await turnToLeave(tab);
  expect(await arrived(hooks, 1)).toMatchObject({
    why: { trigger: "returns-doubt", moment: { kind: "reassurance" } },
    content: { onsite: { look: "inline", title: "Need help with returns?" } },
  });
});
