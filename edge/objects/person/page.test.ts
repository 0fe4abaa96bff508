import { expect, test } from "vitest";
import { nextDueMs } from "../../journey/follow.ts";
import type { Line } from "../../journey/run.ts";
import { siteOf, somebody } from "../../test/somebody.ts";
import { messagesNow } from "./messages.ts";
import { heedPage, offersNow } from "./page.ts";

const minute = 60_000;
const messageId = (seq: number) => `msg_a_${seq}`;

const site = (messages: string[], more = "") =>
  siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
pages: { pricing: { match: [/pricing*], key: true }, cart: { match: [/cart] }, checkout: { match: [/checkout*] } }
${more}triggers:
${messages.map((_, i) => `  t${i}: { on: [hesitation], band: now, message: m${i} }\n`).join("")}messages:
${messages.map((message, i) => `  m${i}: { purpose: service, ${message} }\n`).join("")}`);

const card = "onsite: { title: Hello }";

/** Hesitates on the pricing page, and the page is offered what follows. */
function hesitates(config: Awaited<ReturnType<typeof siteOf>>) {
  const me = somebody(config);
  const lines: Line[] = [];
  me.follow = (risen) => {
    lines.push(...messagesNow(me.site, me.profile, risen ?? [], messageId, me.nowMs).lines);
  };
  me.does(
    { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
    { kind: "scroll_depth", depth: 0.5, at: 5000 },
    { kind: "dwell", engaged_ms: 20_000, at: 20_000 },
  );
  const offered = () => offersNow(me.site, me.profile, me.nowMs);
  const says = (what: "shown" | "clicked" | "dismissed", message: string) =>
    heedPage(me.site, me.profile, [{ what, message }], messageId, me.nowMs);
  return { me, lines, offered, says };
}

test("a reply carries three at most, and the next when one was shown", async () => {
  const { offered, says } = hesitates(await site(Array(5).fill(card)));
  const steps = () => offered().map(({ step }) => step);
  expect(steps()).toEqual(["m0", "m1", "m2"]);
  says("shown", offered()[1]?.id ?? "");
  expect(steps()).toEqual(["m0", "m2", "m3"]);
});

test("more than ten do not wait: the eleventh is not sent, and says why", async () => {
  const { me, lines } = hesitates(await site(Array(11).fill(card)));
  expect(me.profile.onsite).toHaveLength(10);
  expect(me.profile.sent).toHaveLength(10);
  expect(lines.filter(({ what }) => what === "not_sent")).toMatchObject([
    { message: "m10", text: '"m10" not sent: enough waits already to be shown on the page' },
  ]);
});

test("a message that would swell the reply is not sent, and says why", async () => {
  const blocks = Array.from({ length: 9 }, (_, i) => `{ id: b${i}, text: "${"long ".repeat(199)}" }`);
  const { offered, lines } = hesitates(await site([`${card}, blocks: [${blocks.join(", ")}]`]));
  expect(offered()).toEqual([]);
  expect(lines.at(-1)?.text).toBe('"m0" not sent: it is longer than the 8000 characters that a page is sent');
});

test("what is for the site's agents does not reach the page", async () => {
  const { offered } = hesitates(
    await site(
      ['chat: { team: sales, text: May we help?, context: ["cart.value"] }'],
      "destinations: { talk: { vendor: slack, channels: [team], secret: DEST_PK_DEMO_TALK } }\n",
    ),
  );
  expect(offered()).toMatchObject([
    { channel: "chat", content: { chat: { text: "May we help?", team: "sales", priority: false } } },
  ]);
  expect(JSON.stringify(offered())).not.toContain("context");
});

test.each([
  { off: true, triggers: [] },
  { off: false, triggers: ["t0"] },
])("H6: switched off, a message that waits for its page is offered no more: %o", async (switches) => {
  const { me, offered } = hesitates(await site([card]));
  expect(offered()).toHaveLength(1);
  me.site = { ...me.site, switches };
  expect(offered()).toEqual([]);
});

test("a minute after its time an object wakes for what no page showed, says so, and frees its place", async () => {
  const { me, lines, offered } = hesitates(await site([card], "limits: { onsite_cap: { max: 1, per: session } }\n"));
  const [message] = offered();
  const expiresAtMs = Date.parse(message?.expires_at ?? "");
  expect(nextDueMs(me.profile)).toBeGreaterThan(expiresAtMs);
  expect(nextDueMs(me.profile)).toBeLessThan(expiresAtMs + minute);
  me.waits(expiresAtMs - me.nowMs);
  expect(offered()).toEqual([]);
  expect(me.profile.sent).toHaveLength(1);
  me.waits(minute);
  expect(me.profile.sent).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ what: "not_sent", gate: "unreachable", step: "m0", trigger: "t0" });
  expect(nextDueMs(me.profile)).toBe(Infinity);
});

test("a page that says it just after the time is believed: what it showed counts", async () => {
  const { me, lines, offered, says } = hesitates(await site([card]));
  const [{ id, expires_at } = { id: "", expires_at: "" }] = offered();
  me.waits(Date.parse(expires_at) + 5000 - me.nowMs);
  says("shown", id);
  me.waits(minute);
  expect(me.profile.sent).toMatchObject([{ channel: "onsite" }]);
  expect(lines.map(({ what }) => what)).not.toContain("not_sent");
});

test("what was clicked or sent away is noted on the message, once and for good", async () => {
  const { me, offered, says } = hesitates(await site([card, card]));
  const [one, other] = offered();
  says("clicked", one?.id ?? "");
  says("dismissed", other?.id ?? "");
  says("shown", one?.id ?? "");
  expect(me.profile.sent?.map(({ outcome }) => outcome)).toEqual(["clicked", "dismissed"]);
  expect(offered()).toEqual([]);
});

test("what a page shows after it was given up counts again, and comes by no other channel", async () => {
  const config = await siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
pages: { pricing: { match: [/pricing*], key: true } }
limits: { onsite_cap: { max: 1, per: session } }
triggers: { t0: { on: [hesitation], enter: { now: say, later: say }, journey: kept } }
journeys:
  kept: { steps: [{ id: say, layer: immediate, before: 15m, channels: [onsite, email], fallback_on: [unreachable], fallback_within: 2m, message: m0 }] }
messages: { m0: { purpose: service, subject: Hello, ${card} } }
destinations: { tool: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_TOOL } }
`);
  const { me, lines, offered, says } = hesitates(config);
  const [{ id } = { id: "" }] = offered();
  const was = structuredClone(me.profile.sent);
  me.waits(3 * minute);
  expect(lines.at(-1)).toMatchObject({ what: "held", gate: "on_site", channel: "email" });
  expect(me.profile.sent).toEqual([]);
  expect(says("shown", id)).toMatchObject([
    { what: "not_sent", gate: "shown", step: "say", text: '"m0" not sent by e-mail instead: the page has shown it after all' },
  ]);
  expect(me.profile.sent).toEqual(was);
  expect(says("shown", id)).toEqual([]);
  me.does({ kind: "dwell", engaged_ms: 20_000, left: true, at: 1000 });
  me.waits(20 * minute);
  expect(me.profile.sent).toEqual(was);
  expect(lines.filter(({ what }) => what === "sent")).toHaveLength(1);
});

test("an answer comes to the page as its text; where the file has none there is no button", async () => {
  const asks = (name: string) => `${card}, action: { label: How?, answer: ${name} }`;
  const { offered } = hesitates(await site([asks("ways"), asks("unknown")], "answers: { ways: By letter. }\n"));
  expect(offered().map(({ content }) => content.action)).toEqual([{ label: "How?", answer: "By letter." }, undefined]);
});
