import { afterEach, expect, test, vi } from "vitest";
import type { TailLine } from "./site/answers.ts";
import { batchOf, hesitation, post, pushDemo, receiver } from "./test/edge.ts";
import { get } from "./test/site.ts";

afterEach(() => vi.restoreAllMocks());

test("whoever follows a site sees what its visitors get, by trigger and channel, and never a visitor's id", async () => {
  await pushDemo();
  await get("/sites/pk_demo/tail");
  const came = receiver();
  const batch = batchOf(hesitation);
  await post(batch);
  await vi.waitFor(() => expect(came).not.toHaveLength(0));
  const lines = await vi.waitFor(async () => {
    const { lines } = await get<{ lines: TailLine[] }>("/sites/pk_demo/tail");
    expect(lines.map(({ what }) => what)).toContain("sent");
    return lines;
  });
  expect(lines.find(({ what }) => what === "sent")).toMatchObject({
    at: expect.any(Number),
    person: batch.user?.id,
    trigger: "pricing-hesitation",
    channel: "email",
    text: expect.any(String),
  });
  expect(JSON.stringify(lines)).not.toContain(batch.visitor);
});
