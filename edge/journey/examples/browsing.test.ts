import { expect, test } from "vitest";
import { noonMs, somebody } from "../../test/somebody.ts";
import { doing, heard, hour, minute, second, silences } from "./doing.ts";
import { shopWith } from "./shop.ts";

const meet = async (example: string, device?: Parameters<typeof doing>[1], known?: Parameters<typeof somebody>[3]) => {
  const me = somebody(await shopWith(example), "u-42", noonMs, known);
  return { me, visit: doing(me, device) };
};

test("pricing-hesitation: 20 s on the prices bring a hint at once and the reviews in an hour", async () => {
  const { me, visit } = await meet("pricing-hesitation");
  visit
    .opens("/pricing")
    .scrolls()
    .lingers(15)
    .leaves(30)
    .waits(5 * hour);
  expect(heard(me, noonMs)).toEqual(["pricing-hint by onsite after 20 s", "pricing-reviews by email after 3620 s"]);
});

test("pricing-hesitation: a click, 19 s or another page bring nothing; a purchase stops the reviews", async () => {
  const { me: clicks, visit: one } = await meet("pricing-hesitation");
  one
    .opens("/pricing")
    .scrolls()
    .clicks()
    .lingers(30)
    .leaves()
    .waits(5 * hour);
  const { me: hastens, visit: two } = await meet("pricing-hesitation");
  two
    .opens("/pricing")
    .scrolls()
    .lingers(14)
    .leaves()
    .waits(5 * hour);
  expect([...clicks.lines, ...hastens.lines]).toEqual([]);

  const { me: elsewhere, visit: three } = await meet("pricing-hesitation");
  three
    .opens("/checkout")
    .scrolls()
    .lingers(30)
    .leaves()
    .waits(5 * hour);
  expect(silences(elsewhere)).toEqual(["when: pricing-hesitation"]);

  const { me: buys, visit: four } = await meet("pricing-hesitation");
  four
    .opens("/pricing")
    .scrolls()
    .lingers(15)
    .waits(10 * minute)
    .buys()
    .leaves()
    .waits(5 * hour);
  expect(heard(buys, noonMs)).toEqual(["pricing-hint by onsite after 20 s"]);
  expect(buys.lines.at(-1)).toMatchObject({ what: "recovered", text: 'reached the goal "purchase" of pricing-help' });
});

test("product-proof: 30 s on a product without a look at reviews or video bring what others say", async () => {
  const { me, visit } = await meet("product-proof");
  visit.opens("/p/shoe").scrolls().lingers(25);
  expect(heard(me, noonMs)).toEqual(["product-proof by onsite after 30 s"]);
  const { me: hand, visit: phone } = await meet("product-proof", "phone");
  phone.opens("/p/shoe").scrolls().lingers(19);
  expect(heard(hand, noonMs)).toEqual(["product-proof by onsite after 24 s"]);
});

test("product-proof: who saw the reviews or watched the video needs none; those of another product do not count", async () => {
  const { me: reads, visit: one } = await meet("product-proof");
  one.opens("/p/shoe").scrolls().sees("reviews").lingers(30);
  const { me: watches, visit: two } = await meet("product-proof");
  two.opens("/p/shoe").scrolls().does({ kind: "video_progress", video: "shoe", share: 0.9 }).lingers(30);
  for (const me of [reads, watches]) expect([heard(me, noonMs), silences(me)]).toEqual([[], ["when: product-proof"]]);
  const { me: goesOn, visit: three } = await meet("product-proof");
  three.opens("/p/shoe").sees("reviews").opens("/p/boot", 5).scrolls().lingers(30);
  expect(goesOn.sent.map(({ name }) => name)).toEqual(["product-proof"]);
});

test("exit-discount: turning to leave after 15 s without a touch brings the discount", async () => {
  const { me, visit } = await meet("exit-discount");
  visit.opens("/p/shoe").scrolls().turnsToLeave();
  expect(heard(me, noonMs)).toEqual(["exit-discount by onsite after 20 s"]);
});

test("exit-discount: who leaves within 15 s, or was busy until then, gets none", async () => {
  const { me: bounces, visit: one } = await meet("exit-discount");
  one.opens("/p/shoe").scrolls().turnsToLeave(8).leaves(1).waits(hour);
  expect(bounces.sent).toEqual([]);
  const { me: busy, visit: two } = await meet("exit-discount");
  two.opens("/pricing").scrolls(0.5, 60).turnsToLeave(12);
  expect(busy.sent).toEqual([]);
  expect(silences(busy)).toEqual(["when: exit-discount"]);
});

test("exit-discount: once a month", async () => {
  const { me, visit } = await meet("exit-discount");
  visit
    .opens("/p/shoe")
    .turnsToLeave()
    .leaves()
    .returns(29 * 24 * hour);
  visit.opens("/p/shoe").turnsToLeave().leaves();
  expect([me.sent.length, silences(me)]).toEqual([1, ["re_entry: exit-discount"]]);
  visit
    .returns(24 * hour)
    .opens("/p/shoe")
    .turnsToLeave();
  expect(me.sent).toHaveLength(2);
});

test("video-unplayed: 10 s beside a video that nobody plays bring two lines", async () => {
  const { me, visit } = await meet("video-unplayed");
  visit.opens("/").does({ kind: "video_unplayed", video: "tour", in_view_ms: 10 * second }, 10);
  visit.lingers(20);
  expect(me.sent.map(({ name, channel }) => [name, channel])).toEqual([["video-summary", "onsite"]]);
  const { me: plays, visit: other } = await meet("video-unplayed");
  other.opens("/").does({ kind: "video_progress", video: "tour", share: 0.5 }, 20).lingers(30);
  expect(plays.lines).toEqual([]);
});

test("demo-watched: four fifths of a demo video bring a recommendation; less, or another video, do not", async () => {
  const watched = async (share: number, demo?: true) => {
    const { me, visit } = await meet("demo-watched");
    visit.opens("/").does({ kind: "video_progress", video: "tour", share, ...(demo && { demo }) }, 60);
    return { told: heard(me, noonMs), silent: silences(me) };
  };
  expect(await watched(0.8, true)).toEqual({ told: ["demo-recommendation by onsite after 60 s"], silent: [] });
  expect(await watched(0.79, true)).toEqual({ told: [], silent: [] });
  expect(await watched(0.95)).toEqual({ told: [], silent: [] });
});

test("funnel-in-a-row: the third page that matters brings help; an article in between does not count as one", async () => {
  const { me, visit } = await meet("funnel-in-a-row");
  visit.opens("/pricing").opens("/p/shoe", 5);
  expect(me.sent).toEqual([]);
  visit.opens("/cart", 5);
  expect(heard(me, noonMs)).toEqual(["funnel-help by onsite after 10 s"]);
  const { me: reads, visit: other } = await meet("funnel-in-a-row");
  other.opens("/pricing").opens("/p/shoe", 5).opens("/blog/soles", 5).opens("/cart", 5);
  expect(reads.lines).toEqual([]);
});

test("near-store: 2 km from the store there is something to fetch; 50 km away, or nobody knows where, there is not", async () => {
  const at = async (lat: number | undefined) => {
    const { me, visit } = await meet("near-store");
    if (lat !== undefined) me.profile.place = { lat, lon: 2.362 } as never;
    visit.opens("/p/shoe").scrolls().lingers(30);
    return [me.sent.map(({ name }) => name), silences(me)];
  };
  expect(await at(48.875)).toEqual([["near-store"], []]);
  for (const lat of [49.3, undefined]) expect(await at(lat)).toEqual([[], ["when: near-store"]]);
});

test("pace-by-visit: five minutes after leaving; ten after a visit of half a minute, two after one of two minutes", async () => {
  const after = async (visitS: number) => {
    const { me, visit } = await meet("pace-by-visit");
    visit
      .opens("/p/shoe")
      .scrolls(0.5, visitS - 15)
      .turnsToLeave()
      .leaves()
      .waits(hour);
    return heard(me, noonMs + visitS * second);
  };
  expect(await after(30)).toEqual(["still-looking by email after 600 s"]);
  expect(await after(60)).toEqual(["still-looking by email after 300 s"]);
  expect(await after(120)).toEqual(["still-looking by email after 120 s"]);
});

test("pace-by-visit: who turns to leave and stays is gone after two minutes, not after half a one", async () => {
  const { me, visit } = await meet("pace-by-visit");
  visit.opens("/p/shoe").scrolls(0.5, 15).turnsToLeave().clicks().lingers(100).leaves().waits(hour);
  expect(heard(me, noonMs + 130 * second)).toEqual(["still-looking by email after 120 s"]);
});

test("pace-by-visit: whoever is back before then hears nothing while they are there", async () => {
  const { me, visit } = await meet("pace-by-visit");
  visit
    .opens("/p/shoe")
    .scrolls(0.5, 45)
    .turnsToLeave()
    .leaves()
    .waits(4 * minute);
  visit
    .opens("/p/shoe")
    .lingers(20)
    .waits(10 * minute);
  expect(me.sent).toEqual([]);
});
