import { siteOf, type somebody, type Unplaced } from "./somebody.ts";

/** A shop that says something to whoever turns to leave: what a test is about is written by it. */
export const leavingShop = (parts: {
  limits?: string;
  trigger?: string;
  triggers?: string;
  journey?: string;
  layer?: string;
  /** While it waits: `on_site`, or, unless told otherwise, `none`. */
  hold?: string;
  /** Of the one step, with its channels. */
  step?: string;
  journeys?: string;
  message?: string;
  messages?: string;
  end?: string;
}) =>
  siteOf(`version: 1
site: pk_demo
origins: [https://shop.example]
time_zone: Europe/Paris
pages: { cart: { match: [/cart], key: true }, product: { match: [/p/*], key: true }, checkout: { match: [/checkout], key: true } }
limits: { sms_to: ["+33"], ${parts.limits ?? ""} }
triggers:
  leaving: { on: [exit], enter: { now: say, later: say }, journey: kept${parts.trigger ?? ""} }
${parts.triggers ?? ""}
journeys:
  kept: { ${parts.journey ?? ""}steps: [{ id: say, layer: ${parts.layer ?? "immediate"}, message: hello, hold_while: ${parts.hold ?? "none"}, ${parts.step ?? "channels: [email]"} }] }
${parts.journeys ?? ""}
offers:
  ten: { percent: 10, code: { fixed: TEN }, valid_for: 24h }
  meant: { percent: 10, code: { fixed: TEN }, valid_for: 24h, during_checkout: true }
messages:
  hello: { subject: Hello, push: { title: Hello, body: Hello }, sms: { text: "Hello: {{ cart.restore_url }}" }, onsite: { title: Hello }, chat: { text: Hello }, team: { text: Hello }, ${parts.message ?? "purpose: marketing"} }
${parts.messages ?? ""}
${parts.end ?? ""}
destinations:
  tool: { url: "https://tool.example/hook", channels: [email, sms, push, chat, team], secret: DEST_PK_DEMO_TOOL }
`);

export const views = (url: string, page = "p1", at = 0): Unplaced => ({
  kind: "page_view",
  url: `https://shop.example/${url}`,
  device: "desktop",
  page,
  at,
});
export const turns = (page = "p1", at = 1000): Unplaced => ({
  kind: "exit_intent",
  quality: 1,
  speed: 1,
  quiet_ms: 15_000,
  page,
  at,
});
export const goes = (page = "p1", at = 2000): Unplaced => ({ kind: "dwell", engaged_ms: 5000, left: true, page, at });
export const buys: Unplaced = { kind: "purchase", order: "0a1b2c3d4e5f6071", at: 5000 };

/** What stopped a message, or what was sent, with the sentence that says so. */
export const ends = (me: ReturnType<typeof somebody>): string[] =>
  me.lines
    .filter(({ what }) => ["sent", "not_sent", "held", "expired"].includes(what))
    .map(({ gate, text }) => (gate ? `${gate}: ${text}` : text));
