import { expect, test } from "vitest";
import { goes, leavingShop, turns, views } from "../test/leaving-shop.ts";
import { somebody } from "../test/somebody.ts";
import { judge, unasked } from "./asked.ts";

const minute = 60_000;
const hour = 60 * minute;

type Site = Awaited<ReturnType<typeof leavingShop>>;
const second = (site: Site): Site => ({ ...site, version: 2 });

const reviewed = (more: Parameters<typeof leavingShop>[0] = {}) =>
  leavingShop({
    layer: "re-engagement",
    step: "channels: [email], after: 2h, before: 4h, review: { by: 3h, else: drop }",
    ...more,
  });

/** Somebody whose message a reviewer approved. */
async function approved(site?: Site) {
  const me = somebody(site ?? (await reviewed()), "u-42");
  me.does(views("cart"), turns(), goes());
  const [run] = me.profile.runs;
  if (run) run.reviewAsked = true;
  const says = (verdict: "approved" | "rejected") =>
    judge(me.site, me.profile, { run: me.profile.runs[0]?.id ?? "", step: "say", verdict }, me.nowMs);
  expect(says("approved")).toBe("noted");
  me.waits(hour);
  return Object.assign(me, { says });
}

test("what a reviewer approved is not sent in other words: it waits to be looked at anew", async () => {
  const newOffer = await reviewed({ message: "purpose: marketing, offer: ten" });
  newOffer.file.offers.ten = { ...newOffer.file.offers.ten, percent: 50 } as never;
  const offered = await reviewed({ message: "purpose: marketing, offer: ten" });
  for (const [before, after] of [
    [undefined, await reviewed({ message: "purpose: service" })],
    [undefined, await reviewed({ step: "channels: [sms], after: 2h, before: 4h, review: { by: 3h, else: drop }" })],
    [offered, newOffer],
  ] as const) {
    const me = await approved(before);
    me.site = second(after);
    expect(me.says("rejected")).toBe("over");
    me.follow();
    expect(me.said().at(-1)).toBe("review say");
    expect(me.lines.at(-1)?.text).toBe('"hello" waits for a review: it was changed');
    expect(unasked(me.site, me.profile, me.nowMs)).toMatchObject([{ byMs: me.nowMs + 3 * hour }]);
    me.waits(1.5 * hour);
    expect(me.sent).toEqual([]);
    expect(me.says("approved")).toBe("noted");
    me.follow();
    expect(me.sent).toHaveLength(1);
  }
});

test("what a reviewer approved stays approved when something else in the file changes", async () => {
  const me = await approved();
  me.site = second(await reviewed({ messages: "  other: { subject: Other }" }));
  me.waits(2 * hour);
  expect(me.sent).toHaveLength(1);
});

const arms = (patch: string, a: number, b: number, set: [string, string] = ["{ subject: A }", "{ subject: B }"]) =>
  leavingShop({
    step: "channels: [email], after: 5m",
    end: `experiments: { words: { patch: ${patch}, arms: { a: { weight: ${a}, set: ${set[0]} }, b: { weight: ${b}, set: ${set[1]} } } } }`,
  });

test("a push that moves the weights moves nobody to another arm who is on the way", async () => {
  const [before, after] = [await arms("messages.hello", 1, 1), second(await arms("messages.hello", 1, 999))];
  const people = Array.from({ length: 30 }, (_, i) => somebody(before, `p${i}`));
  const noted = people.map((me) => {
    me.does(views("cart"), turns(), goes());
    return me.profile.runs[0]?.arms;
  });
  expect(new Set(noted.map((one) => one?.[0]?.arm))).toEqual(new Set(["a", "b"]));
  for (const [i, me] of people.entries()) {
    me.site = after;
    me.waits(10 * minute);
    expect(me.profile.runs[0]?.arms).toEqual(noted[i]);
    expect(me.sent.map(({ message }) => message.subject?.toLowerCase())).toEqual([noted[i]?.[0]?.arm]);
  }
});

test("whose arm is no more is in one of those that are left", async () => {
  const before = await arms("messages.hello", 1, 1);
  const after = second(await arms("messages.hello", 1, 1));
  for (const { arms } of after.experiments) arms.splice(0, 1);
  for (let i = 0; i < 10; i++) {
    const me = somebody(before, `p${i}`);
    me.does(views("cart"), turns(), goes());
    me.site = after;
    me.waits(10 * minute);
    expect(me.sent.map(({ message }) => message.subject)).toEqual(["B"]);
  }
});
