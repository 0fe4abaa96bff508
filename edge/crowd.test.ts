import { afterEach, expect, test, vi } from "vitest";
import { momentKinds } from "../contract/evidence.ts";
import { batchOf, owed, post, pushDemo, receiver } from "./test/edge.ts";

type Given = Parameters<typeof batchOf>[0];

afterEach(() => vi.restoreAllMocks());

/** A page with as many moments as one page may hold. */
const crowded = (page: string): Given =>
  (
    [
      { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
      { kind: "scroll_depth", depth: 0.9 },
      { kind: "element_seen", name: "returns-policy", seen_ms: 15_000 },
      { kind: "exit_intent", quality: 1, speed: 2, quiet_ms: 15_000 },
      { kind: "rapid_scroll", speed: 4, depth: 0.9 },
      { kind: "dwell", engaged_ms: 60_000 },
      { kind: "video_progress", video: "tour", share: 1, demo: true },
      { kind: "video_unplayed", video: "other", in_view_ms: 10_000 },
      { kind: "search", query_class: "help" },
      { kind: "payment_failed" },
      { kind: "payment_failed" },
      { kind: "coupon_refused" },
      { kind: "comparison", products: 4, back_and_forth: true },
      { kind: "form_abandon", form: "pay", fields: 4, filled: 3, engaged_ms: 45_000 },
    ] as const
  ).map((signal) => ({ ...signal, page })) as never;

test("a batch with more messages than one statement can hold is taken, and all of them go out once", {
  timeout: 15_000,
}, async () => {
  const all = `[${momentKinds.join(", ")}]`;
  const triggers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    .map((n) => `  all-${n}: { on: ${all}, band: now, message: compare-plans }\n`)
    .join("");
  await pushDemo((yaml) => yaml.replace("moments: [bounce]", `moments: ${all}`).replace("triggers:\n", `triggers:\n${triggers}`));
  const came = receiver();
  const batch = batchOf([...crowded("p1"), ...crowded("p2"), ...crowded("p3")]);
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(() => expect(came.length).toBeGreaterThan(50));
  await vi.waitFor(async () => expect((await owed(batch)).rows).toEqual([]), { timeout: 8000, interval: 250 });
  expect(new Set(came.map(({ id }) => id)).size).toBe(came.length);
});
