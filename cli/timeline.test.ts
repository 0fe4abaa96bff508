import { expect, test } from "vitest";
import { reviews } from "./reviews.ts";
import { testEdge } from "./test-edge.ts";
import { timeline } from "./timeline.ts";

const at = testEdge();
const site = "pk_test";
const nowMs = Date.UTC(2026, 4, 1, 9, 30);
const now = () => nowMs;

test("a person's timeline reads from top to bottom, with how long ago and why", async () => {
  at.answer(() => ({
    body: {
      person: "u-42",
      identity: "verified",
      stage: "ownership",
      zone_fallbacks: 2,
      running: [{ journey: "welcome", trigger: "signed-up", step: "tips", held_by: "quiet_hours" }],
      lines: [
        {
          at: nowMs - 11_000,
          what: "exited",
          gate: "purchase",
          trigger: "cart-left",
          text: '"reminder" not sent: bought 1 s ago',
        },
        { at: nowMs - 3_600_000, what: "sent", trigger: "cart-left", text: '"last-chance" sent by push\u001b[2J' },
      ],
      next: 7001,
    },
  }));
  await timeline("ann@mail.example", { site, edge: at.edge }, now);
  expect(at.asked[0]).toMatchObject({
    method: "GET",
    url: "/v1/admin/people/ann@mail.example/timeline?site=pk_test&limit=50",
  });
  expect(at.printed).toEqual([
    "u-42  verified, ownership",
    "their time zone does not exist: quiet hours went by the site's clock 2×",
    "under way: welcome, next tips, held by quiet_hours",
    '   1 h ago  sent  cart-left  "last-chance" sent by push [2J',
    '  11 s ago  exited (purchase)  cart-left  "reminder" not sent: bought 1 s ago',
    "There is more: --limit 4",
  ]);
  await timeline("u-42", { site, edge: at.edge, json: true });
  expect(JSON.parse(at.printed.at(-1) ?? "")).toMatchObject({ ok: true, person: "u-42", lines: [{ gate: "purchase" }, {}] });
});

test("whose timeline must be said, and of which site", async () => {
  await expect(timeline(undefined, { site, edge: at.edge })).rejects.toThrow("say whose");
  await expect(timeline("u-42", { edge: at.edge })).rejects.toThrow("say which site");
});

const waiting = {
  id: "0a1b2c3d4e5f-run_x-tips",
  state: "pending",
  person: "u-42",
  journey: "welcome",
  step: "tips",
  texts: ["Three ways to brew"],
  by: nowMs + 7_200_000,
  otherwise: "drop",
};

test("what waits for a reviewer is listed with what it says and how long there is", async () => {
  at.answer(() => ({ body: { reviews: [waiting] } }));
  await reviews(undefined, undefined, { site, edge: at.edge }, now);
  expect(at.asked[0]).toMatchObject({ method: "GET", url: "/v1/admin/sites/pk_test/reviews?state=pending" });
  expect(at.printed).toEqual([
    "0a1b2c3d4e5f-run_x-tips  welcome › tips for u-42  2 h left, else not sent\n    Three ways to brew",
  ]);
  at.answer(() => ({ body: { reviews: [waiting], next: "1777627800000.0a1b2c3d4e5f-run_x-tips" } }));
  await reviews(undefined, undefined, { site, edge: at.edge, after: "1.a" }, now);
  expect(at.asked[1]?.url).toBe("/v1/admin/sites/pk_test/reviews?state=pending&after=1.a");
  expect(at.printed.at(-1)).toBe("There is more: --after 1777627800000.0a1b2c3d4e5f-run_x-tips");
  at.answer(() => ({ body: { reviews: [] } }));
  await reviews(undefined, undefined, { site, edge: at.edge, all: true }, now);
  expect([at.asked[2]?.url, at.printed.at(-1)]).toEqual(["/v1/admin/sites/pk_test/reviews", "nothing waits for a review"]);
});

test("a verdict names the review, and says what follows", async () => {
  at.answer(() => ({ body: { ...waiting, message: "brew-tips", state: "approved" } }));
  await reviews("approve", waiting.id, { site, edge: at.edge });
  expect(at.asked[0]).toMatchObject({ method: "POST", url: `/v1/admin/sites/pk_test/reviews/${waiting.id}/approve` });
  expect(at.printed).toEqual(['"brew-tips" for u-42 goes out when its time comes']);
  for (const [verdict, id] of [
    ["maybe", waiting.id],
    ["approve", undefined],
  ] as const)
    await expect(reviews(verdict, id, { site, edge: at.edge })).rejects.toThrow("cusp reviews approve ID");
});
