import type { Explained } from "../../contract/evidence.ts";

const sentences: Record<Explained["kind"], string> = {
  hesitation: "A visitor hesitated",
  exit: "A visitor moved to leave",
  form_abandon: "A visitor left a form unfinished",
  bounce: "A visitor left after one short look",
  rapid_scroll: "A visitor scrolled in a rush",
  cart_abandon: "A visitor left with things in the cart",
  checkout_stall: "A visitor came to a halt",
  frustration: "A visitor met with trouble",
  video_engaged: "A visitor watched most of a video",
  video_ignored: "A visitor had a video in view and did not play it",
  comparison: "A visitor compared products",
  search_intent: "A visitor searched",
  reassurance: "A visitor read the small print",
  repeat_funnel: "A visitor went from one key page to the next",
  post_purchase: "A visitor lingered after buying",
  read_on: "A visitor sent a form and read on",
  decline: "A visitor declined",
};

const counted = (one: string, many: string) => (count: unknown) => `${Number(count)} ${Number(count) === 1 ? one : many}`;
const lasted = (what: string) => (s: unknown) => `${Math.round(Number(s))} s ${what}`;

const said: Record<string, (value: unknown, unit?: string) => string> = {
  dwell: (s) => `${Math.round(Number(s))} s on the page`,
  scroll: (share) => `scrolled ${Math.round(Number(share) * 100)} %`,
  no_click: () => "clicked nothing",
  again: () => "had seen it in the last 7 days",
  no_interaction: (s) => `${Math.round(Number(s))} s without touching anything`,
  cart: (amount, unit) => `${Number(amount)}${unit ? ` ${unit}` : ""} in the cart`,
  cart_value: (amount, unit) => `${Number(amount)}${unit ? ` ${unit}` : ""} in the cart`,
  time: (s) => `${Math.round(Number(s))} s in it`,
  filled: (share) => `${Math.round(Number(share) * 100)} % filled`,
  failed_submits: (count) => `${Number(count)} failed submits`,
  look: (s) => `${Math.round(Number(s))} s`,
  untouched: () => "touched nothing",
  landing: (from) => `came by ${from === "paid" ? "an ad" : "e-mail"}`,
  returning: () => "not the first visit",
  speed: (speed) => `${Number(speed)} screens a second`,
  left: lasted("before leaving"),
  away: lasted("away"),
  session: lasted("in the shop"),
  high_margin: () => "high margin",
  cart_views: (times) => `looked at the cart ${Number(times)} times`,
  stall: lasted("without anything happening"),
  payment_failed: () => "a payment was refused",
  retries: counted("retry refused", "retries refused"),
  rage_clicks: counted("burst of angry clicks", "bursts of angry clicks"),
  dead_clicks: counted("click without effect", "clicks without effect"),
  failed: counted("failed try", "failed tries"),
  slow_page: () => "a slow page",
  checkout: () => "in the checkout",
  demo_video: () => "a demo",
  replayed: () => "not for the first time",
  unplayed: lasted("in view"),
  products: counted("product", "products"),
  back_and_forth: () => "back and forth",
  compares: (by) => (by === "page" ? "on a page that compares" : "by a search"),
  help_query: () => "for help",
  product_query: () => "for a product",
  price_limit: () => "up to a price",
  searches: counted("search", "searches"),
  no_results: () => "nothing was found",
  policy: lasted("reading policies"),
  came_from: (type) => `coming from the ${String(type)} page`,
  key_pages: counted("key page in a row", "key pages in a row"),
  help_search: () => "searched for help",
};

/** One English sentence: what happened, where, and the evidence in its order of weight. */
export function whyText({ kind, evidence, score }: Explained, pageType: string): string {
  const all = evidence.flatMap(({ name, value, unit }) => said[name]?.(value, unit) ?? []);
  const reasons = [...new Set(all)]; // pieces may weigh the same thing twice
  const where = pageType === "other" ? "" : ` on the ${pageType} page`;
  return `${sentences[kind]}${where}${reasons.length ? `: ${reasons.join(", ")}` : ""}. Score ${score}.`;
}
