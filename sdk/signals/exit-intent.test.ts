import { expect, test } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const exits = () => visit.said("exit_intent").flatMap((signal) => (signal.kind === "exit_intent" ? [signal] : []));

const rise = async (pxPerMs: number, from = 400) => {
  for (let y = from; y > 0; y -= 60 * pxPerMs) {
    visit.move("mousemove", { clientX: 500, clientY: y });
    await visit.pass(60);
  }
  visit.move("mouseleave", { clientX: 500, clientY: -1 });
};

test("a fast, straight exit over the top is sure; a slow one hardly", async () => {
  await visit.start();
  await visit.pass(1100);
  await rise(2);
  await visit.pass(1000);
  await rise(0.2);
  await visit.pass(5000);
  const [fast, slow] = exits().map((exit) => exit.quality);
  expect(fast).toBe(1);
  expect(slow).toBeGreaterThanOrEqual(0.4);
  expect(slow).toBeLessThan(0.6);
});

test("no exit: in the first second, with a button down, over another edge, or with a return within 200 ms", async () => {
  await visit.start();
  visit.move("mouseleave", { clientY: -1 });
  await visit.pass(1100);
  visit.move("mouseleave", { clientY: -1, buttons: 1 });
  visit.move("mouseleave", { clientY: 300 });
  visit.move("mouseleave", { clientY: -1 });
  await visit.pass(150);
  visit.move("mouseenter", { clientY: 10 });
  await visit.pass(5000);
  expect(exits()).toEqual([]);
});

test("the quiet before it counts from the last press, scroll or key", async () => {
  await visit.start();
  await visit.pass(4000);
  document.dispatchEvent(new Event("keydown", { bubbles: true }));
  await visit.pass(6000);
  visit.move("mouseleave", { clientY: -1 });
  await visit.pass(5000);
  expect(exits()).toEqual([expect.objectContaining({ quiet_ms: expect.toSatisfy((ms: number) => ms >= 6000 && ms < 6100) })]);
});

test("a tab closed within the 200 ms still says it", async () => {
  await visit.start();
  await visit.pass(1500);
  visit.move("mouseleave", { clientY: -1 });
  visit.leave();
  await visit.pass(0);
  expect(exits()).toHaveLength(1);
});
