import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { isSampled, randomId } from "./identity.ts";
import { openVisit } from "./test-visit.ts";

const visit = openVisit();
const settings = {
  v: 1,
  site: "pk_demo",
  pages: [{ type: "pricing", match: ["/pricing*"], key: true }],
  bands: { later: 4, now: 7 },
  urgent: { kinds: [], signals: ["click"], lowest: {} },
};
const click = () => document.body.click();

test("the settings of the last visit hold from the start, while new ones are on their way", async () => {
  visit.serve(settings);
  (await visit.start()).stop();
  await visit.pass(3000);
  visit.serve(undefined);
  await visit.start();
  const before = visit.batches.length;
  click();
  expect(visit.batches.length).toBe(before + 1);
});

test("nothing of the settings is asked for or kept before consent", async () => {
  visit.serve(settings);
  const cusp = await visit.start({ consent: "pending" });
  await visit.pass(5000);
  expect(visit.asked).toEqual([]);
  cusp.consent("granted");
  await visit.pass(100);
  expect(visit.asked).toEqual(["default"]);
  expect((await visit.stored())[0]).toMatchObject({ settings });
});

test("settings are asked for anew when an answer of the edge says that they changed, and once for each change", async () => {
  visit.serve(settings, "one");
  const cusp = await visit.start();
  const told = vi.fn();
  cusp.on("settings", told);
  await visit.pass(2500);
  click();
  await visit.pass(2500);
  expect(visit.asked).toEqual(["default"]);
  visit.serve({ ...settings, off: ["click"] }, "two");
  click();
  await visit.pass(2500);
  expect(visit.asked).toEqual(["default", "no-cache"]);
  expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ off: ["click"] }));
  await visit.pass(60_000);
  expect(visit.asked).toHaveLength(2);
});

test("an edge whose settings cannot be had costs nothing but the defaults", async () => {
  await visit.start();
  for (let i = 0; i < 10; i++) {
    click();
    await visit.pass(6000);
  }
  await visit.pass(60_000);
  expect(visit.said("click")).toHaveLength(10);
  expect(visit.asked).toEqual(["default", "no-cache"]);
});

test("a kind of signal that the site switched off is neither told of nor sent", async () => {
  visit.serve({ ...settings, off: ["click"] });
  const cusp = await visit.start();
  await visit.pass(100);
  const heard = vi.fn();
  cusp.on("signal", heard);
  click();
  await visit.pass(20_000);
  expect(visit.said("click")).toEqual([]);
  expect(heard.mock.calls.map(([{ kind }]) => kind)).not.toContain("click");
});

test("of a site that wants nobody watched nothing is sent, now and at the next visit, till it changes its mind", async () => {
  visit.serve({ ...settings, sample: 0 });
  const first = await visit.start();
  click();
  await visit.pass(60_000);
  visit.leave();
  first.stop();
  await visit.pass(40_000);
  expect(visit.batches).toEqual([]);
  expect((await visit.stored()).filter((record) => record.signals)).toEqual([]);
  const second = await visit.start();
  click();
  second.track("size_chosen");
  second.identify("u-1", { traits: { plan: "pro" } });
  history.pushState({}, "", "/p/1");
  await visit.pass(60_000);
  expect(visit.batches).toEqual([]);
  second.stop();
  visit.serve({ ...settings, sample: 1 });
  await visit.start();
  await visit.pass(1000);
  history.pushState({}, "", "/p/1"); // new settings hold from the next page view on
  await visit.pass(3000);
  expect(visit.said("page_view")).toMatchObject([{ url: expect.stringMatching(/p\/1$/) }]);
});

test("a share of the visitors is watched, each always or never, and more of them when the share grows", () => {
  const visitors = Array.from({ length: 2000 }, randomId);
  const watched = visitors.filter((visitor) => isSampled(visitor, 0.25));
  expect(watched.length / visitors.length).toBeGreaterThan(0.2);
  expect(watched.length / visitors.length).toBeLessThan(0.3);
  expect(watched.every((visitor) => isSampled(visitor, 0.25) && isSampled(visitor, 0.5) && isSampled(visitor))).toBe(true);
  expect(visitors.some((visitor) => isSampled(visitor, 0))).toBe(false);
  expect(visitors.every((visitor) => isSampled(visitor, 1))).toBe(true);
});

test("whatever the settings hold, signals arrive and nothing is thrown", async () => {
  const thrown = vi.fn();
  window.addEventListener("error", thrown);
  const part = fc.oneof(fc.anything(), fc.constant(null), fc.constant("x"), fc.constant([null]));
  const hostile = fc.record({ pages: part, bands: part, weights: part, urgent: part, off: part }, { requiredKeys: [] });
  for (const json of fc.sample(hostile, { numRuns: 30, seed: 7 })) {
    visit.serve(JSON.parse(JSON.stringify(json) ?? "null"));
    const cusp = await visit.start();
    await visit.pass(100);
    const before = visit.batches.flatMap(({ signals }) => signals).filter(({ kind }) => kind === "form_start").length;
    document.body.innerHTML = "<form name=order><input name=size></form>";
    document.querySelector("input")?.focus();
    await visit.pass(25_000);
    cusp.stop();
    await visit.pass(10);
    const after = visit.batches.flatMap(({ signals }) => signals).filter(({ kind }) => kind === "form_start").length;
    expect(after).toBe(before + 1);
  }
  expect(thrown).not.toHaveBeenCalled();
});
